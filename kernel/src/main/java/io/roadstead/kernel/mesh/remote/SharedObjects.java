package io.roadstead.kernel.mesh.remote;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.mesh.RemoteCluster;
import io.roadstead.api.model.mesh.RemoteNode;
import io.roadstead.api.model.mesh.RemoteService;
import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.source.ResourceBatch;
import io.roadstead.api.time.Loop;

/**
 * What all clusters share, on its way into the cluster's state: without Pod CIDRs that overlap, and without endpoints whose addresses are in such a one or in one of the
 * own cluster, since their packets would reach another Pod. What changes while the loop is busy is handed over as one batch.
 */
final class SharedObjects {

    private static final int MOST_PROBLEMS = 20;

    private final Loop loop;
    private final Consumer<ResourceBatch> sink;
    private final PodCidrClaims claims;
    private final Map<ResourceKey, Resource> said = new HashMap<>();
    private final Map<ResourceKey, RemoteService> services = new HashMap<>();
    /** Services with endpoints that are not used. */
    private final Map<ResourceKey, Unusable> unusable = new TreeMap<>();
    private final Set<ResourceKey> dirty = new LinkedHashSet<>();
    private boolean recheck;
    private boolean scheduled;
    /** How many clusters share a Service, by its key in the own cluster. */
    private final Map<ResourceKey, Integer> shares = new HashMap<>();
    private volatile int sharedServices;
    private volatile List<String> problems = List.of();

    SharedObjects(Loop loop, Consumer<ResourceBatch> sink, Supplier<String> ownCluster) {
        this.loop = loop;
        this.sink = sink;
        this.claims = new PodCidrClaims(ownCluster);
    }

    /** Of a Service's endpoints, how many and for example which. */
    private record Unusable(String cluster, ObjectMeta service, int count, String example) {
        private String text() {
            return "Service " + service.namespace() + "/" + service.name() + " of cluster " + cluster + ": " + count
                    + (count == 1 ? " endpoint is" : " endpoints are") + " not used, " + example
                    + "; give the clusters Pod CIDRs that do not overlap";
        }
    }

    /** Adds or replaces an object; one that is equal to what is there changes nothing. */
    void put(Resource resource) {
        ResourceKey key = resource.key();
        if (resource.equals(said.put(key, resource))) {
            return;
        }
        if (resource instanceof RemoteNode node) {
            claim(new PodCidrClaims.Node(node.cluster(), node.meta().name()), node.podCidrs());
        } else if (resource instanceof RemoteService service) {
            if (services.put(key, service) == null) {
                shares.merge(inOwnCluster(service), 1, Integer::sum);
            }
        }
        changed(key);
    }

    void remove(ResourceKey key) {
        Resource gone = said.remove(key);
        if (gone instanceof RemoteNode node) {
            claim(new PodCidrClaims.Node(node.cluster(), node.meta().name()), List.of());
        } else if (gone instanceof RemoteService service) {
            services.remove(key);
            shares.computeIfPresent(inOwnCluster(service), (own, count) -> count == 1 ? null : count - 1);
        }
        if (gone != null) {
            changed(key);
        }
    }

    /** A cluster that something is known of. */
    void cluster(String name, int id, @Nullable Instant lostSince) {
        put(new RemoteCluster(ObjectMeta.of("", name), id, lostSince));
    }

    /** Nothing is known of it any more. */
    void clusterGone(String name) {
        remove(new ResourceKey(RemoteCluster.KIND, "", name));
    }

    /** What nodes of the own cluster have now; an empty list for one that is gone. */
    void ownPodCidrs(Map<String, List<IpPrefix>> byNode) {
        byNode.forEach((node, prefixes) -> moved(claims.setOwn(node, prefixes)));
        recheck = true;
        schedule();
    }

    /** Everything that is not used for its addresses, each with its remedy; any thread. */
    List<String> problems() {
        return problems;
    }

    /** How many Services at least one cluster shares; any thread. */
    int sharedServices() {
        return sharedServices;
    }

    private static ResourceKey inOwnCluster(RemoteService service) {
        return new ResourceKey(Service.KIND, service.meta().namespace(), service.meta().name());
    }

    private void claim(PodCidrClaims.Node node, List<IpPrefix> prefixes) {
        int before = claims.conflictCount();
        moved(claims.set(node, prefixes));
        recheck |= before + claims.conflictCount() > 0;
    }

    private void moved(Set<PodCidrClaims.Node> nodes) {
        nodes.forEach(node -> changed(RemoteNode.key(node.cluster(), node.name())));
    }

    private void changed(ResourceKey key) {
        dirty.add(key);
        schedule();
    }

    private void schedule() {
        if (!scheduled) {
            scheduled = true;
            loop.execute(this::flush);
        }
    }

    private void flush() {
        scheduled = false;
        if (recheck) {
            services.forEach((key, service) -> {
                if (!dirty.contains(key) && check(key, service)) {
                    dirty.add(key);
                }
            });
        }
        List<Resource> upserts = new ArrayList<>();
        List<ResourceKey> deletes = new ArrayList<>();
        boolean troubled = recheck || !unusable.isEmpty();
        for (ResourceKey key : dirty) {
            switch (said.get(key)) {
                case null -> {
                    deletes.add(key);
                    unusable.remove(key);
                }
                case RemoteNode node -> upserts.add(withUsableCidrs(node));
                case RemoteService service -> {
                    check(key, service);
                    upserts.add(unusable.containsKey(key) ? withUsableEndpoints(service) : service);
                }
                case Resource other -> upserts.add(other);
            }
        }
        dirty.clear();
        recheck = false;
        sharedServices = shares.size();
        if (!upserts.isEmpty() || !deletes.isEmpty()) {
            sink.accept(new ResourceBatch(upserts, deletes));
        }
        if (troubled || !unusable.isEmpty()) {
            problems = describe();
        }
    }

    private RemoteNode withUsableCidrs(RemoteNode node) {
        List<IpPrefix> usable = claims.accepted(new PodCidrClaims.Node(node.cluster(), node.meta().name()), node.podCidrs());
        return usable.size() == node.podCidrs().size()
                ? node
                : new RemoteNode(node.meta(), node.cluster(), node.clusterId(), node.addresses(), usable);
    }

    private RemoteService withUsableEndpoints(RemoteService service) {
        return new RemoteService(service.meta(), service.cluster(), service.clusterId(), service.endpoints().stream()
                .filter(endpoint -> claims.taken(service.cluster(), endpoint.address()).isEmpty()).toList());
    }

    /** Finds out which of its endpoints cannot be used; returns whether these, or why, differ from before. */
    private boolean check(ResourceKey key, RemoteService service) {
        int count = 0;
        String example = "";
        if (claims.anyTaken()) {
            for (RemoteService.Endpoint endpoint : service.endpoints()) {
                Optional<String> taken = claims.taken(service.cluster(), endpoint.address());
                if (taken.isPresent()) {
                    example = count++ == 0 ? endpoint.address() + " is in " + taken.get() : example;
                }
            }
        }
        Unusable now = count == 0 ? null : new Unusable(service.cluster(), service.meta(), count, example);
        Unusable before = now == null ? unusable.remove(key) : unusable.put(key, now);
        return now == null ? before != null : !now.equals(before);
    }

    private List<String> describe() {
        List<String> all = new ArrayList<>();
        claims.conflicts(MOST_PROBLEMS).forEach(conflict -> all.add("node " + conflict.node() + ": its Pod CIDR " + conflict.prefix()
                + " overlaps " + conflict.with() + " and is not used; give the clusters Pod CIDRs that do not overlap"));
        further(all, claims.conflictCount(), "Pod CIDRs overlap");
        unusable.entrySet().stream().limit(MOST_PROBLEMS).forEach(entry -> all.add(entry.getValue().text()));
        further(all, unusable.size(), "Services of other clusters have endpoints that are not used");
        return List.copyOf(all);
    }

    private static void further(List<String> all, int count, String what) {
        if (count > MOST_PROBLEMS) {
            all.add((count - MOST_PROBLEMS) + " further " + what);
        }
    }
}
