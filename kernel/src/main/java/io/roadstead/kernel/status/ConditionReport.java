package io.roadstead.kernel.status;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

import io.roadstead.api.model.bgp.BgpClusterConfig;
import io.roadstead.api.model.bgp.BgpPeerConfig;
import io.roadstead.api.model.meta.Condition;
import io.roadstead.api.model.meta.LabelSelector;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.route.ClusterView;
import io.roadstead.kernel.route.BgpChecks;
import io.roadstead.kernel.route.BgpSettings;

/** The conditions of cluster and peer configurations, as Cilium's operator names them. Pure. */
final class ConditionReport {

    private ConditionReport() {
    }

    static SortedMap<ResourceKey, List<Condition>> of(ClusterView cluster, BgpSettings settings) {
        SortedMap<ResourceKey, List<Condition>> conditions = new TreeMap<>();
        Map<String, Set<String>> conflicts = new HashMap<>();
        Set<String> matching = new HashSet<>();
        List<BgpClusterConfig> byAge = BgpChecks.byAge(cluster.all(BgpClusterConfig.class));
        for (Node node : cluster.all(Node.class)) {
            BgpClusterConfig owner = null;
            for (BgpClusterConfig config : byAge) {
                LabelSelector selector = config.nodeSelector();
                if (selector == null || selector.matches(node.meta().labels())) {
                    matching.add(config.meta().name());
                    if (owner == null) {
                        owner = config;
                    } else {
                        conflicts.computeIfAbsent(config.meta().name(), name -> new TreeSet<>()).add(owner.meta().name());
                    }
                }
            }
        }
        for (BgpClusterConfig config : byAge) {
            String name = config.meta().name();
            conditions.put(config.key(),
                    List.of(condition("NoMatchingNode", "NoMatchingNode",
                            matching.contains(name) ? "" : "no node matches " + config.nodeSelector()),
                            condition("MissingPeerConfigs", "MissingPeerConfigs", missing(config, cluster)),
                            condition("ConflictingClusterConfig", "ConflictingClusterConfigs",
                                    conflict(conflicts.getOrDefault(name, Set.of())))));
        }
        for (BgpPeerConfig config : cluster.all(BgpPeerConfig.class)) {
            String secret = config.authSecretRef();
            boolean lacks = secret != null && config.password() == null && !BgpChecks.hasPassword(cluster, settings, secret);
            conditions.put(config.key(), List.of(condition("MissingAuthSecret", "MissingAuthSecret",
                    lacks ? "Secret " + settings.secretsNamespace() + "/" + secret + " does not exist or has no key 'password'" : "")));
        }
        return conditions;
    }

    private static String missing(BgpClusterConfig config, ClusterView cluster) {
        Set<String> missing = new TreeSet<>();
        for (BgpClusterConfig.Instance instance : config.instances()) {
            for (BgpClusterConfig.Peer peer : instance.peers()) {
                String reference = peer.configRef();
                if (reference != null && cluster.get(BgpPeerConfig.class, "", reference).isEmpty()) {
                    missing.add(reference);
                }
            }
        }
        return missing.isEmpty() ? "" : "missing CiliumBGPPeerConfig: " + String.join(", ", missing);
    }

    private static String conflict(Set<String> owners) {
        return owners.isEmpty() ? "" : "nodes that this selects are owned by: " + String.join(", ", owners);
    }

    /** True when there is something to say. */
    private static Condition condition(String type, String reason, String message) {
        return Condition.toWrite("cilium.io/" + type, message.isEmpty() ? Condition.Status.FALSE : Condition.Status.TRUE, reason, message);
    }
}
