package io.roadstead.cli.migrate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.BgpAdvertisement;
import io.roadstead.api.model.service.Service;
import io.roadstead.cli.manifest.Manifest;
import io.roadstead.kernel.resource.Tree;

/** From MetalLB's resources to Cilium's. Everything of MetalLB in the input belongs together, as it does in a cluster. */
final class MetalLbTranslator {

    private static final String GROUP = "metallb.io/";
    private static final String LABEL = "advertise";
    private static final String ALL = "metallb";
    private static final String TO = "roadstead.io/to-";
    /** What MetalLB's annotations of Services are here; empty where there is none. */
    private static final Map<String, String> ANNOTATIONS = Map.of("address-pool", MetalLbPool.LABEL + " (a label)", "loadBalancerIPs",
            "lbipam.cilium.io/ips", "allow-shared-ip", "lbipam.cilium.io/sharing-key");

    private final Draft draft;
    private final List<MetalLbPool> pools = new ArrayList<>();
    private final List<MetalLbPeer> peers = new ArrayList<>();
    private final List<MetalLbAdvertisement> advertisements = new ArrayList<>();

    private MetalLbTranslator(Draft draft) {
        this.draft = draft;
    }

    static void translate(List<Manifest> manifests, Draft draft) {
        MetalLbTranslator translator = new MetalLbTranslator(draft);
        Map<String, String> aliases = aliases(manifests, draft);
        manifests.forEach(manifest -> translator.read(manifest, aliases));
        translator.translate();
    }

    private static Map<String, String> aliases(List<Manifest> manifests, Draft draft) {
        Map<String, String> aliases = new TreeMap<>();
        for (Manifest manifest : manifests) {
            if (manifest.apiVersion().startsWith(GROUP) && manifest.kind().equals("Community")) {
                draft.read(manifest, root -> {
                    root.at("spec").at("communities").items().forEach(item -> aliases.put(item.at("name").text(), item.at("value").text()));
                    return manifest;
                });
            }
        }
        return aliases;
    }

    private void read(Manifest manifest, Map<String, String> aliases) {
        if (manifest.kind().equals(Service.KIND) && manifest.apiVersion().equals("v1")) {
            service(manifest);
        } else if (manifest.apiVersion().startsWith(GROUP)) {
            switch (manifest.kind()) {
                case "IPAddressPool" -> add(pools, MetalLbPool.read(manifest, draft));
                case "BGPPeer" -> add(peers, MetalLbPeer.read(manifest, draft));
                case "BGPAdvertisement" -> add(advertisements, MetalLbAdvertisement.read(manifest, aliases, draft));
                case "Community" -> {
                    // read before all others
                }
                case "L2Advertisement" -> draft.lost(manifest, "", "addresses are not announced in layer 2",
                        "announce them by BGP, or leave them to MetalLB");
                case "BFDProfile" -> draft.lost(manifest, "", "BFD is not supported", "short timers find a dead router within seconds");
                default -> draft.lost(manifest, "", "is not translated", "see whether anything depends on it");
            }
        }
    }

    private static <T> void add(List<T> list, @Nullable T item) {
        if (item != null) {
            list.add(item);
        }
    }

    private void service(Manifest manifest) {
        draft.read(manifest, root -> {
            Tree annotations = root.at("metadata").at("annotations");
            for (String key : annotations.fields()) {
                int slash = key.indexOf('/');
                String ours =
                        key.startsWith(GROUP) || key.startsWith("metallb.universe.tf/") ? ANNOTATIONS.get(key.substring(slash + 1)) : null;
                if (ours != null) {
                    draft.hint(manifest, "metadata.annotations." + key, "is not read", "say the same with " + ours);
                }
            }
            return manifest;
        });
    }

    private void translate() {
        pools.forEach(pool -> pool.addTo(draft));
        if (peers.isEmpty()) {
            advertisements.forEach(advertisement -> draft.lost(advertisement.manifest(), "", "there is no BGPPeer to announce to",
                    "add the BGPPeers to the input"));
            return;
        }
        new MetalLbSessions(peers, this::labelsTo, draft).addTo();
        Names<MetalLbAdvertisement> names = new Names<>();
        for (MetalLbAdvertisement advertisement : advertisements) {
            List<Map<String, Object>> entries = advertisement.entries(pools, draft);
            List<String> comments = new ArrayList<>();
            comments.add("From BGPAdvertisement " + advertisement.name() + ".");
            comments.addAll(draft.commentsOn(advertisement.manifest()));
            draft.add(BgpAdvertisement.KIND, names.of(advertisement, advertisement.name()), labels(advertisement),
                    Map.of("advertisements", entries), comments);
        }
        advertisements.forEach(advertisement -> advertisement.peers().stream()
                .filter(name -> peers.stream().noneMatch(peer -> peer.name().equals(name)))
                .forEach(name -> draft.lost(advertisement.manifest(), "spec.peers", "BGPPeer " + name + " is not in the input",
                        "add it to the input")));
        if (advertisements.isEmpty()) {
            peers.forEach(peer -> draft.hint(peer.manifest(), "", "nothing is announced to it: there is no BGPAdvertisement in the input",
                    "add it to the input"));
        }
    }

    private boolean toSomeOnly() {
        return advertisements.stream().anyMatch(advertisement -> !advertisement.peers().isEmpty());
    }

    /** Labels of what is announced to that peer; none when nothing is. */
    private Map<String, String> labelsTo(MetalLbPeer peer) {
        if (advertisements.stream().noneMatch(advertisement -> isTo(advertisement, peer))) {
            return Map.of();
        }
        return toSomeOnly() ? Map.of(key(peer), "true") : Map.of(LABEL, ALL);
    }

    private Map<String, String> labels(MetalLbAdvertisement advertisement) {
        if (!toSomeOnly()) {
            return Map.of(LABEL, ALL);
        }
        Map<String, String> labels = new LinkedHashMap<>();
        peers.stream().filter(peer -> isTo(advertisement, peer)).forEach(peer -> labels.putIfAbsent(key(peer), "true"));
        return labels;
    }

    /** Peers that are told the same share a label, named after the first of them. */
    private String key(MetalLbPeer peer) {
        List<MetalLbAdvertisement> told = told(peer);
        return TO + peers.stream().filter(other -> told(other).equals(told)).findFirst().map(MetalLbPeer::name).map(Names::objectName)
                .orElse(ALL);
    }

    private List<MetalLbAdvertisement> told(MetalLbPeer peer) {
        return advertisements.stream().filter(advertisement -> isTo(advertisement, peer)).toList();
    }

    private static boolean isTo(MetalLbAdvertisement advertisement, MetalLbPeer peer) {
        return advertisement.peers().isEmpty() || advertisement.peers().contains(peer.name());
    }
}
