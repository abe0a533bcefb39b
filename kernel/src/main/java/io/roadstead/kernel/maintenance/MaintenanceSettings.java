package io.roadstead.kernel.maintenance;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import io.roadstead.api.model.node.Node;

/**
 * What takes a node out of service, and how.
 *
 * @param taints      keys; {@code *} stands for every one that keeps Pods away, by NoSchedule or NoExecute
 * @param cordon      whether cordoning does
 * @param gracePeriod between the mark and the withdrawal
 * @param keep        types of advertisement that are not withdrawn
 */
public record MaintenanceSettings(Set<String> taints, List<Toleration> tolerations, boolean cordon, Duration gracePeriod, Set<String> keep,
        PodCidr podCidr) {

    private static final String ANY = "*";

    public MaintenanceSettings {
        taints = Set.copyOf(taints);
        tolerations = List.copyOf(tolerations);
        keep = Set.copyOf(keep);
    }

    /** Whether that taint takes a node out of service. */
    boolean counts(Node.Taint taint) {
        boolean listed = taints.contains(taint.key()) || taints.contains(ANY) && Toleration.Effect.of(taint.effect())
                .filter(effect -> effect != Toleration.Effect.PREFER_NO_SCHEDULE).isPresent();
        return listed && tolerations.stream().noneMatch(toleration -> toleration.covers(taint));
    }

    /** When the Pod CIDR of a drained node is withdrawn. */
    public enum PodCidr {
        /** When no Pod has an address in it; not while that is unknown. */
        UNTIL_EMPTY,
        /** Not at all. */
        KEEP,
        /** With everything else. */
        WITHDRAW
    }
}
