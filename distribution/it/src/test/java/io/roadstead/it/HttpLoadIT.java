package io.roadstead.it;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.Namespace;

/** The load that restarts are tested under sees what it should: everything answered, and what is not. */
@Timeout(60)
final class HttpLoadIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final InetSocketAddress TARGET = new InetSocketAddress("192.0.2.1", 8080);

    @BeforeAll
    static void needsNamespaces() {
        Labs.require();
    }

    @Test
    void countsWhatIsAnswered() {
        try (var host = Namespace.create("load").address("lo", "192.0.2.1/32");
                var backend = HttpBackend.start(host, "one", "192.0.2.1", 8080);
                var load = HttpLoad.start(host, TARGET, 2_000)) {
            eventually(SOON, () -> assertThat(load.succeeded()).isGreaterThan(4_000));
            load.stop();

            assertThat(load.failures()).isEmpty();
            assertThat(load.failed()).isZero();
            assertThat(load.succeeded()).isEqualTo(backend.answered());
        }
    }

    @Test
    void countsConnectionsThatBreakAndThatAreRefused() {
        try (var host = Namespace.create("load").address("lo", "192.0.2.1/32");
                var backend = HttpBackend.start(host, "one", "192.0.2.1", 8080);
                var load = HttpLoad.start(host, TARGET, 2_000)) {
            eventually(SOON, () -> assertThat(load.succeeded()).isPositive());

            backend.stop();

            eventually(SOON, () -> assertThat(load.failed()).isGreaterThan(50));
            assertThat(load.failures()).anyMatch(failure -> failure.contains("asking")).anyMatch(failure -> failure.contains("refused"));
        }
    }
}
