package io.roadstead.kernel.lb;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.mesh.RemoteNode;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.route.ClusterView;

/** On which node of another cluster an address is. Confined to the control loop. */
final class RemoteNodes {

    private final Map<ResourceKey, Known> nodes = new HashMap<>();
    /** Pod CIDRs, and the nodes' own addresses. Two nodes have the same one only by mistake; then the first by name counts. */
    private final NavigableMap<Place, SortedMap<ResourceKey, NodeFacts>> cidrs = new TreeMap<>();
    private final Map<RemoteAddress, SortedMap<ResourceKey, NodeFacts>> own = new HashMap<>();

    /** Where backends may be on another node now, or on one that has changed. */
    record Change(String cluster, List<IpPrefix> prefixes) {
        static final Change NONE = new Change("", List.of());
    }

    /** Takes over what the cluster says of a node now. */
    Change update(ResourceKey key, ClusterView view) {
        Known now = view.get(RemoteNode.class, "", key.name()).map(Known::of).orElse(null);
        Known before = now == null ? nodes.remove(key) : nodes.put(key, now);
        if (now == null ? before == null : now.equals(before)) {
            return Change.NONE;
        }
        List<IpPrefix> touched = new ArrayList<>();
        if (before != null) {
            put(key, before, null);
            touched.addAll(before.everywhere());
        }
        if (now != null) {
            put(key, now, now.facts);
            touched.addAll(now.everywhere());
        }
        return new Change(key.name().substring(0, key.name().indexOf('/')), touched.stream().distinct().toList());
    }

    private void put(ResourceKey key, Known node, @Nullable NodeFacts facts) {
        node.podCidrs.forEach(cidr -> put(cidrs, new Place(node.cluster, cidr), key, facts));
        node.facts.addresses().forEach(address -> put(own, new RemoteAddress(node.cluster, address), key, facts));
    }

    private static <K> void put(Map<K, SortedMap<ResourceKey, NodeFacts>> index, K place, ResourceKey key, @Nullable NodeFacts facts) {
        index.compute(place, (same, claims) -> {
            SortedMap<ResourceKey, NodeFacts> all = claims == null ? new TreeMap<>() : claims;
            if (facts == null) {
                all.remove(key);
            } else {
                all.put(key, facts);
            }
            return all.isEmpty() ? null : all;
        });
    }

    /** The node that has the address, or whose Pod CIDR has. */
    NodeFacts of(String cluster, IpAddress address) {
        SortedMap<ResourceKey, NodeFacts> host = own.get(new RemoteAddress(cluster, address));
        if (host != null) {
            return host.firstEntry().getValue();
        }
        // Pod CIDRs do not overlap: only the last one that begins before the address can contain it.
        Map.Entry<Place, SortedMap<ResourceKey, NodeFacts>> entry = cidrs.floorEntry(new Place(cluster, IpPrefix.host(address)));
        return entry != null && entry.getKey().cluster.equals(cluster) && entry.getKey().prefix.contains(address)
                ? entry.getValue().firstEntry().getValue()
                : NodeFacts.UNKNOWN;
    }

    private record Known(String cluster, NodeFacts facts, List<IpPrefix> podCidrs) {
        static Known of(RemoteNode node) {
            return new Known(node.cluster(), NodeFacts.of(node), node.podCidrs());
        }

        List<IpPrefix> everywhere() {
            List<IpPrefix> all = new ArrayList<>(podCidrs);
            facts.addresses().forEach(address -> all.add(IpPrefix.host(address)));
            return all;
        }
    }

    private record Place(String cluster, IpPrefix prefix) implements Comparable<Place> {
        private static final Comparator<Place> ORDER = Comparator.comparing(Place::cluster).thenComparing(Place::prefix);

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }
    }
}
