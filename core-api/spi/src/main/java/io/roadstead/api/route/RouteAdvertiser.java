package io.roadstead.api.route;

import java.util.Collection;
import java.util.List;
import java.util.Set;

import io.roadstead.api.model.bgp.BgpAdvertisement;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.plugin.Instance;
import io.roadstead.api.source.Needs;

/**
 * Says, for one subject and one advertisement, which prefixes this node originates. A subject is an object of the cluster, or something of the advertiser's own
 * that it names with a kind of its own. All methods run on the control loop, must not block, and depend on nothing but their arguments and what the advertiser
 * has announced by {@link AdvertiserSink#invalidate}.
 */
public interface RouteAdvertiser<C extends Record> extends Instance<C> {
    /** The {@code advertisementType} it serves, as resources spell it: {@code PodCIDR}. */
    String advertisementType();

    /** Starts it. The sink may be used from any thread from now until close. */
    void start(AdvertiserSink sink);

    /** What it looks at of the kinds of which there is else but the own node's; the same until it is reconfigured. */
    default Needs needs() {
        return Needs.OWN_NODE;
    }

    /**
     * Whether it may also be asked what it would decide on another node, by a view as of that node: the leader tells a Service's owner so from where it is announced.
     * Then it decides, for one subject and one entry, alike for all nodes that have the same of the labels that it reads by {@link ClusterView#localNodeLabels}, and
     * endpoints of the subject in the same states; it does so by nothing that only its own node knows, and not by the node's name but for its texts.
     */
    default boolean decidesForAnyNode() {
        return false;
    }

    /** Every subject there is now: asked when the advertiser, an advertisement or the node changed. */
    Collection<ResourceKey> subjects(ClusterView cluster);

    /**
     * The subjects that may have to be decided anew because that object was created, changed or deleted; includes deleted ones. Empty for kinds that it does not
     * look at. A change of an EndpointSlice is also told as a change of the Services that it belongs and belonged to.
     */
    Set<ResourceKey> affectedBy(ResourceKey changed, ClusterView cluster);

    /**
     * Decides. An empty list means that the subject does not exist or has nothing to do with this advertiser; a subject that exists but is not announced gives
     * decisions that say why.
     *
     * @param entry whose type is {@link #advertisementType}; its node selector has been checked already
     */
    List<RouteDecision> decide(ResourceKey subject, BgpAdvertisement.Entry entry, ClusterView cluster);
}
