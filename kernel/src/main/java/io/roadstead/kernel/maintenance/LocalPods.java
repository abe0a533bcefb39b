package io.roadstead.kernel.maintenance;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.pod.Pod;
import io.roadstead.api.route.ClusterView;

/** The Pods of this node that have addresses of their own, as far as the source gives any. Confined to the control loop. */
final class LocalPods {

    private final Set<ResourceKey> pods = new HashSet<>();
    private boolean known;

    /** Looks at the objects that changed; says whether that changed anything here. */
    boolean changed(Collection<ResourceKey> keys, ClusterView cluster) {
        boolean changed = false;
        for (ResourceKey key : keys) {
            if (key.kind().equals(Pod.KIND)) {
                changed |= look(key, cluster);
            }
        }
        return changed;
    }

    /** A maintenance begins: what was known before may have been forgotten by the source since nobody needed it. */
    void begin(ClusterView cluster) {
        known = !cluster.all(Pod.class).isEmpty();
    }

    private boolean look(ResourceKey key, ClusterView cluster) {
        boolean first = !known;
        known = true;
        boolean here = cluster.get(Pod.class, key.namespace(), key.name())
                .filter(pod -> pod.nodeName().equals(cluster.localNodeName()) && !pod.hostNetwork() && !pod.ended()).isPresent();
        return (here ? pods.add(key) : pods.remove(key)) || here || first; // one that stays may have other addresses
    }

    /** Whether the source has given any Pod, of whichever node, since the maintenance began: one that gives none says nothing about this node's. */
    boolean known() {
        return known;
    }

    /** How many of them have an address in this node's Pod CIDRs. */
    int inPodCidrs(ClusterView cluster) {
        int count = 0;
        for (ResourceKey key : pods) {
            if (cluster.get(Pod.class, key.namespace(), key.name()).filter(pod -> inPodCidrs(pod, cluster)).isPresent()) {
                count++;
            }
        }
        return count;
    }

    private static boolean inPodCidrs(Pod pod, ClusterView cluster) {
        return pod.addresses().stream().anyMatch(address -> cluster.localPodCidrs().stream().anyMatch(cidr -> cidr.contains(address)));
    }
}
