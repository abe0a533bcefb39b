package io.roadstead.kernel.lint;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.BgpClusterConfig;
import io.roadstead.api.model.bgp.BgpNodeConfigOverride;
import io.roadstead.api.model.meta.LabelSelector;
import io.roadstead.api.model.node.Node;
import io.roadstead.kernel.route.BgpChecks;

/** Which nodes follow which configuration. */
final class NodeLint {

    private static final int NAMED = 3;

    private final LintInput input;
    private final List<Finding> findings;
    /** In the order in which they own nodes: oldest first, then by name. */
    private final List<BgpClusterConfig> byAge;

    private NodeLint(LintInput input, List<Finding> findings) {
        this.input = input;
        this.findings = findings;
        this.byAge = BgpChecks.byAge(input.clusterConfigs());
    }

    static void check(LintInput input, List<Finding> findings) {
        NodeLint lint = new NodeLint(input, findings);
        if (input.nodes().isEmpty()) {
            lint.overlapsForSure();
        } else {
            lint.overlaps();
            lint.matchingNone();
        }
        lint.overrides();
    }

    /** Without nodes only two things are certain: one selects every node, or both have the same selector. */
    private void overlapsForSure() {
        for (int i = 0; i < byAge.size(); i++) {
            for (int j = 0; j < i; j++) {
                BgpClusterConfig later = byAge.get(i);
                BgpClusterConfig owner = byAge.get(j);
                if (all(later.nodeSelector()) || all(owner.nodeSelector()) || Objects.equals(later.nodeSelector(), owner.nodeSelector())) {
                    overlap(later, owner, "selects nodes that " + owner.key() + " selects too");
                    break;
                }
            }
        }
    }

    private static boolean all(@Nullable LabelSelector selector) {
        return selector == null || selector.isEmpty();
    }

    private void overlaps() {
        Map<String, Map<String, Set<String>>> shared = new TreeMap<>();
        for (Node node : input.nodes()) {
            BgpClusterConfig owner = null;
            for (BgpClusterConfig config : byAge) {
                if (owner == null && matches(config, node)) {
                    owner = config;
                } else if (owner != null && matches(config, node)) {
                    shared.computeIfAbsent(config.meta().name(), name -> new TreeMap<>())
                            .computeIfAbsent(owner.meta().name(), name -> new HashSet<>()).add(node.meta().name());
                }
            }
        }
        for (BgpClusterConfig later : byAge) {
            for (BgpClusterConfig owner : byAge) {
                Set<String> nodes = shared.getOrDefault(later.meta().name(), Map.of()).getOrDefault(owner.meta().name(), Set.of());
                if (!nodes.isEmpty()) {
                    overlap(later, owner, "selects nodes that " + owner.key() + " selects too: " + named(nodes));
                }
            }
        }
    }

    private void overlap(BgpClusterConfig later, BgpClusterConfig owner, String problem) {
        findings.add(new Finding(LintRule.CLUSTER_CONFIGS_OVERLAP, later.key(), "spec.nodeSelector", problem,
                "make the selectors disjoint, or put all instances into one object: a node follows one alone, here "
                        + owner.meta().name()));
    }

    private void matchingNone() {
        for (BgpClusterConfig config : byAge) {
            if (input.nodes().stream().noneMatch(node -> matches(config, node))) {
                findings.add(new Finding(LintRule.NODE_SELECTOR_MATCHES_NONE, config.key(), "spec.nodeSelector",
                        "no Node has labels that match " + config.nodeSelector(), "label the nodes, or correct the selector"));
            }
        }
    }

    private static boolean matches(BgpClusterConfig config, Node node) {
        LabelSelector selector = config.nodeSelector();
        return selector == null || selector.matches(node.meta().labels());
    }

    private void overrides() {
        Set<String> nodes = input.nodes().stream().map(node -> node.meta().name()).collect(Collectors.toSet());
        Map<String, Set<String>> peersOf = new TreeMap<>();
        input.clusterConfigs().forEach(config -> config.instances().forEach(instance -> instance.peers()
                .forEach(peer -> peersOf.computeIfAbsent(instance.name(), name -> new HashSet<>()).add(peer.name()))));
        Set<String> instances = input.clusterConfigs().stream().flatMap(config -> config.instances().stream())
                .map(BgpClusterConfig.Instance::name).collect(Collectors.toSet());
        for (BgpNodeConfigOverride override : input.overrides()) {
            if (!nodes.isEmpty() && !nodes.contains(override.meta().name())) {
                nothing(override, "metadata.name", "there is no Node of that name", "an override has the name of the node it is for");
            }
            for (int i = 0; i < override.instances().size() && !instances.isEmpty(); i++) {
                BgpNodeConfigOverride.Instance instance = override.instances().get(i);
                String at = "spec.bgpInstances[" + i + "]";
                if (!instances.contains(instance.name())) {
                    nothing(override, at + ".name", "no CiliumBGPClusterConfig has an instance " + instance.name(),
                            "instances are overridden by their name");
                    continue;
                }
                for (int j = 0; j < instance.peers().size(); j++) {
                    String peer = instance.peers().get(j).name();
                    if (!peersOf.getOrDefault(instance.name(), Set.of()).contains(peer)) {
                        nothing(override, at + ".peers[" + j + "].name", "instance " + instance.name() + " has no peer " + peer,
                                "peers are overridden by their name");
                    }
                }
            }
        }
    }

    private void nothing(BgpNodeConfigOverride override, String field, String problem, String remedy) {
        findings.add(new Finding(LintRule.OVERRIDE_OF_NOTHING, override.key(), field, problem, remedy));
    }

    private static String named(Set<String> nodes) {
        String first = nodes.stream().sorted().limit(NAMED).collect(Collectors.joining(", "));
        return nodes.size() > NAMED ? first + " and " + (nodes.size() - NAMED) + " more" : first;
    }
}
