package io.roadstead.cli.migrate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.BgpAdvertisement;
import io.roadstead.api.model.bgp.BgpClusterConfig;
import io.roadstead.api.model.bgp.BgpPeerConfig;
import io.roadstead.api.model.meta.LabelSelector;
import io.roadstead.cli.manifest.Manifest;
import io.roadstead.cli.migrate.PeeringPolicy.Family;
import io.roadstead.cli.migrate.PeeringPolicy.Neighbor;
import io.roadstead.cli.migrate.PeeringPolicy.PathAttributes;
import io.roadstead.cli.migrate.PeeringPolicy.Router;
import io.roadstead.kernel.lint.FormerKinds;

/** From a CiliumBGPPeeringPolicy to a CiliumBGPClusterConfig, its CiliumBGPPeerConfigs and CiliumBGPAdvertisements. */
final class PeeringPolicyTranslator {

    private static final String LABEL = "advertise";
    private static final String POD_POOL = "CiliumPodIPPool";
    private static final String LOAD_BALANCER_POOL = "CiliumLoadBalancerIPPool";
    private static final String LOAD_BALANCER_IP = "LoadBalancerIP";

    private final PeeringPolicy policy;
    private final Draft draft;
    private final Names<List<Map<String, Object>>> advertisements = new Names<>();
    private final Names<Map<String, Object>> peerConfigs = new Names<>();
    private final List<String> instances = new ArrayList<>();

    private PeeringPolicyTranslator(PeeringPolicy policy, Draft draft) {
        this.policy = policy;
        this.draft = draft;
    }

    static void translate(List<Manifest> manifests, Draft draft) {
        List<NodeOverrides.Translated> translated = new ArrayList<>();
        for (Manifest manifest : manifests) {
            if (manifest.kind().equals(FormerKinds.PEERING_POLICY) && manifest.apiVersion().startsWith("cilium.io/")) {
                PeeringPolicy policy = PeeringPolicy.read(manifest, draft);
                if (policy != null) {
                    PeeringPolicyTranslator translator = new PeeringPolicyTranslator(policy, draft);
                    translator.translate();
                    translated.add(new NodeOverrides.Translated(policy, translator.instances));
                }
            }
        }
        NodeOverrides.translate(manifests, translated, draft);
    }

    private void translate() {
        List<Map<String, Object>> bgpInstances = new ArrayList<>();
        for (Router router : policy.routers()) {
            bgpInstances.add(instance(router));
        }
        Map<String, Object> spec = new LinkedHashMap<>();
        if (policy.nodeSelector() != null && !policy.nodeSelector().isEmpty()) {
            spec.put("nodeSelector", Selectors.tree(policy.nodeSelector()));
        }
        spec.put("bgpInstances", bgpInstances);
        List<String> comments = new ArrayList<>();
        comments.add("From CiliumBGPPeeringPolicy " + policy.name() + ", which Cilium ignores since 1.19.");
        comments.addAll(draft.commentsOn(policy.manifest()));
        draft.add(BgpClusterConfig.KIND, policy.name(), Map.of(), spec, comments);
        peerConfigs.all().forEach((config, name) -> draft.add(BgpPeerConfig.KIND, name, Map.of(), config, List.of()));
        advertisements.all().forEach((entries, name) -> draft.add(BgpAdvertisement.KIND, name, Map.of(LABEL, name),
                Map.of("advertisements", entries), List.of()));
    }

    private Map<String, Object> instance(Router router) {
        String name = "instance-" + router.asn();
        while (instances.contains(name)) {
            name += "-again";
            draft.lost(policy.manifest(), router.at() + ".localASN", "is the AS of another virtual router of the policy too",
                    "merge the two");
        }
        instances.add(name);
        if (router.serviceSelector() != null && router.serviceSelector().isEmpty()) {
            draft.hint(policy.manifest(), router.at() + ".serviceSelector", "is empty, which selects every Service",
                    "Cilium's description of the field said that it selects none: make sure that every Service is meant");
        }
        List<Map<String, Object>> peers = new ArrayList<>();
        for (Neighbor neighbor : router.neighbors()) {
            peers.add(peer(router, neighbor));
        }
        Map<String, Object> instance = new LinkedHashMap<>();
        instance.put("name", name);
        instance.put("localASN", router.asn());
        instance.put("peers", peers);
        return instance;
    }

    private Map<String, Object> peer(Router router, Neighbor neighbor) {
        Map<String, Object> peer = new LinkedHashMap<>();
        peer.put("name", "peer-" + neighbor.address());
        peer.put("peerAddress", neighbor.address().toString());
        peer.put("peerASN", neighbor.asn());
        peer.put("peerConfigRef", Map.of("name", peerConfigs.of(peerConfig(router, neighbor), wish(router))));
        return peer;
    }

    /** The policy's own name where it has one router, else one with the router's AS; a number is added where that is not enough. */
    private String wish(Router router) {
        return policy.routers().size() == 1 ? policy.name() : policy.name() + "-" + router.asn();
    }

    private Map<String, Object> peerConfig(Router router, Neighbor neighbor) {
        List<Map<String, Object>> entries = entries(router, neighbor);
        String advertisement = entries.isEmpty() ? "" : advertisements.of(entries, wish(router));
        Map<String, Object> config = new LinkedHashMap<>(neighbor.transport());
        List<Map<String, Object>> families = new ArrayList<>();
        List<Family> wanted = neighbor.families().isEmpty() ? List.of(new Family("ipv4", "unicast"), new Family("ipv6", "unicast"))
                : neighbor.families();
        for (Family family : wanted) {
            if (AfiSafi.of(family.afi(), family.safi()).isEmpty()) {
                draft.lost(policy.manifest(), neighbor.at() + ".families", family.afi() + "/" + family.safi() + " is not exchanged",
                        "ipv4/unicast and ipv6/unicast are");
                continue;
            }
            Map<String, Object> item = new LinkedHashMap<>();
            item.put("afi", family.afi());
            item.put("safi", family.safi());
            if (!advertisement.isEmpty()) {
                item.put("advertisements", Map.of("matchLabels", Map.of(LABEL, advertisement)));
            }
            families.add(item);
        }
        config.put("families", families);
        if (entries.isEmpty()) {
            draft.hint(policy.manifest(), neighbor.at(), "nothing is announced to this neighbor",
                    "exportPodCIDR, serviceSelector or podIPPoolSelector of its virtual router would announce something");
        }
        return config;
    }

    private List<Map<String, Object>> entries(Router router, Neighbor neighbor) {
        List<Map<String, Object>> entries = new ArrayList<>();
        if (router.podCidr()) {
            entries.addAll(podCidrs(neighbor));
        }
        if (router.podPoolSelector() != null) {
            draft.lost(policy.manifest(), router.at() + ".podIPPoolSelector",
                    "no plugin that comes with Roadstead announces CiliumPodIPPools",
                    "the item is kept for a plugin that does");
            entries.addAll(podPools(router.podPoolSelector(), neighbor));
        }
        if (router.serviceSelector() != null) {
            entries.addAll(services(router, router.serviceSelector(), neighbor));
        }
        neighbor.attributes().stream().filter(attributes -> !router.podCidr() && attributes.type().equals(BgpAdvertisement.Entry.POD_CIDR)
                || router.podPoolSelector() == null && attributes.type().equals(POD_POOL)
                || router.serviceSelector() == null && attributes.type().equals(LOAD_BALANCER_POOL))
                .forEach(attributes -> draft.hint(policy.manifest(), attributes.at(),
                        "has no effect: the virtual router announces nothing that it could apply to", "leave it away"));
        return entries;
    }

    private static Stream<PathAttributes> attributes(Neighbor neighbor, String type) {
        return neighbor.attributes().stream().filter(attributes -> attributes.type().equals(type) && !attributes.attributes().isEmpty());
    }

    private static boolean all(@Nullable LabelSelector selector) {
        return selector == null || selector.isEmpty();
    }

    /** Attributes of some nodes only are an item of their own: what several items say of one prefix is merged. */
    private List<Map<String, Object>> podCidrs(Neighbor neighbor) {
        Map<String, Object> plain = new LinkedHashMap<>();
        plain.put("advertisementType", BgpAdvertisement.Entry.POD_CIDR);
        return withAttributes(plain, attributes(neighbor, BgpAdvertisement.Entry.POD_CIDR).toList(), some -> {
            draft.hint(policy.manifest(), some.at() + ".selector", "selected CiliumNodes, and becomes a nodeSelector, which selects Nodes",
                    "make sure that the Nodes have the same labels; the field is Roadstead's own, Cilium does not have it");
            Map<String, Object> item = new LinkedHashMap<>(plain);
            item.put("nodeSelector", Selectors.tree(Objects.requireNonNull(some.selector())));
            return item;
        });
    }

    private List<Map<String, Object>> podPools(LabelSelector selector, Neighbor neighbor) {
        Map<String, Object> plain = new LinkedHashMap<>();
        plain.put("advertisementType", POD_POOL);
        plain.put("selector", Selectors.tree(selector));
        List<PathAttributes> applicable = attributes(neighbor, POD_POOL)
                .filter(some -> all(some.selector()) || Selectors.and(selector, Objects.requireNonNull(some.selector())).isPresent())
                .toList();
        return withAttributes(plain, applicable, some -> {
            Map<String, Object> item = new LinkedHashMap<>(plain);
            item.put("selector", Selectors.tree(Selectors.and(selector, Objects.requireNonNull(some.selector())).orElseThrow()));
            return item;
        });
    }

    private List<Map<String, Object>> services(Router router, LabelSelector selector, Neighbor neighbor) {
        Map<String, Object> plain = service(router.serviceAddresses(), selector);
        List<PathAttributes> attributes = attributes(neighbor, LOAD_BALANCER_POOL).toList();
        attributes.stream().filter(some -> !all(some.selector())).forEach(some -> draft.lost(policy.manifest(), some.at() + ".selector",
                "selects pools, and an advertisement selects Services: these attributes are left out",
                "label the Services of these pools, and add an item with these attributes that selects them"));
        List<PathAttributes> ofAll = attributes.stream().filter(some -> all(some.selector())).toList();
        if (!router.serviceAddresses().contains(LOAD_BALANCER_IP)) {
            return List.of(plain);
        }
        if (router.serviceAddresses().size() == 1) {
            return withAttributes(plain, ofAll, some -> plain);
        }
        // The attributes are those of load-balancer addresses alone.
        List<Map<String, Object>> items = new ArrayList<>(List.of(plain));
        if (!ofAll.isEmpty()) {
            items.addAll(withAttributes(service(List.of(LOAD_BALANCER_IP), selector), ofAll, some -> plain));
        }
        return items;
    }

    private static Map<String, Object> service(List<String> addresses, LabelSelector selector) {
        Map<String, Object> item = new LinkedHashMap<>();
        item.put("advertisementType", BgpAdvertisement.Entry.SERVICE);
        item.put("service", Map.of("addresses", addresses));
        item.put("selector", Selectors.tree(selector));
        return item;
    }

    /** The item itself, with the first attributes that apply to all it announces, and an item for each further ones. */
    private static List<Map<String, Object>> withAttributes(Map<String, Object> plain, List<PathAttributes> attributes,
            Function<PathAttributes, Map<String, Object>> narrowed) {
        List<Map<String, Object>> items = new ArrayList<>();
        for (PathAttributes some : attributes) {
            Map<String, Object> item = new LinkedHashMap<>(all(some.selector()) ? plain : narrowed.apply(some));
            item.put("attributes", some.attributes());
            if (all(some.selector())) {
                items.addFirst(item);
            } else {
                items.add(item);
            }
        }
        if (attributes.stream().noneMatch(some -> all(some.selector()))) {
            items.addFirst(plain);
        }
        return items;
    }
}
