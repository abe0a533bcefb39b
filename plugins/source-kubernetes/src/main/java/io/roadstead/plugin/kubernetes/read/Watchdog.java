package io.roadstead.plugin.kubernetes.read;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.time.Loop;
import io.roadstead.api.time.TimerHandle;

/**
 * Notices that nothing was heard for a time. Looks four times in it instead of setting a timer anew at each sign of life, so it may take a quarter longer. Goes
 * by the loop's timers, not by the time of day. Confined to the loop.
 */
final class Watchdog {
    private static final int LOOKS = 4;

    private final Loop loop;
    private final Runnable silent;
    private @Nullable TimerHandle timer;
    private Duration interval = Duration.ZERO;
    private int quiet;

    Watchdog(Loop loop, Runnable silent) {
        this.loop = loop;
        this.silent = silent;
    }

    /** Begins to wait for so long, from now on. */
    void start(Duration limit) {
        stop();
        interval = limit.dividedBy(LOOKS);
        quiet = 0;
        timer = loop.schedule(interval, this::look);
    }

    /** A sign of life. */
    void heard() {
        quiet = 0;
    }

    void stop() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private void look() {
        if (timer == null) {
            return;
        }
        if (++quiet > LOOKS) {
            timer = null;
            silent.run();
        } else {
            timer = loop.schedule(interval, this::look);
        }
    }
}
