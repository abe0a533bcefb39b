package io.roadstead.kernel.route;

import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.BgpAdvertisement;
import io.roadstead.api.model.bgp.Community;
import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.bgp.WellKnownCommunity;
import io.roadstead.api.route.Reason;

/**
 * What this node does to its routes while it is taken out of service: all are marked, and some withheld.
 *
 * @param reason    why; null when nothing is restrained
 * @param withholds whether routes are withheld, not only marked
 * @param kept      types of advertisement that are marked only, in any case
 */
public record Restraint(@Nullable Reason reason, boolean withholds, Set<String> kept) {

    /** Nothing is restrained. */
    public static final Restraint NONE = new Restraint(null, false, Set.of());

    private static final Community GRACEFUL_SHUTDOWN = WellKnownCommunity.PLANNED_SHUT.community();

    public Restraint {
        kept = Set.copyOf(kept);
    }

    /** Why routes of that type are not announced; null when they are. */
    @Nullable
    Reason withheld(String type) {
        return withholds && !kept.contains(type) ? reason : null;
    }

    /**
     * The item as it is announced. RFC 8326 §4.2: routes get the community GRACEFUL_SHUTDOWN. Receivers lower their LOCAL_PREF on eBGP sessions only (§4.1), which within
     * an AS is the sender's to say: iBGP peers are told LOCAL_PREF 0 besides, the value that §4.1 wants there.
     */
    BgpAdvertisement.Entry mark(BgpAdvertisement.Entry entry) {
        if (reason == null) {
            return entry;
        }
        RouteAttributes plain = entry.attributes();
        TreeSet<Community> communities = new TreeSet<>(plain.communities());
        communities.add(GRACEFUL_SHUTDOWN);
        RouteAttributes marked =
                new RouteAttributes(plain.origin(), communities, plain.largeCommunities(), 0L, plain.med(), plain.prepend(),
                        plain.nextHop());
        return new BgpAdvertisement.Entry(entry.type(), entry.selector(), entry.service(), marked, entry.nodeSelector(),
                entry.parameters());
    }
}
