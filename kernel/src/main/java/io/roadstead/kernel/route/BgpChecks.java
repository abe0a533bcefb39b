package io.roadstead.kernel.route;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

import io.roadstead.api.model.bgp.BgpClusterConfig;
import io.roadstead.api.model.meta.SecretObject;
import io.roadstead.api.route.ClusterView;

/** Rules that planning and reporting share. */
public final class BgpChecks {

    /** The key of a peer's password in its Secret. */
    public static final String PASSWORD_KEY = "password";

    private BgpChecks() {
    }

    /** Oldest first, by name where they are of one age: the order of ownership where nobody owns yet. */
    public static List<BgpClusterConfig> byAge(Collection<BgpClusterConfig> configs) {
        return configs.stream().sorted(
                Comparator.comparing((BgpClusterConfig config) -> config.meta().created()).thenComparing(config -> config.meta().name()))
                .toList();
    }

    /** An empty password counts as none: a session must not come up without the protection that was asked for. */
    public static boolean hasPassword(ClusterView cluster, BgpSettings settings, String secret) {
        return cluster.get(SecretObject.class, settings.secretsNamespace(), secret).filter(BgpChecks::hasPassword).isPresent();
    }

    /** As {@link #hasPassword(ClusterView, BgpSettings, String)}, of a Secret that is there. */
    public static boolean hasPassword(SecretObject secret) {
        return secret.value(PASSWORD_KEY).filter(password -> !password.reveal().isEmpty()).isPresent();
    }
}
