package io.roadstead.api.view;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * How far a node is out of service.
 *
 * @param since      when it began; null while active
 * @param causes     each of which is enough; empty while active, and before the cluster's objects have been read, when a maintenance of an earlier run goes on
 * @param nextStepAt when routes are going to be withdrawn; null unless shutting down
 * @param keeps      what is announced although the node is drained, with the community; empty unless drained
 */
public record MaintenanceView(String node, Phase phase, @Nullable Instant since, List<Cause> causes, @Nullable Instant nextStepAt,
        List<Kept> keeps) {

    public MaintenanceView {
        causes = List.copyOf(causes);
        keeps = List.copyOf(keeps);
    }

    /** In service, and nothing else to tell. */
    public static MaintenanceView active(String node) {
        return new MaintenanceView(node, Phase.ACTIVE, null, List.of(), null, List.of());
    }

    /** How far it is. */
    public enum Phase {
        /** In service. */
        ACTIVE,
        /** Announces everything with the community GRACEFUL_SHUTDOWN (RFC 8326), so that routers prefer other nodes. */
        SHUTTING_DOWN,
        /** Has withdrawn everything but what it keeps. */
        DRAINED
    }

    /**
     * Why it is out of service.
     *
     * @param subject for people: {@code Node k8s-w1 has the annotation roadstead.io/drain=true}
     * @param undo    the command that takes it back
     */
    public record Cause(Kind kind, String subject, String undo) {
    }

    /** Where a cause comes from. */
    public enum Kind {
        /** {@code roadstead node drain} on the node's agent. */
        COMMAND,
        /** {@code roadstead.io/drain} on the Node. */
        ANNOTATION,
        /** One of the configured taints on the Node. */
        TAINT,
        /** The Node is cordoned, and that counts. */
        CORDON
    }

    /**
     * What stays announced.
     *
     * @param type   of advertisement
     * @param reason for people
     */
    public record Kept(String type, String reason) {
    }
}
