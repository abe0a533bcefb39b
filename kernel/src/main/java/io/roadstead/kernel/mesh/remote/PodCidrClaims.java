package io.roadstead.kernel.mesh.remote;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;

/**
 * Which node of which cluster has which Pod CIDR. A CIDR that overlaps with one of the own cluster, or with one that another node had first, waits until that is gone.
 * The own cluster's always count. A change costs in proportion to what it touches.
 */
final class PodCidrClaims {

    /** By what is waiting for. */
    private static final Comparator<Claim> OLDEST_FIRST = Comparator.comparingLong(Claim::sequence);

    private final PrefixTable<OwnCidr> own = new PrefixTable<>();
    private final Map<String, List<IpPrefix>> ownByNode = new HashMap<>();
    private final PrefixTable<Claim> accepted = new PrefixTable<>();
    private final PrefixTable<Claim> waiting = new PrefixTable<>();
    private final Map<String, PrefixTable<Claim>> waitingByCluster = new HashMap<>();
    private final TreeSet<Claim> refused = new TreeSet<>(OLDEST_FIRST);
    private final Map<Node, List<Claim>> byNode = new HashMap<>();
    private final Supplier<String> ownCluster;
    private long sequence;

    PodCidrClaims(Supplier<String> ownCluster) {
        this.ownCluster = ownCluster;
    }

    /** A node of another cluster. */
    record Node(String cluster, String name) {
        @Override
        public String toString() {
            return cluster + "/" + name;
        }
    }

    /** A CIDR that is not used. */
    record Conflict(Node node, IpPrefix prefix, String with) {
    }

    private record OwnCidr(String node, IpPrefix prefix) {
    }

    private record Claim(Node node, IpPrefix prefix, long sequence) {
    }

    /** Sets what a remote node says it has, in its order; returns the nodes whose accepted CIDRs changed, this one always among them when its own did. */
    Set<Node> set(Node node, Collection<IpPrefix> prefixes) {
        Set<IpPrefix> wanted = new LinkedHashSet<>(prefixes);
        Set<Node> changed = new LinkedHashSet<>();
        List<Claim> kept = new ArrayList<>();
        Deque<IpPrefix> freed = new ArrayDeque<>();
        for (Claim claim : byNode.getOrDefault(node, List.of())) {
            if (wanted.remove(claim.prefix)) {
                kept.add(claim);
            } else if (refused.contains(claim)) {
                unwait(claim);
            } else {
                accepted.remove(claim.prefix, claim);
                freed.add(claim.prefix);
                changed.add(node);
            }
        }
        retry(freed, changed);
        for (IpPrefix prefix : wanted) {
            Claim claim = new Claim(node, prefix, sequence++);
            kept.add(claim);
            if (holder(claim).isEmpty()) {
                accepted.add(prefix, claim);
                changed.add(node);
            } else {
                await(claim);
            }
        }
        if (kept.isEmpty()) {
            byNode.remove(node);
        } else {
            byNode.put(node, kept);
        }
        return changed;
    }

    /** Sets what a node of the own cluster has; returns the remote nodes whose accepted CIDRs changed by it. */
    Set<Node> setOwn(String node, List<IpPrefix> prefixes) {
        Set<Node> changed = new LinkedHashSet<>();
        Deque<IpPrefix> freed = new ArrayDeque<>();
        List<IpPrefix> before = prefixes.isEmpty() ? ownByNode.remove(node) : ownByNode.put(node, List.copyOf(prefixes));
        for (IpPrefix gone : before == null ? List.<IpPrefix>of() : before) {
            if (!prefixes.contains(gone)) {
                own.remove(gone, new OwnCidr(node, gone));
                freed.add(gone);
            }
        }
        for (IpPrefix prefix : prefixes) {
            own.add(prefix, new OwnCidr(node, prefix));
            for (Claim claim : accepted.overlapping(prefix)) {
                accepted.remove(claim.prefix, claim);
                await(claim);
                changed.add(claim.node);
                freed.add(claim.prefix); // what is in it and not in the own one can be used by others now
            }
        }
        retry(freed, changed);
        return changed;
    }

    /** What of a node's CIDRs may be used, in the node's order. */
    List<IpPrefix> accepted(Node node, List<IpPrefix> said) {
        List<Claim> claims = byNode.getOrDefault(node, List.of());
        if (claims.stream().noneMatch(refused::contains)) {
            return said;
        }
        return said.stream().filter(prefix -> claims.stream().anyMatch(claim -> claim.prefix.equals(prefix) && !refused.contains(claim)))
                .toList();
    }

    /** Why an address of a Pod of another cluster cannot be meant: whose Pod CIDR it is in; empty when it can. */
    Optional<String> taken(String cluster, IpAddress address) {
        if (own.contains(address)) {
            OwnCidr cidr = own.containing(address).getFirst();
            return Optional.of("Pod CIDR " + cidr.prefix + " of " + ownNode(cidr));
        }
        PrefixTable<Claim> unusable = waitingByCluster.get(cluster);
        if (unusable != null && unusable.contains(address)) {
            Claim claim = unusable.containing(address).getFirst();
            return Optional
                    .of("Pod CIDR " + claim.prefix + " of node " + claim.node + ", which overlaps " + holder(claim).orElse("another"));
        }
        return Optional.empty();
    }

    /** Whether {@link #taken} can have an answer at all. */
    boolean anyTaken() {
        return !own.isEmpty() || !refused.isEmpty();
    }

    /** How many are not used. */
    int conflictCount() {
        return refused.size();
    }

    /** The first of those that are not used, oldest first. */
    List<Conflict> conflicts(int most) {
        return refused.stream().limit(most).map(claim -> new Conflict(claim.node, claim.prefix, holder(claim).orElse("another"))).toList();
    }

    /** Gives what has become free to the oldest of those that wait for it. */
    private void retry(Deque<IpPrefix> freed, Set<Node> changed) {
        for (IpPrefix prefix = freed.poll(); prefix != null; prefix = freed.poll()) {
            waiting.overlapping(prefix).stream().sorted(OLDEST_FIRST).forEach(claim -> {
                if (holder(claim).isEmpty()) {
                    unwait(claim);
                    accepted.add(claim.prefix, claim);
                    changed.add(claim.node);
                }
            });
        }
    }

    /** In words, who has something of what it wants; empty when nobody else does. */
    private Optional<String> holder(Claim claim) {
        OwnCidr mine = own.anyOverlapping(claim.prefix);
        if (mine != null) {
            return Optional.of(mine.prefix + " of " + ownNode(mine));
        }
        return accepted.overlapping(claim.prefix).stream().filter(other -> !other.node.equals(claim.node)).findFirst()
                .map(other -> other.prefix + " of node " + other.node);
    }

    private String ownNode(OwnCidr cidr) {
        return "node " + ownCluster.get() + "/" + cidr.node + " of the own cluster";
    }

    private void await(Claim claim) {
        refused.add(claim);
        waiting.add(claim.prefix, claim);
        waitingByCluster.computeIfAbsent(claim.node.cluster, absent -> new PrefixTable<>()).add(claim.prefix, claim);
    }

    private void unwait(Claim claim) {
        refused.remove(claim);
        waiting.remove(claim.prefix, claim);
        PrefixTable<Claim> ofCluster = waitingByCluster.get(claim.node.cluster);
        if (ofCluster != null) {
            ofCluster.remove(claim.prefix, claim);
            if (ofCluster.isEmpty()) {
                waitingByCluster.remove(claim.node.cluster);
            }
        }
    }
}
