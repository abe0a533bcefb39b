package io.roadstead.it;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.ManagedProcess;
import io.roadstead.testkit.lab.Tool;

/** An agent, or the router, that goes away without a word: what the router's kernel is told meanwhile, as it is told. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(90)
final class GracefulRestartIT {

    private static final String NODE = "k8s-w1";
    private static final String PREFIX = SeedLab.POD_CIDRS.get(NODE);
    private static final String FIRST_MARK = "10.254.1.0/24";
    private static final String LAST_MARK = "10.254.2.0/24";

    private SeedLab lab;

    @BeforeAll
    void up() {
        Labs.require(Tool.FRR, Tool.CURL, Tool.JQ);
        lab = SeedLab.up(PackagedTree.asBuilt());
    }

    @AfterAll
    void down() {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void theRouterKeepsAKilledAgentsRoutesStaleAndRefreshesThemWithoutAWithdrawal() {
        try (var watched = watchedRoutes()) {
            lab.process(NODE, "roadstead").destroyForcibly();

            eventually(SeedLab.SOON, () -> {
                assertThat(lab.established(NODE)).isFalse();
                assertThat(lab.paths(PREFIX)).singleElement().matches(GracefulRestartIT::isStale, "stale");
            });
            assertThat(lab.gateways(PREFIX)).isEqualTo(Set.of(SeedLab.NODES.get(NODE)));

            lab.restart(NODE);
            lab.awaitSessions();

            eventually(SeedLab.SOON, () -> assertThat(lab.paths(PREFIX)).singleElement().matches(path -> !isStale(path), "refreshed"));
            assertNothingDeleted(watched);
        }
    }

    @Test
    void anAgentThatIsRestartedInOrderKeepsItsRoutesToo(TestReporter reporter) {
        try (var watched = watchedRoutes()) {
            lab.restart(NODE);
            lab.awaitSessions();
            var started = lab.process(NODE, "roadstead").info().startInstant().orElseThrow();
            reporter.publishEntry("milliseconds from the agent's start to Established at the router",
                    Long.toString(Duration.between(started, Instant.now()).toMillis()));

            eventually(SeedLab.SOON, () -> assertThat(lab.paths(PREFIX)).singleElement().matches(path -> !isStale(path), "refreshed"));
            assertNothingDeleted(watched);
        }
    }

    @Test
    void aRouterThatWasKilledFindsAllPrefixesAgain() {
        lab.process("router", "bgpd").destroyForcibly();
        lab.process("router", "zebra").destroyForcibly();

        lab.restart("router");

        lab.awaitSessions();
        SeedLab.NODES.forEach((node, address) -> eventually(SeedLab.SOON,
                () -> assertThat(lab.gateways(SeedLab.POD_CIDRS.get(node))).isEqualTo(Set.of(address))));
    }

    /** The kernel's news of routes from now on. */
    private ManagedProcess watchedRoutes() {
        var monitor = lab.start("router", "ip", "-4", "monitor", "route");
        lab.awaitMark("router", monitor, FIRST_MARK);
        return monitor;
    }

    private void assertNothingDeleted(ManagedProcess watched) {
        lab.awaitMark("router", watched, LAST_MARK);
        assertThat(watched.output().lines().filter(line -> line.startsWith("Deleted")))
                .allMatch(line -> line.contains(FIRST_MARK) || line.contains(LAST_MARK));
    }

    private static boolean isStale(JsonNode path) {
        return path.path("stale").asBoolean();
    }
}
