package io.roadstead.api.metrics;

import java.time.Duration;

import io.roadstead.api.lifecycle.Registration;

/** Where figures are registered. Families of the same name from several sources are merged. */
public interface Metrics {
    /** Asks the source at each scrape until the registration is closed. */
    Registration register(MetricSource source);

    /**
     * A histogram of durations in seconds, as Prometheus wants them.
     *
     * @param name ends in {@code _seconds}
     * @param labels name, value, name, value …
     */
    Timer timer(String name, String help, String... labels);

    /** Takes durations; safe for any thread; allocates nothing. */
    @FunctionalInterface
    interface Timer {
        void record(Duration duration);
    }
}
