package io.roadstead.kernel.maintenance;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.roadstead.api.model.node.Node;
import io.roadstead.api.view.MaintenanceView.Cause;
import io.roadstead.api.view.MaintenanceView.Kind;

/** What a Node object says about its node's maintenance. Pure. */
public final class NodeCauses {

    /** The annotation that drains a node: {@code true} or {@code false}. */
    public static final String ANNOTATION = "roadstead.io/drain";

    private NodeCauses() {
    }

    /** Each of which is enough; empty for a node in service. */
    public static List<Cause> of(Node node, MaintenanceSettings settings) {
        List<Cause> causes = new ArrayList<>();
        String name = node.meta().name();
        if ("true".equals(node.meta().annotations().get(ANNOTATION))) {
            causes.add(new Cause(Kind.ANNOTATION, "annotation " + ANNOTATION + "=true",
                    "kubectl annotate node " + name + " " + ANNOTATION + "-"));
        }
        for (Node.Taint taint : node.taints()) {
            if (settings.counts(taint)) {
                causes.add(new Cause(Kind.TAINT, "taint " + text(taint), "kubectl taint node " + name + " " + taint.key()
                        + (taint.effect().isEmpty() ? "" : ":" + taint.effect()) + "-"));
            }
        }
        if (settings.cordon() && node.unschedulable()) {
            causes.add(new Cause(Kind.CORDON, "cordon", "kubectl uncordon " + name));
        }
        return causes;
    }

    /** What is wrong with the annotation, with its remedy. */
    static Optional<String> problem(Node node) {
        String value = node.meta().annotations().get(ANNOTATION);
        return value == null || value.equals("true") || value.equals("false")
                ? Optional.empty()
                : Optional.of("Node " + node.meta().name() + ": annotation " + ANNOTATION + "='" + value
                        + "' is neither true nor false and has no effect; write true, or remove it");
    }

    private static String text(Node.Taint taint) {
        return taint.key() + (taint.value().isEmpty() ? "" : "=" + taint.value()) + (taint.effect().isEmpty() ? "" : ":" + taint.effect());
    }
}
