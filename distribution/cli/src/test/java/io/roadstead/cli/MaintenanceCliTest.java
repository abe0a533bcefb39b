package io.roadstead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

final class MaintenanceCliTest extends CliFixture {

    private static final String ACTIVE = "{\"node\":\"k8s-w1\",\"phase\":\"active\",\"causes\":[],\"keeps\":[]}";
    private static final String COMMAND =
            "{\"kind\":\"command\",\"subject\":\"roadstead node drain: disk\",\"undo\":\"roadstead node undrain\"}";
    private static final String TAINT =
            "{\"kind\":\"taint\",\"subject\":\"taint a:NoExecute\",\"undo\":\"kubectl taint node k8s-w1 a:NoExecute-\"}";
    private static final String KEEPS = "[{\"type\":\"PodCIDR\",\"reason\":\"2 Pods have addresses in it\"}]";
    private static final String STATE = "/v1/node/maintenance";

    private static String shuttingDown(String nextStep) {
        return "{\"node\":\"k8s-w1\",\"phase\":\"shutting-down\",\"since\":\"2026-01-01T00:00:48Z\",\"causes\":[" + COMMAND
                + "],\"next-step-at\":\"" + nextStep + "\",\"keeps\":[]}";
    }

    private static String drained(String causes) {
        return "{\"node\":\"k8s-w1\",\"phase\":\"drained\",\"since\":\"2026-01-01T00:00:00Z\",\"causes\":[" + causes + "],\"keeps\":"
                + KEEPS
                + "}";
    }

    @Test
    void theStateHasCausesWithTheirWayBackAndWhatIsKept() throws IOException {
        agent("a.sock", Map.of(STATE, drained(COMMAND + "," + TAINT)));

        assertThat(runEverywhere("node", "status")).isZero();

        assertThat(out.toString()).isEqualTo("""
                Node:    k8s-w1
                Phase:   drained, begun 1m0s ago
                Causes:  roadstead node drain: disk; undone by: roadstead node undrain
                         taint a:NoExecute; undone by: kubectl taint node k8s-w1 a:NoExecute-
                Keeps:   PodCIDR is still announced: 2 Pods have addresses in it
                """);
    }

    @Test
    void aNodeInServiceIsTwoLinesAndJsonIsTheAgentsAnswer() throws IOException {
        agent("a.sock", Map.of(STATE, ACTIVE));

        assertThat(runEverywhere("node", "status")).isZero();
        assertThat(out.toString()).isEqualTo("Node:    k8s-w1\nPhase:   active\n");
        assertThat(runEverywhere("node", "status", "-o", "json")).isZero();
        assertThat(out.toString()).contains("\"phase\" : \"active\"");
        assertThat(runEverywhere("node", "status", "-o", "yaml")).isZero();
        assertThat(out.toString()).contains("phase: \"active\"");
    }

    @Test
    void drainIsOnePostWithItsReasonAndShowsWhatFollows() throws IOException {
        CannedAgent agent = agentInTurn("a.sock",
                Map.of("POST /v1/node/drain?reason=disk+%26+fan", List.of(shuttingDown("2026-01-01T00:01:18Z"))));

        assertThat(runEverywhere("node", "drain", "--reason", "disk & fan")).isZero();

        assertThat(out.toString()).isEqualTo("""
                Node:    k8s-w1
                Phase:   shutting down, begun 12s ago
                Next:    routes are withdrawn in 18s
                Causes:  roadstead node drain: disk; undone by: roadstead node undrain
                """);
        assertThat(agent.commands()).hasSize(1);
    }

    @Test
    void drainWaitsUntilRoutesHaveBeenWithdrawnWhereAsked() throws IOException {
        String begun = shuttingDown("2026-01-01T00:01:18Z");
        agentInTurn("a.sock", Map.of("POST /v1/node/drain", List.of(begun), STATE, List.of(begun, begun, drained(COMMAND))));

        assertThat(runEverywhere("node", "drain", "--wait")).isZero();

        assertThat(out.toString()).contains("drained").doesNotContain("shutting down");
    }

    @Test
    void aWaitThatSomebodyElseEndsOrThatIsOverdueEndsWithItsOwnCode() throws IOException {
        agentInTurn("a.sock", Map.of("POST /v1/node/drain", List.of(shuttingDown("2026-01-01T00:01:18Z")), STATE, List.of(ACTIVE)));
        assertThat(run("node", "drain", "--wait", "--socket", socket("a.sock"))).isEqualTo(Exit.NOT_WELL);
        assertThat(out.toString()).contains("active");

        agentInTurn("b.sock", Map.of("POST /v1/node/drain", List.of(shuttingDown("2026-01-01T00:00:40Z")), STATE, List.of("{}")));
        assertThat(run("node", "drain", "--wait", "--socket", socket("b.sock"))).isEqualTo(Exit.NOT_WELL);
    }

    @Test
    void undrainEndsWithItsOwnCodeWhenSomethingElseKeepsTheNodeOut() throws IOException {
        agentInTurn("a.sock", Map.of("POST /v1/node/undrain", List.of(ACTIVE, drained(TAINT))));

        assertThat(runEverywhere("node", "undrain")).isZero();
        assertThat(runEverywhere("node", "undrain")).isEqualTo(Exit.NOT_WELL);

        assertThat(out.toString()).contains("undone by: kubectl taint node k8s-w1 a:NoExecute-");
    }

    @Test
    void anotherNodeIsLeftAloneAndTheWayToItTold() throws IOException {
        CannedAgent agent = agentInTurn("a.sock",
                Map.of(STATE, List.of(ACTIVE), "POST /v1/node/drain", List.of(ACTIVE), "POST /v1/node/undrain", List.of(ACTIVE)));

        assertThat(runEverywhere("node", "drain", "k8s-w2")).isEqualTo(Exit.USAGE);
        assertThat(err.toString()).contains("is that of node k8s-w1", "kubectl annotate node k8s-w2 roadstead.io/drain=true");
        assertThat(runEverywhere("node", "undrain", "k8s-w2")).isEqualTo(Exit.USAGE);
        assertThat(err.toString()).contains("kubectl annotate node k8s-w2 roadstead.io/drain-");
        assertThat(agent.commands()).isEmpty();

        assertThat(runEverywhere("node", "drain", "k8s-w1")).isZero();
        assertThat(agent.commands()).containsExactly("POST /v1/node/drain");
    }

    @Test
    void severalAgentsAreNotDrainedAtOnce() throws IOException {
        CannedAgent a = agentInTurn("a.sock", Map.of("POST /v1/node/drain", List.of(ACTIVE)));
        CannedAgent b = agentInTurn("b.sock", Map.of("POST /v1/node/drain", List.of(ACTIVE)));

        assertThat(runEverywhere("node", "drain")).isEqualTo(Exit.USAGE);

        assertThat(err.toString()).contains("2 agents are named", "--socket");
        assertThat(a.commands()).isEmpty();
        assertThat(b.commands()).isEmpty();
    }

    @Test
    void anAgentThatRefusesOrIsAwayHasTheUsualCodes() throws IOException {
        agent("a.sock", Map.of());

        assertThat(run("node", "drain", "--socket", socket("a.sock"))).isEqualTo(Exit.ANSWERED_ERROR);
        assertThat(run("node", "undrain", "--socket", socket("away.sock"))).isEqualTo(Exit.NO_ANSWER);
    }

    @Test
    void statusHasALineWhileItIsUnderWayAndNoneElse() throws IOException {
        String status = "{\"node\":\"k8s-w1\",\"started\":\"2026-01-01T00:00:00Z\",\"maintenance\":%s,\"problems\":[]}";
        agentInTurn("a.sock", Map.of("/v1/status", List.of(status.formatted(drained(COMMAND + "," + TAINT)), status.formatted(ACTIVE), "{"
                + "\"node\":\"k8s-w1\",\"started\":\"2026-01-01T00:00:00Z\"}")));

        assertThat(runEverywhere("status")).isZero();
        assertThat(out.toString()).contains("Maintenance: drained, begun 1m0s ago (roadstead node drain: disk; taint a:NoExecute)\n");
        out.getBuffer().setLength(0);
        assertThat(runEverywhere("status")).isZero();
        assertThat(runEverywhere("status")).isZero();
        assertThat(out.toString()).doesNotContain("Maintenance");
    }
}
