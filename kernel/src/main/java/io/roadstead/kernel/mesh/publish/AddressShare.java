package io.roadstead.kernel.mesh.publish;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.model.pod.Pod;
import io.roadstead.api.model.service.EndpointSlice;
import io.roadstead.kernel.mesh.schema.IdentityEntry.Label;
import io.roadstead.kernel.mesh.schema.IpEntry;
import io.roadstead.kernel.mesh.schema.MeshKeys;
import io.roadstead.kernel.mesh.schema.Owner;

/** Whose each address is: that of a Pod, or, where there is no object of it, that of an endpoint on a node. Addresses of nodes are none. */
final class AddressShare {

    private static final Comparator<Pod> NEWEST_LAST =
            Comparator.comparing((Pod pod) -> pod.meta().created()).thenComparing(pod -> pod.meta().namespace())
                    .thenComparing(pod -> pod.meta().name());

    private final Owner owner;
    private final PublishedKeys keys;
    private final Identities identities;
    private final Map<String, Node> nodes = new HashMap<>();
    /** Addresses of nodes, and how many nodes say so. */
    private final Map<IpAddress, Integer> hosts = new HashMap<>();
    private final Map<ResourceKey, Pod> pods = new HashMap<>();
    private final Map<ResourceKey, Map<IpAddress, Claim>> slices = new HashMap<>();
    private final Map<IpAddress, Set<ResourceKey>> claims = new HashMap<>();
    private final Map<IpAddress, Published> published = new HashMap<>();
    private final Set<IpAddress> dirty = new LinkedHashSet<>();
    /** Waiting for an identity. */
    private final Set<IpAddress> without = new LinkedHashSet<>();

    AddressShare(Owner owner, PublishedKeys keys, Identities identities) {
        this.owner = owner;
        this.keys = keys;
        this.identities = identities;
    }

    /** An endpoint's; {@code pod} is {@code namespace/name}, empty when unknown. */
    private record Claim(String namespace, String pod, String node) {
    }

    private record Published(String key, int identity, SortedMap<String, Label> labels) {
    }

    void node(String name, Optional<Node> changed) {
        Node before = changed.map(node -> nodes.put(name, node)).orElseGet(() -> changed.isPresent() ? null : nodes.remove(name));
        List<IpAddress> old = addresses(before);
        List<IpAddress> now = addresses(nodes.get(name));
        if (old.equals(now)) {
            return;
        }
        old.forEach(address -> hosts.merge(address, -1, (count, one) -> count == 1 ? null : count + one));
        now.forEach(address -> hosts.merge(address, 1, Integer::sum));
        dirty.addAll(old);
        dirty.addAll(now);
        pods.values().stream().filter(pod -> pod.nodeName().equals(name)).forEach(pod -> dirty.addAll(pod.addresses()));
        slices.values().forEach(members -> members.forEach((address, claim) -> {
            if (claim.node.equals(name)) {
                dirty.add(address);
            }
        }));
    }

    void pod(ResourceKey key, Optional<Pod> changed) {
        Pod before = pods.remove(key);
        if (before != null) {
            before.addresses().forEach(address -> unclaim(address, key));
        }
        changed.filter(pod -> !pod.ended()).ifPresent(pod -> {
            pods.put(key, pod);
            pod.addresses().forEach(address -> claim(address, key));
        });
    }

    void slice(ResourceKey key, Optional<EndpointSlice> changed) {
        Map<IpAddress, Claim> now = changed.map(AddressShare::claims).orElse(Map.of());
        Map<IpAddress, Claim> before = now.isEmpty() ? slices.remove(key) : slices.put(key, now);
        Map<IpAddress, Claim> old = before == null ? Map.of() : before;
        Stream.concat(old.keySet().stream(), now.keySet().stream()).distinct()
                .filter(address -> !Objects.equals(old.get(address), now.get(address))).forEach(address -> {
                    if (now.containsKey(address)) {
                        claim(address, key);
                    } else {
                        unclaim(address, key);
                    }
                });
    }

    /** Without a node or a Pod it may be outside of the cluster, and nobody's business. */
    private static Map<IpAddress, Claim> claims(EndpointSlice slice) {
        Map<IpAddress, Claim> claims = new LinkedHashMap<>();
        for (EndpointSlice.Endpoint endpoint : slice.endpoints()) {
            if (!endpoint.nodeName().isEmpty() || !endpoint.pod().isEmpty()) {
                claims.put(endpoint.addresses().getFirst(), new Claim(slice.meta().namespace(), endpoint.pod(), endpoint.nodeName()));
            }
        }
        return claims;
    }

    private void claim(IpAddress address, ResourceKey by) {
        claims.computeIfAbsent(address, absent -> new LinkedHashSet<>(2)).add(by);
        dirty.add(address);
    }

    private void unclaim(IpAddress address, ResourceKey by) {
        claims.computeIfPresent(address, (same, holders) -> {
            holders.remove(by);
            return holders.isEmpty() ? null : holders;
        });
        dirty.add(address);
    }

    /** Writes what changed. */
    void settle() {
        dirty.addAll(without);
        without.clear();
        // What goes may free the number that what comes needs.
        List<IpAddress> wanted = new ArrayList<>();
        for (IpAddress address : dirty) {
            Subject subject = hosts.containsKey(address) ? null : subject(address);
            if (subject == null) {
                withdraw(published.remove(address));
            } else {
                wanted.add(address);
            }
        }
        wanted.forEach(address -> publish(address, Objects.requireNonNull(subject(address))));
        dirty.clear();
    }

    private void publish(IpAddress address, Subject subject) {
        SortedMap<String, Label> labels = IdentityLabels.of(owner.cluster(), subject.namespace, subject.labels, subject.serviceAccount);
        Published before = published.get(address);
        Published now = before != null && before.labels.equals(labels) ? before : acquire(address, labels);
        if (now == null) {
            without.add(address);
            withdraw(published.remove(address));
            return;
        }
        IpEntry entry =
                IpEntry.of(address, host(address, subject.node), now.identity, subject.namespace, subject.pod, subject.serviceAccount);
        keys.put(now.key, entry.encode(), "address " + address);
        published.put(address, now);
        if (before != null && before.identity != now.identity) {
            identities.release(before.identity, before.labels);
        }
    }

    private @Nullable Published acquire(IpAddress address, SortedMap<String, Label> labels) {
        OptionalInt identity = identities.acquire(labels);
        return identity.isEmpty() ? null : new Published(MeshKeys.ip(address), identity.getAsInt(), labels);
    }

    private void withdraw(@Nullable Published gone) {
        if (gone != null) {
            keys.delete(gone.key);
            identities.release(gone.identity, gone.labels);
        }
    }

    /** What is told of an address. */
    private record Subject(String namespace, String pod, String serviceAccount, Map<String, String> labels, String node) {
    }

    /** Null when nothing is to be told: nobody has it, or it is a node's. */
    private @Nullable Subject subject(IpAddress address) {
        Set<ResourceKey> holders = claims.getOrDefault(address, Set.of());
        List<Pod> havePods = holders.stream().map(pods::get).filter(Objects::nonNull).toList();
        if (havePods.stream().anyMatch(Pod::hostNetwork)) {
            return null;
        }
        Optional<Pod> newest = havePods.stream().max(NEWEST_LAST);
        if (newest.isPresent()) {
            Pod pod = newest.get();
            return new Subject(pod.meta().namespace(), pod.meta().name(), pod.serviceAccount(), pod.meta().labels(), pod.nodeName());
        }
        return holders.stream().map(slices::get).filter(Objects::nonNull).map(members -> members.get(address)).filter(Objects::nonNull)
                .findFirst()
                .map(claim -> new Subject(claim.pod.isEmpty() ? claim.namespace : claim.pod.substring(0, claim.pod.indexOf('/')),
                        claim.pod.substring(claim.pod.indexOf('/') + 1), "", Map.of(), claim.node))
                .orElse(null);
    }

    /** The node's address, of the same family if it has one, internal ones first. */
    private @Nullable IpAddress host(IpAddress address, String nodeName) {
        Node node = nodes.get(nodeName);
        return node == null
                ? null
                : node.addresses().stream()
                        .min(Comparator.comparing((Node.Address each) -> each.address().family() != address.family())
                                .thenComparing(Node.Address::type))
                        .map(Node.Address::address).orElse(null);
    }

    private static List<IpAddress> addresses(@Nullable Node node) {
        return node == null ? List.of() : node.addresses().stream().map(Node.Address::address).toList();
    }

    int count() {
        return published.size();
    }

    /** How many addresses are not published, as the cluster has no identity left. */
    int withoutIdentity() {
        return without.size();
    }
}
