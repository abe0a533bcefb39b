package io.roadstead.cli.migrate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.roadstead.api.model.bgp.BgpClusterConfig;
import io.roadstead.api.model.bgp.BgpPeerConfig;
import io.roadstead.api.model.meta.LabelSelector;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.RouterId;

/** From BGPPeers to a CiliumBGPClusterConfig per part of the nodes, and CiliumBGPPeerConfigs. */
final class MetalLbSessions {

    private static final String NAME = "metallb";

    private final List<MetalLbPeer> peers;
    private final Function<MetalLbPeer, Map<String, String>> labelsTo;
    private final Draft draft;
    private final Names<Map<String, Object>> configs = new Names<>();
    private final Names<MetalLbPeer> peerNames = new Names<>();
    private final boolean oneConfig;

    /** @param labelsTo labels of the advertisements that a peer gets; none when it gets none */
    MetalLbSessions(List<MetalLbPeer> peers, Function<MetalLbPeer, Map<String, String>> labelsTo, Draft draft) {
        this.peers = peers;
        this.labelsTo = labelsTo;
        this.draft = draft;
        this.oneConfig = peers.stream().map(this::config).distinct().count() == 1;
    }

    void addTo() {
        Optional<List<NodePartition.Part>> partition = NodePartition.of(peers);
        if (partition.isEmpty()) {
            peers.forEach(peer -> draft.lost(peer.manifest(), "spec.nodeSelectors",
                    "the selectors of the BGPPeers overlap in more ways than a person could read",
                    "write a CiliumBGPClusterConfig for each set of nodes that have the same peers"));
        }
        Names<LabelSelector> names = new Names<>();
        List<NodePartition.Part> parts = partition.orElse(List.of());
        List<MetalLbPeer> everywhere = peers.stream().filter(peer -> parts.stream().allMatch(part -> part.peers().contains(peer))).toList();
        for (NodePartition.Part part : parts) {
            String wish = part.peers().stream().filter(peer -> !everywhere.contains(peer)).map(MetalLbPeer::name)
                    .collect(Collectors.joining("-"));
            clusterConfig(names.of(part.nodes(), wish.isEmpty() ? NAME : NAME + "-" + wish), part.nodes(), part.peers());
        }
        configs.all().forEach((config, name) -> draft.add(BgpPeerConfig.KIND, name, Map.of(), config, List.of()));
    }

    private void clusterConfig(String name, LabelSelector nodes, List<MetalLbPeer> members) {
        Map<Long, List<MetalLbPeer>> byAsn =
                members.stream().collect(Collectors.groupingBy(MetalLbPeer::myAsn, LinkedHashMap::new, Collectors.toList()));
        List<Map<String, Object>> instances = new ArrayList<>();
        byAsn.forEach((asn, ofAsn) -> instances.add(instance(asn, ofAsn)));
        Map<String, Object> spec = new LinkedHashMap<>();
        if (!nodes.isEmpty()) {
            spec.put("nodeSelector", Selectors.tree(nodes));
        }
        spec.put("bgpInstances", instances);
        List<String> comments = new ArrayList<>();
        comments.add("From " + members.stream().map(member -> "BGPPeer " + member.name()).collect(Collectors.joining(", ")) + ".");
        members.forEach(member -> comments.addAll(draft.commentsOn(member.manifest())));
        draft.add(BgpClusterConfig.KIND, name, Map.of(), spec, comments.stream().distinct().toList());
    }

    private Map<String, Object> instance(long asn, List<MetalLbPeer> members) {
        Map<String, Object> instance = new LinkedHashMap<>();
        instance.put("name", "instance-" + asn);
        instance.put("localASN", asn);
        RouterId id = members.getFirst().routerId();
        if (id != null && members.stream().allMatch(member -> id.equals(member.routerId()))) {
            instance.put("routerID", id.toString());
        } else {
            members.stream().filter(member -> member.routerId() != null).forEach(member -> draft.lost(member.manifest(), "spec.routerID",
                    "an instance has one router ID towards all its peers, and other BGPPeers have another or none",
                    "state one as routerID of instance-" + asn + ", or per node in a CiliumBGPNodeConfigOverride"));
        }
        instance.put("peers", members.stream().map(this::peer).toList());
        return instance;
    }

    private Map<String, Object> peer(MetalLbPeer member) {
        Map<String, Object> peer = new LinkedHashMap<>();
        peer.put("name", peerNames.of(member, member.name()));
        peer.put("peerAddress", member.address().toString());
        peer.put("peerASN", member.peerAsn());
        if (member.source() != null) {
            peer.put("sourceAddress", member.source().toString());
        }
        peer.put("peerConfigRef", Map.of("name", configs.of(config(member), oneConfig ? NAME : NAME + "-" + member.name())));
        return peer;
    }

    private Map<String, Object> config(MetalLbPeer member) {
        Map<String, String> labels = labelsTo.apply(member);
        Map<String, Object> config = new LinkedHashMap<>(member.config());
        List<Map<String, Object>> families = new ArrayList<>();
        for (AddressFamily family : member.families()) {
            Map<String, Object> item = new LinkedHashMap<>();
            item.put("afi", family == AddressFamily.IPV4 ? "ipv4" : "ipv6");
            item.put("safi", "unicast");
            if (!labels.isEmpty()) {
                item.put("advertisements", Map.of("matchLabels", labels));
            }
            families.add(item);
        }
        config.put("families", families);
        return config;
    }
}
