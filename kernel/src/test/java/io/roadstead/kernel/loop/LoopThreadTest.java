package io.roadstead.kernel.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.roadstead.api.time.TimerHandle;

class LoopThreadTest {

    private final LoopThread loop = new LoopThread("test/loop");

    @AfterEach
    void end() {
        loop.close();
    }

    @Test
    void tasksRunInTheOrderTheyWereGivenOnTheNamedDaemonThread() {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            int number = i;
            loop.execute(() -> order.add(number));
        }

        Thread thread = loop.submit(Thread::currentThread).join();

        assertThat(order).hasSize(1000).isSorted();
        assertThat(thread.getName()).isEqualTo("test/loop");
        assertThat(thread.isDaemon()).isTrue();
        assertThat(loop.inLoop()).isFalse();
        assertThat(loop.submit(loop::inLoop).join()).isTrue();
    }

    @Test
    void timersRunByTheirTimesAndACancelledOneDoesNot() throws InterruptedException {
        List<String> ran = new ArrayList<>();
        CountDownLatch last = new CountDownLatch(1);
        loop.schedule(Duration.ofMillis(60), last::countDown);
        TimerHandle cancelled = loop.schedule(Duration.ofMillis(30), () -> ran.add("cancelled"));
        loop.schedule(Duration.ofMillis(20), () -> ran.add("second"));
        loop.schedule(Duration.ofMillis(-1), () -> ran.add("first"));
        cancelled.cancel();

        assertThat(last.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(loop.submit(() -> List.copyOf(ran)).join()).containsExactly("first", "second");
    }

    @Test
    void aTaskThatThrowsDoesNotStopTheLoop() {
        loop.execute(() -> {
            throw new IllegalStateException("planted; the log shows it");
        });
        loop.execute(() -> {
            throw new NoClassDefFoundError("planted; the log shows it");
        });

        assertThat(loop.submit(() -> "alive").join()).isEqualTo("alive");
    }

    @Test
    void closingRunsWhatWasGivenBeforeDropsTimersAndEndsTheThread() {
        List<String> ran = new ArrayList<>();
        Thread thread = loop.submit(Thread::currentThread).join();
        loop.schedule(Duration.ofHours(1), () -> ran.add("timer"));
        loop.execute(() -> ran.add("task"));

        loop.close();
        loop.execute(() -> ran.add("too late"));
        CompletableFuture<String> late = loop.submit(() -> "too late");

        assertThat(ran).containsExactly("task");
        assertThat(thread.isAlive()).isFalse();
        assertThatThrownBy(late::join).hasMessageContaining("loop test/loop has ended");
    }

    @Test
    void aLoopMayCloseItself() throws InterruptedException {
        Thread thread = loop.submit(Thread::currentThread).join();

        loop.execute(loop::close);

        assertThat(thread.join(Duration.ofSeconds(20))).isTrue();
    }
}
