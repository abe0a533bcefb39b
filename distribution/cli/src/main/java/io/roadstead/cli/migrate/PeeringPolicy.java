package io.roadstead.cli.migrate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.meta.LabelSelector;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.cli.manifest.Manifest;
import io.roadstead.kernel.resource.Tree;

/**
 * A CiliumBGPPeeringPolicy, as far as it has an equivalent.
 *
 * @param nodeSelector null means all nodes
 */
record PeeringPolicy(Manifest manifest, String name, @Nullable LabelSelector nodeSelector, List<Router> routers) {

    private static final long MAX_ASN = 0xffff_ffffL;

    /**
     * One of {@code spec.virtualRouters}.
     *
     * @param at               its path
     * @param podPoolSelector  null announces no pool of Pod addresses
     * @param serviceSelector  null announces no Service
     * @param serviceAddresses kinds of addresses of a Service
     */
    record Router(String at, long asn, boolean podCidr, @Nullable LabelSelector podPoolSelector, @Nullable LabelSelector serviceSelector,
            List<String> serviceAddresses, List<Neighbor> neighbors) {
    }

    /**
     * One of a router's neighbors.
     *
     * @param transport  what of a CiliumBGPPeerConfig's spec it says beside families, in that shape
     * @param families   pairs of afi and safi
     * @param attributes what is added to routes
     */
    record Neighbor(String at, IpAddress address, long asn, Map<String, Object> transport, List<Family> families,
            List<PathAttributes> attributes) {
    }

    /** An address family. */
    record Family(String afi, String safi) {
    }

    /**
     * What is added to some routes.
     *
     * @param type       {@code PodCIDR}, {@code CiliumLoadBalancerIPPool} or {@code CiliumPodIPPool}
     * @param selector   of nodes or pools; null means all
     * @param attributes in the shape of a CiliumBGPAdvertisement's {@code attributes}
     */
    record PathAttributes(String at, String type, @Nullable LabelSelector selector, Map<String, Object> attributes) {
    }

    /** Reads one; null when something in it is wrong, which is remarked. */
    static @Nullable PeeringPolicy read(Manifest manifest, Draft draft) {
        return draft.read(manifest, root -> new Reader(manifest, draft).policy(root));
    }

    /** Reads from the tree, remarks what it has no place for. */
    private record Reader(Manifest manifest, Draft draft) {

        PeeringPolicy policy(Tree root) {
            Tree spec = root.at("spec");
            draft.unknown(manifest, spec, "spec", Set.of("nodeSelector", "virtualRouters"));
            Tree routers = spec.at("virtualRouters");
            if (routers.items().isEmpty()) {
                routers.fault("is empty", "a policy has a virtual router at least");
            }
            return new PeeringPolicy(manifest, root.at("metadata").at("name").name(), spec.at("nodeSelector").selector(),
                    numbered(routers, "spec.virtualRouters", this::router));
        }

        private Router router(Tree tree, String at) {
            draft.unknown(manifest, tree, at, Set.of("localASN", "exportPodCIDR", "podIPPoolSelector", "serviceSelector",
                    "serviceAdvertisements", "neighbors"));
            long asn = asn(tree.at("localASN"), 1);
            List<String> addresses = tree.at("serviceAdvertisements").items(item -> item.word(
                    List.of("LoadBalancerIP", "ClusterIP", "ExternalIP"), text -> text));
            return new Router(at, asn, tree.at("exportPodCIDR").flag(false), tree.at("podIPPoolSelector").selector(),
                    tree.at("serviceSelector").selector(), addresses.isEmpty() ? List.of("LoadBalancerIP") : addresses,
                    numbered(tree.at("neighbors"), at + ".neighbors", this::neighbor));
        }

        private @Nullable Neighbor neighbor(Tree tree, String at) {
            draft.unknown(manifest, tree, at, Set.of("peerAddress", "peerPort", "peerASN", "authSecretRef", "eBGPMultihopTTL",
                    "connectRetryTimeSeconds", "holdTimeSeconds", "keepAliveTimeSeconds", "connectRetryTime", "holdTime", "keepAliveTime",
                    "gracefulRestart", "families", "advertisedPathAttributes"));
            Tree addressField = tree.at("peerAddress");
            addressField.text();
            IpAddress address = addressField.parsed(text -> IpAddress.parse(text.replaceFirst("/[0-9]+$", "")));
            List<Family> families = new ArrayList<>();
            for (Tree family : tree.at("families").items()) {
                families.add(new Family(family.at("afi").text(), family.at("safi").text()));
            }
            return address == null
                    ? null
                    : new Neighbor(at, address, asn(tree.at("peerASN"), 0), transport(tree), families,
                            numbered(tree.at("advertisedPathAttributes"), at + ".advertisedPathAttributes", this::attributes));
        }

        private static Map<String, Object> transport(Tree tree) {
            Map<String, Object> spec = new LinkedHashMap<>();
            Integer port = tree.at("peerPort").integerOrNull(1, 65535);
            if (port != null && port != 179) {
                spec.put("transport", Map.of("peerPort", port));
            }
            Map<String, Object> timers = new LinkedHashMap<>();
            seconds(tree, "connectRetryTime", 1, Integer.MAX_VALUE, timers, "connectRetryTimeSeconds");
            seconds(tree, "holdTime", 3, 65535, timers, "holdTimeSeconds");
            seconds(tree, "keepAliveTime", 1, 65535, timers, "keepAliveTimeSeconds");
            if (!timers.isEmpty()) {
                spec.put("timers", timers);
            }
            String secret = tree.at("authSecretRef").text("");
            if (!secret.isEmpty()) {
                spec.put("authSecretRef", secret);
            }
            Tree restart = tree.at("gracefulRestart");
            if (restart.present()) {
                Map<String, Object> block = new LinkedHashMap<>();
                block.put("enabled", restart.at("enabled").flag(false));
                seconds(restart, "restartTime", 1, 4095, block, "restartTimeSeconds");
                spec.put("gracefulRestart", block);
            }
            Integer ttl = tree.at("eBGPMultihopTTL").integerOrNull(1, 255);
            if (ttl != null && ttl != 1) {
                spec.put("ebgpMultihop", ttl);
            }
            return spec;
        }

        /** In seconds since Cilium 1.14, as a duration before. */
        private static void seconds(Tree tree, String name, long least, long most, Map<String, Object> into, String key) {
            Long seconds = tree.at(name + "Seconds").numberOrNull(least, most);
            Long former = tree.at(name).parsed(GoDuration::seconds);
            if (seconds != null) {
                into.put(key, seconds);
            } else if (former != null && former != 0) { // zero is the default
                into.put(key, Math.clamp(former, least, most));
            }
        }

        private PathAttributes attributes(Tree tree, String at) {
            draft.unknown(manifest, tree, at, Set.of("selectorType", "selector", "communities", "localPreference"));
            Tree type = tree.at("selectorType");
            type.text();
            String word = type.word(List.of("PodCIDR", "CiliumLoadBalancerIPPool", "CiliumPodIPPool"), text -> text, "PodCIDR");
            Map<String, Object> attributes = new LinkedHashMap<>();
            Map<String, Object> communities = new LinkedHashMap<>();
            for (String kind : List.of("standard", "wellKnown", "large")) {
                List<String> values = tree.at("communities").at(kind).items(Tree::text);
                if (!values.isEmpty()) {
                    communities.put(kind, values);
                }
            }
            if (!communities.isEmpty()) {
                attributes.put("communities", communities);
            }
            Long preference = tree.at("localPreference").numberOrNull(0, 0xffff_ffffL);
            if (preference != null) {
                attributes.put("localPreference", preference);
            }
            return new PathAttributes(at, word, tree.at("selector").selector(), attributes);
        }

        private static long asn(Tree tree, long least) {
            if (!tree.present()) {
                tree.fault("is missing", "");
            }
            return tree.number(least, MAX_ASN, least);
        }

        /** The items, each with its path. */
        private static <T> List<T> numbered(Tree list, String at, ReadItem<T> reader) {
            List<T> read = new ArrayList<>();
            List<Tree> items = list.items();
            for (int i = 0; i < items.size(); i++) {
                String place = at + "[" + i + "]";
                T item = items.get(i).object(tree -> reader.read(tree, place));
                if (item != null) {
                    read.add(item);
                }
            }
            return read;
        }
    }

    /** Reads one item of a list. */
    @FunctionalInterface
    private interface ReadItem<T> {
        @Nullable
        T read(Tree tree, String at);
    }
}
