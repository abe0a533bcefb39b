package io.roadstead.cli.migrate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.BgpAdvertisement;
import io.roadstead.api.model.bgp.Community;
import io.roadstead.api.model.bgp.LargeCommunity;
import io.roadstead.api.model.meta.LabelSelector;
import io.roadstead.cli.manifest.Manifest;
import io.roadstead.kernel.resource.Tree;

/**
 * MetalLB's BGPAdvertisement, as far as it has an equivalent.
 *
 * @param service          in the shape of a CiliumBGPAdvertisement's {@code service}
 * @param attributes       in the shape of its {@code attributes}
 * @param pools            names; with {@code poolSelectors} empty too, all pools
 * @param peers            names; none means all
 * @param nodeSelectors    any of them; none means all nodes
 * @param serviceSelectors any of them; none means all Services of the pools
 */
record MetalLbAdvertisement(Manifest manifest, String name, Map<String, Object> service, Map<String, Object> attributes, List<String> pools,
        List<LabelSelector> poolSelectors, List<String> peers, List<LabelSelector> nodeSelectors, List<LabelSelector> serviceSelectors) {

    private static final String LARGE = "large:";

    /**
     * Reads one; null when something in it is wrong, which is remarked.
     *
     * @param aliases of communities
     */
    static @Nullable MetalLbAdvertisement read(Manifest manifest, Map<String, String> aliases, Draft draft) {
        return draft.read(manifest, root -> new Reader(manifest, draft, aliases).advertisement(root));
    }

    private record Reader(Manifest manifest, Draft draft, Map<String, String> aliases) {

        MetalLbAdvertisement advertisement(Tree root) {
            Tree spec = root.at("spec");
            draft.unknown(manifest, spec, "spec", Set.of("aggregationLength", "aggregationLengthV6", "localPref", "communities",
                    "ipAddressPools", "ipAddressPoolSelectors", "peers", "nodeSelectors", "serviceSelectors"));
            return new MetalLbAdvertisement(manifest, root.at("metadata").at("name").name(), service(spec), attributes(spec),
                    spec.at("ipAddressPools").items(Tree::text), MetalLbPeer.selectors(spec.at("ipAddressPoolSelectors")),
                    spec.at("peers").items(Tree::text), MetalLbPeer.selectors(spec.at("nodeSelectors")),
                    MetalLbPeer.selectors(spec.at("serviceSelectors")));
        }

        /** MetalLB announces a Service only while it has an endpoint, and not from nodes that are excluded: here that is asked for. */
        private static Map<String, Object> service(Tree spec) {
            Map<String, Object> service = new LinkedHashMap<>();
            service.put("addresses", List.of("LoadBalancerIP"));
            int ipv4 = spec.at("aggregationLength").integer(1, 32, 32);
            if (ipv4 < 32) {
                service.put("aggregationLengthIPv4", ipv4);
            }
            int ipv6 = spec.at("aggregationLengthV6").integer(1, 128, 128);
            if (ipv6 < 128) {
                service.put("aggregationLengthIPv6", ipv6);
            }
            service.put("withdrawWithoutEndpoints", true);
            service.put("honourNodeExclusion", true);
            return service;
        }

        private Map<String, Object> attributes(Tree spec) {
            TreeSet<Community> standard = new TreeSet<>();
            TreeSet<LargeCommunity> large = new TreeSet<>();
            for (String written : spec.at("communities").items(Tree::text)) {
                String value = aliases.getOrDefault(written, written);
                try {
                    if (value.startsWith(LARGE)) {
                        large.add(LargeCommunity.parse(value.substring(LARGE.length())));
                    } else {
                        standard.add(Community.parse(value));
                    }
                } catch (IllegalArgumentException refused) {
                    draft.lost(manifest, "spec.communities",
                            "'" + written + "' is neither a community nor an alias of a Community in the input",
                            "add that object to the input, or the community to the output");
                }
            }
            Map<String, Object> communities = new LinkedHashMap<>();
            if (!standard.isEmpty()) {
                communities.put("standard", standard.stream().map(Community::toString).toList());
            }
            if (!large.isEmpty()) {
                communities.put("large", large.stream().map(LargeCommunity::toString).toList());
            }
            Map<String, Object> attributes = new LinkedHashMap<>();
            if (!communities.isEmpty()) {
                attributes.put("communities", communities);
            }
            Long preference = spec.at("localPref").numberOrNull(0, 0xffff_ffffL);
            if (preference != null && preference != 0) { // zero is MetalLB's word for none
                attributes.put("localPreference", preference);
            }
            return attributes;
        }
    }

    /** An item per combination that one item cannot say; what several say of one prefix is merged. */
    List<Map<String, Object>> entries(List<MetalLbPool> all, Draft draft) {
        List<LabelSelector> services = new ArrayList<>();
        List<LabelSelector> ofPools = ofPools(all, draft);
        List<LabelSelector> narrowed = Selectors.few(serviceSelectors);
        ofPools.forEach(pool -> narrowed.forEach(selector -> Selectors.and(pool, selector).ifPresent(services::add)));
        List<LabelSelector> nodes = Selectors.few(nodeSelectors);
        List<Map<String, Object>> entries = new ArrayList<>();
        for (LabelSelector selector : services.stream().distinct().toList()) {
            for (LabelSelector node : nodes) {
                Map<String, Object> entry = new LinkedHashMap<>();
                entry.put("advertisementType", BgpAdvertisement.Entry.SERVICE);
                entry.put("service", service);
                entry.put("selector", Selectors.tree(selector));
                if (!node.isEmpty()) {
                    entry.put("nodeSelector", Selectors.tree(node));
                }
                if (!attributes.isEmpty()) {
                    entry.put("attributes", attributes);
                }
                entries.add(entry);
            }
        }
        return entries;
    }

    /** Services, where MetalLB has pools: those that may have an address of a pool, or bear its label where any may. */
    private List<LabelSelector> ofPools(List<MetalLbPool> all, Draft draft) {
        Set<String> known = new TreeSet<>(all.stream().map(MetalLbPool::name).toList());
        pools.stream().filter(name -> !known.contains(name)).forEach(name -> draft.lost(manifest, "spec.ipAddressPools",
                "IPAddressPool " + name + " is not in the input", "add it to the input"));
        List<MetalLbPool> chosen = all.stream().filter(pool -> pools.contains(pool.name())
                || poolSelectors.stream().anyMatch(selector -> selector.matches(pool.labels()))).toList();
        boolean none = pools.isEmpty() && chosen.isEmpty(); // MetalLB takes all where a selector selects none
        if (none || !all.isEmpty() && chosen.size() == all.size()) {
            return List.of(LabelSelector.EVERYTHING);
        }
        List<LabelSelector> selectors = new ArrayList<>();
        List<String> names = pools.stream().filter(name -> !known.contains(name)).toList();
        names.forEach(name -> selectors.add(LabelSelector.ofLabels(Map.of(MetalLbPool.LABEL, Names.objectName(name)))));
        for (MetalLbPool pool : chosen) {
            boolean telling = !pool.services().isEmpty() && all.stream().filter(other -> !chosen.contains(other))
                    .allMatch(other -> Selectors.and(other.services(), pool.services()).isEmpty());
            selectors.add(telling ? pool.services() : pool.labelled());
            if (!telling) {
                draft.lost(manifest, "spec.ipAddressPools", "an advertisement selects Services, not pools, and nothing tells those of pool "
                        + pool.name() + " from others",
                        "give them the label " + MetalLbPool.LABEL + "=" + Names.objectName(pool.name())
                                + ": only Services with it are announced");
            }
        }
        return selectors.isEmpty() ? selectors : Selectors.few(selectors);
    }
}
