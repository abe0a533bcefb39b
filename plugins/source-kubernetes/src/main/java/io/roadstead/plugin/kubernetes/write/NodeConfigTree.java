package io.roadstead.plugin.kubernetes.write;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.BgpNodeConfig;
import io.roadstead.api.source.BgpStatusTree;
import io.roadstead.api.source.StatusUpdate.BgpNodeStatus;
import io.roadstead.api.source.StatusUpdate.InstanceStatus;
import io.roadstead.api.source.StatusUpdate.PeerStatus;
import io.roadstead.plugin.kubernetes.call.Trees;

/** A CiliumBGPNodeConfig in the API's form. Pure. */
final class NodeConfigTree {
    private NodeConfigTree() {
    }

    /** A new one that goes when its Node goes. */
    static Map<String, ?> created(String apiVersion, String node, String nodeUid, BgpNodeStatus status) {
        return Map.of("apiVersion", apiVersion, "kind", BgpNodeConfig.KIND, "metadata",
                Map.of("name", node, "labels", Map.of(Known.MANAGED_BY, Known.MANAGER), "ownerReferences",
                        List.of(Map.of("apiVersion", "v1", "kind", "Node", "name", node, "uid", nodeUid))),
                "spec", spec(status, Map.of()));
    }

    /** The spec that belongs to the status; null when the object has it, or is not ours to change. */
    static @Nullable Map<String, ?> specPatch(Known known, BgpNodeStatus status) {
        if (!known.ours() || status.instances().isEmpty()) {
            return null; // the schema wants an instance
        }
        Map<String, ?> spec = spec(status, known.spec());
        return same(known.spec(), spec) ? null : spec;
    }

    /** What has to change in the status; empty when nothing has. A null in it removes. */
    static Map<String, ?> statusPatch(Known known, BgpNodeStatus status, Instant now) {
        Map<String, Object> wanted = new LinkedHashMap<>();
        if (!status.instances().isEmpty()) {
            wanted.put("bgpInstances", status.instances().stream().map(BgpStatusTree::of).toList());
        }
        List<?> conditions =
                ConditionTrees.merge(Trees.list(known.status().get("conditions")), type -> true, status.conditions(), known.generation(),
                        now);
        if (!conditions.isEmpty()) {
            wanted.put("conditions", conditions);
        }
        Map<String, Object> patch = new LinkedHashMap<>();
        known.status().keySet().stream().filter(field -> !wanted.containsKey(field)).forEach(field -> patch.put(field, null));
        wanted.forEach((field, value) -> {
            if (!same(known.status().get(field), value)) {
                patch.put(field, value);
            }
        });
        return patch;
    }

    /** Whether the status says the same of the sessions, if not of their routes. */
    static boolean sameSessions(Known known, BgpNodeStatus status) {
        return same(withoutCounts(known.status().get("bgpInstances")),
                withoutCounts(status.instances().stream().map(BgpStatusTree::of).toList()))
                && !status.instances().isEmpty();
    }

    private static List<?> withoutCounts(@Nullable Object instances) {
        return Trees.list(instances).stream().map(instance -> {
            Map<String, Object> copy = new LinkedHashMap<>(Trees.map(instance));
            copy.put("peers", Trees.list(copy.get("peers")).stream().map(peer -> {
                Map<String, Object> other = new LinkedHashMap<>(Trees.map(peer));
                other.remove("routeCount");
                return other;
            }).toList());
            return copy;
        }).toList();
    }

    private static Map<String, ?> spec(BgpNodeStatus status, Map<String, ?> former) {
        List<Object> instances = new ArrayList<>();
        for (InstanceStatus instance : status.instances()) {
            Map<String, ?> before = named(former.get("bgpInstances"), instance.name());
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("name", instance.name());
            tree.put("localASN", instance.localAsn().value());
            tree.put("peers", instance.peers().stream().map(peer -> specPeer(peer, named(before.get("peers"), peer.name()))).toList());
            instances.add(tree);
        }
        return Map.of("bgpInstances", instances);
    }

    private static Map<String, Object> specPeer(PeerStatus peer, Map<String, ?> former) {
        // An AS that is learned is unknown while there is no session: that is no reason to write the spec.
        long asn = peer.asn().value() == 0 ? Math.max(0, Trees.number(former.get("peerASN"), 0)) : peer.asn().value();
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", peer.name());
        tree.put("peerAddress", peer.address().toString());
        tree.put("peerASN", asn);
        return tree;
    }

    private static Map<String, ?> named(@Nullable Object list, String name) {
        return Trees.list(list).stream().<Map<String, ?>>map(Trees::map).filter(item -> name.equals(item.get("name"))).findFirst()
                .orElse(Map.of());
    }

    /** Whether two trees say the same; numbers compare by value, whatever type a reader made of them. */
    private static boolean same(@Nullable Object one, @Nullable Object other) {
        return switch (one) {
            case Map<?, ?> map -> other instanceof Map<?, ?> second && map.keySet().equals(second.keySet())
                    && map.keySet().stream().allMatch(key -> same(map.get(key), second.get(key)));
            case List<?> list -> {
                List<?> second = Trees.list(other);
                boolean equal = other instanceof List<?> && list.size() == second.size();
                for (int i = 0; equal && i < list.size(); i++) {
                    equal = same(list.get(i), second.get(i));
                }
                yield equal;
            }
            case Number number -> other instanceof Number second && number.longValue() == second.longValue();
            case null, default -> Objects.equals(one, other);
        };
    }
}
