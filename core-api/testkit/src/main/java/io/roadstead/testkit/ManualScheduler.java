package io.roadstead.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

import io.roadstead.api.time.Loop;
import io.roadstead.api.time.TimerHandle;

/**
 * A loop whose thread is the test that made it, and whose time is a {@link ManualClock}. Nothing runs until the test says so; then tasks run in the order of
 * their times and, at the same time, in the order they were given. Other threads may give tasks. What a task throws reaches the test.
 */
public final class ManualScheduler implements Loop {

    /** More tasks than this without time moving on is a task that gives itself again. */
    private static final int MOST_TASKS_AT_ONE_TIME = 1_000_000;

    private final String name;
    private final ManualClock clock;
    private final Thread owner = Thread.currentThread();
    private final AtomicLong sequence = new AtomicLong();
    private final PriorityBlockingQueue<Task> tasks = new PriorityBlockingQueue<>(16,
            Comparator.comparing((Task task) -> task.due).thenComparingLong(task -> task.sequence));

    public ManualScheduler() {
        this("test", new ManualClock());
    }

    public ManualScheduler(String name, ManualClock clock) {
        this.name = name;
        this.clock = clock;
    }

    /** The clock that {@link #advance} moves. */
    public ManualClock clock() {
        return clock;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean inLoop() {
        return Thread.currentThread() == owner;
    }

    @Override
    public void execute(Runnable task) {
        add(Duration.ZERO, task, false);
    }

    @Override
    public TimerHandle schedule(Duration delay, Runnable task) {
        Task timer = add(delay.isNegative() ? Duration.ZERO : delay, task, true);
        return () -> tasks.remove(timer);
    }

    /** Runs everything that is due now, also what that adds. Returns how many tasks ran. */
    public int runReady() {
        int count = 0;
        for (Task task = tasks.peek(); task != null && !task.due.isAfter(clock.instant()); task = tasks.peek()) {
            if (tasks.remove(task)) {
                task.action.run();
                if (++count > MOST_TASKS_AT_ONE_TIME) {
                    throw new IllegalStateException("loop " + name + " does not come to rest; a task keeps giving itself again");
                }
            }
        }
        return count;
    }

    /** Lets time pass: stops at each timer's time, so that a task reads the time it was set for. */
    public void advance(Duration duration) {
        Instant end = clock.instant().plus(duration);
        runReady();
        for (Task task = tasks.peek(); task != null && !task.due.isAfter(end); task = tasks.peek()) {
            clock.set(task.due);
            runReady();
        }
        clock.set(end);
    }

    /** How long until the next timer; empty when none is set. Tasks without a delay do not count. */
    public Optional<Duration> nextTimer() {
        return tasks.stream().filter(Task::timer).map(Task::due).min(Comparator.naturalOrder())
                .map(due -> Duration.between(clock.instant(), due));
    }

    /** How many timers are set. */
    public int timers() {
        return (int) tasks.stream().filter(Task::timer).count();
    }

    private Task add(Duration delay, Runnable action, boolean timer) {
        Task task = new Task(clock.instant().plus(delay), sequence.getAndIncrement(), timer, action);
        tasks.add(task);
        return task;
    }

    private record Task(Instant due, long sequence, boolean timer, Runnable action) {
    }
}
