package io.roadstead.kernel.config;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.config.Doc;
import io.roadstead.api.model.bgp.BgpAdvertisement;
import io.roadstead.kernel.maintenance.MaintenanceSettings;
import io.roadstead.kernel.maintenance.MaintenanceSettings.PodCidr;
import io.roadstead.kernel.maintenance.Toleration;
import io.roadstead.kernel.maintenance.Toleration.Effect;
import io.roadstead.kernel.maintenance.Toleration.Operator;

/** The section {@code roadstead.maintenance}. */
public record MaintenanceConfig(
        @Doc("Taints of the Node that drain it, by key; \"*\" stands for every taint with the effect NoSchedule or NoExecute.") Set<String> taints,
        @Doc(value = "Taints that do not drain it all the same; as the tolerations of a Pod.",
                example = "[ { key = node-role.kubernetes.io/control-plane, operator = Exists } ]") List<Tolerated> tolerations,
        @Doc("Whether cordoning the Node drains it.") boolean cordon,
        @Doc("How long routes are announced with the community GRACEFUL_SHUTDOWN (65535:0) before they are withdrawn, 0 s to 1 h.") Duration gracePeriod,
        @Doc("Further advertisement types that a drained node goes on to announce.") Set<String> keep,
        @Doc("When a drained node withdraws its Pod CIDR: until-empty, when no Pod has an address in it, and not while that is unknown; keep: never; withdraw: with the rest.") PodCidr podCidr) {

    public MaintenanceConfig {
        if (gracePeriod.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("grace-period " + gracePeriod.toSeconds() + "s is not in 0s to 1h");
        }
        if (taints.contains("")) {
            throw new IllegalArgumentException("taints has an empty key");
        }
        if (keep.contains(BgpAdvertisement.Entry.POD_CIDR)) {
            throw new IllegalArgumentException("keep has PodCIDR, which pod-cidr decides about");
        }
    }

    /** A toleration. */
    public record Tolerated(
            @Doc("Key of the taint; may be left out with operator exists, which then tolerates every key.") @Nullable String key,
            @Doc("equal, which is meant when none is given, compares the value; exists does not.") @Nullable Operator operator,
            @Doc("Value of the taint; for equal only.") @Nullable String value,
            @Doc("Effect of the taint; all when none is given.") @Nullable Effect effect) {
        public Tolerated {
            settings(key, operator, value, effect); // which refuses what makes no sense
        }

        private static Toleration settings(@Nullable String key, @Nullable Operator operator, @Nullable String value,
                @Nullable Effect effect) {
            return new Toleration(key == null ? "" : key, operator == null ? Operator.EQUAL : operator, value == null ? "" : value, effect);
        }

        Toleration settings() {
            return settings(key, operator, value, effect);
        }
    }

    /** For the controller. */
    public MaintenanceSettings settings() {
        return new MaintenanceSettings(taints, tolerations.stream().map(Tolerated::settings).toList(), cordon, gracePeriod, keep, podCidr);
    }
}
