package io.roadstead.api.time;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Growing pauses: each is twice the one before, less up to half by chance, so that thousands of agents do not come back at once. For one thread at a time. */
public final class Backoff {
    private final RandomGenerator random;
    private final Duration first;
    private final Duration most;
    private Duration ceiling;

    /**
     * @param first most of the first pause
     * @param most  most of any
     */
    public Backoff(RandomGenerator random, Duration first, Duration most) {
        this.random = random;
        this.first = first;
        this.most = most;
        this.ceiling = first;
    }

    /** The pause before the next try. */
    public Duration next() {
        Duration pause = spread(random, ceiling);
        Duration doubled = ceiling.multipliedBy(2);
        ceiling = doubled.compareTo(most) > 0 ? most : doubled;
        return pause;
    }

    /** It worked: the next pause is the first again. */
    public void reset() {
        ceiling = first;
    }

    /** That time, less up to half by chance. */
    public static Duration spread(RandomGenerator random, Duration most) {
        return Duration.ofNanos((long) (most.toNanos() * (1 - random.nextDouble() / 2)));
    }
}
