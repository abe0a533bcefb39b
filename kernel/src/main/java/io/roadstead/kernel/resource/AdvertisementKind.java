package io.roadstead.kernel.resource;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import io.roadstead.api.model.bgp.BgpAdvertisement;
import io.roadstead.api.model.bgp.BgpAdvertisement.AddressKind;
import io.roadstead.api.model.bgp.BgpAdvertisement.Entry;
import io.roadstead.api.model.bgp.BgpAdvertisement.ServiceOptions;
import io.roadstead.api.model.bgp.Community;
import io.roadstead.api.model.bgp.LargeCommunity;
import io.roadstead.api.model.bgp.Origin;
import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.bgp.WellKnownCommunity;
import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.net.IpAddress;

/**
 * CiliumBGPAdvertisement. Roadstead's own fields: {@code nodeSelector}, {@code parameters}, {@code attributes.med}, {@code attributes.prepend},
 * {@code attributes.nextHop}, {@code service.withdrawWithoutEndpoints}, {@code service.honourNodeExclusion}; and the type is any word, since a plugin may provide
 * it.
 */
final class AdvertisementKind {

    /** Parameter that carries {@code interface.name} to the advertiser of type Interface. */
    private static final String INTERFACE_NAME = "interface.name";
    private static final String INTERFACE = "Interface";

    private AdvertisementKind() {
    }

    static Resource advertisement(Tree root, ObjectMeta meta) {
        Tree spec = root.at("spec");
        spec.only("advertisements");
        Tree entries = spec.at("advertisements");
        if (entries.items().isEmpty()) {
            entries.fault("is empty", "an advertisement has at least one item");
        }
        return new BgpAdvertisement(meta, entries.items(item -> item.object(AdvertisementKind::entry)));
    }

    private static Entry entry(Tree tree) {
        tree.only("advertisementType", "service", "interface", "selector", "attributes", "nodeSelector", "parameters");
        String type = tree.at("advertisementType").name();
        Tree service = tree.at("service");
        if (type.equals(Entry.SERVICE) && !service.present()) {
            service.fault("is missing", "advertisementType Service needs service.addresses");
        } else if (!type.equals(Entry.SERVICE) && service.present()) {
            service.fault("belongs to advertisementType Service only", "remove it");
        }
        Tree selector = tree.at("selector");
        if (type.equals(Entry.POD_CIDR) && selector.present()) {
            selector.fault("is not allowed with advertisementType PodCIDR", "remove it");
        }
        return new Entry(type, Common.selector(selector), service.object(AdvertisementKind::options), attributes(tree.at("attributes")),
                Common.selector(tree.at("nodeSelector")), parameters(tree, type));
    }

    private static Map<String, String> parameters(Tree tree, String type) {
        Map<String, String> parameters = new LinkedHashMap<>(tree.at("parameters").texts());
        Tree link = tree.at("interface");
        link.only("name");
        if (type.equals(INTERFACE)) {
            parameters.put(INTERFACE_NAME, link.at("name").name());
        } else if (link.present()) {
            link.fault("belongs to advertisementType Interface only", "remove it");
        }
        return parameters;
    }

    private static ServiceOptions options(Tree tree) {
        tree.only("addresses", "aggregationLengthIPv4", "aggregationLengthIPv6", "withdrawWithoutEndpoints", "honourNodeExclusion");
        Tree addresses = tree.at("addresses");
        if (addresses.items().isEmpty()) {
            addresses.fault("is empty", "at least one of LoadBalancerIP, ClusterIP, ExternalIP");
        }
        return new ServiceOptions(Set.copyOf(addresses.items(item -> item.word(List.of(AddressKind.values()), AddressKind::text))),
                tree.at("aggregationLengthIPv4").integerOrNull(0, 31), tree.at("aggregationLengthIPv6").integerOrNull(0, 127),
                tree.at("withdrawWithoutEndpoints").flag(false), tree.at("honourNodeExclusion").flag(false));
    }

    private static RouteAttributes attributes(Tree tree) {
        tree.only("communities", "localPreference", "med", "prepend", "nextHop");
        Tree communities = tree.at("communities");
        communities.only("standard", "wellKnown", "large");
        TreeSet<Community> standard = new TreeSet<>(communities.at("standard").items(item -> item.parsed(Community::parse)));
        communities.at("wellKnown").items(item -> item.word(List.of(WellKnownCommunity.values()), WellKnownCommunity::text))
                .forEach(known -> standard.add(known.community()));
        TreeSet<LargeCommunity> large = new TreeSet<>(communities.at("large").items(item -> item.parsed(LargeCommunity::parse)));
        return new RouteAttributes(Origin.IGP, standard, large, tree.at("localPreference").numberOrNull(0, 0xffff_ffffL),
                tree.at("med").numberOrNull(0, 0xffff_ffffL), tree.at("prepend").integer(0, 16, 0),
                tree.at("nextHop").parsed(IpAddress::parse));
    }
}
