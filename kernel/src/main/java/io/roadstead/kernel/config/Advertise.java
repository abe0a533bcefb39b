package io.roadstead.kernel.config;

import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.config.Doc;
import io.roadstead.api.config.OpenKeys;
import io.roadstead.api.model.bgp.BgpAdvertisement.AddressKind;
import io.roadstead.api.model.bgp.BgpAdvertisement.Entry;
import io.roadstead.api.model.bgp.Community;
import io.roadstead.api.model.bgp.LargeCommunity;
import io.roadstead.api.model.bgp.WellKnownCommunity;

/** One item of what is announced to a peer. As a text it is a type without anything else. */
public record Advertise(
        @Doc("pod-cidr, service, or the type of an advertiser plugin as it names itself. Default: service when that key is there.") @Nullable String type,
        @Doc("Which addresses of Services: load-balancer-ip, cluster-ip, external-ip.") Set<AddressKind> service,
        @Doc("Which objects, by label. Default: all; a resource without a selector selects none.") @Nullable Selector selector,
        @Doc("Only nodes with these labels announce it. Default: all.") @Nullable Selector nodeSelector,
        @Doc("Standard (65001:100), large (64512:1:2) or well-known (no-export) communities.") Set<String> communities,
        @Doc("LOCAL_PREF for internal peers, 0 to 4294967295. Default: 100.") @Nullable Long localPreference,
        @Doc("Length of announced IPv4 prefixes, 0 to 31. Default: 32.") @Nullable Integer aggregationLengthIpv4,
        @Doc("Length of announced IPv6 prefixes, 0 to 127. Default: 128.") @Nullable Integer aggregationLengthIpv6,
        @Doc("With externalTrafficPolicy Cluster, announce only while a ready endpoint exists anywhere. Default: false.") @Nullable Boolean withdrawWithoutEndpoints,
        @Doc("Nodes labelled node.kubernetes.io/exclude-from-external-load-balancers announce no external addresses. Default: false.") @Nullable Boolean honourNodeExclusion,
        @Doc("Passed to the advertiser as they are.") @OpenKeys Map<String, String> parameters) {

    public Advertise {
        if (type == null && service.isEmpty()) {
            throw new IllegalArgumentException("neither service nor type says what to announce");
        }
        type = switch (type == null ? "service" : type) {
            case "service", Entry.SERVICE -> Entry.SERVICE;
            case "pod-cidr", Entry.POD_CIDR -> Entry.POD_CIDR;
            default -> type;
        };
        if (Entry.SERVICE.equals(type) == service.isEmpty()) {
            throw new IllegalArgumentException(
                    service.isEmpty() ? "service names no addresses, like [ load-balancer-ip ]" : "service does not go with type " + type);
        }
        if (localPreference != null) {
            BgpConfig.checkRange("local-preference", localPreference, 0, 0xffff_ffffL);
        }
        if (aggregationLengthIpv4 != null) {
            BgpConfig.checkRange("aggregation-length-ipv4", aggregationLengthIpv4, 0, 31);
        }
        if (aggregationLengthIpv6 != null) {
            BgpConfig.checkRange("aggregation-length-ipv6", aggregationLengthIpv6, 0, 127);
        }
        communities.forEach(Advertise::checkCommunity);
    }

    /** A type by itself. */
    static Advertise parse(String type) {
        return new Advertise(type, Set.of(), null, null, Set.of(), null, null, null, null, null, Map.of());
    }

    List<Community> standardCommunities() {
        return communities.stream().filter(text -> !isLarge(text))
                .map(text -> WellKnownCommunity.of(text).map(WellKnownCommunity::community).orElseGet(() -> Community.parse(text)))
                .toList();
    }

    List<LargeCommunity> largeCommunities() {
        return communities.stream().filter(Advertise::isLarge).map(LargeCommunity::parse).toList();
    }

    private static boolean isLarge(String text) {
        return text.chars().filter(c -> c == ':').count() == 2;
    }

    private static void checkCommunity(String text) {
        try {
            if (isLarge(text)) {
                LargeCommunity.parse(text);
            } else if (WellKnownCommunity.of(text).isEmpty()) {
                Community.parse(text);
            }
        } catch (IllegalArgumentException bad) {
            throw new IllegalArgumentException("communities has an item that is " + bad.getMessage(), bad);
        }
    }
}
