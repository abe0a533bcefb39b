package io.roadstead.kernel.resource;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.config.Secret;
import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.SecretObject;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.node.CiliumNode;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.model.pod.Pod;

/** Node, CiliumNode, Pod and Secret. */
final class CoreKinds {

    private CoreKinds() {
    }

    static Resource node(Tree root, ObjectMeta meta) {
        Tree spec = root.at("spec");
        List<IpPrefix> podCidrs = new ArrayList<>(spec.at("podCIDRs").items(item -> item.parsed(Common::cidr)));
        IpPrefix single = spec.at("podCIDR").parsed(Common::cidr);
        if (podCidrs.isEmpty() && single != null) {
            podCidrs.add(single);
        }
        return new Node(meta, root.at("status").at("addresses").items(CoreKinds::nodeAddress), podCidrs,
                spec.at("unschedulable").flag(false), spec.at("taints").items(CoreKinds::taint));
    }

    private static Node.@Nullable Address nodeAddress(Tree tree) {
        Node.AddressType type = switch (tree.at("type").text("")) {
            case "InternalIP" -> Node.AddressType.INTERNAL_IP;
            case "ExternalIP" -> Node.AddressType.EXTERNAL_IP;
            default -> null; // host names
        };
        IpAddress address = type == null ? null : tree.at("address").parsed(IpAddress::parse);
        return type == null || address == null ? null : new Node.Address(type, address);
    }

    private static Node.Taint taint(Tree tree) {
        return new Node.Taint(tree.at("key").text(), tree.at("value").text(""), tree.at("effect").text(""));
    }

    static Resource ciliumNode(Tree root, ObjectMeta meta) {
        return new CiliumNode(meta, root.at("spec").at("ipam").at("podCIDRs").items(item -> item.parsed(Common::cidr)));
    }

    static Resource pod(Tree root, ObjectMeta meta) {
        Tree spec = root.at("spec");
        Tree status = root.at("status");
        List<IpAddress> addresses = new ArrayList<>(status.at("podIPs").items(item -> podIp(item.at("ip"))));
        IpAddress single = podIp(status.at("podIP"));
        if (addresses.isEmpty() && single != null) {
            addresses.add(single);
        }
        String phase = status.at("phase").text("");
        return new Pod(meta, addresses, spec.at("nodeName").text(""), spec.at("serviceAccountName").text(""),
                spec.at("hostNetwork").flag(false),
                phase.equals("Succeeded") || phase.equals("Failed"));
    }

    private static @Nullable IpAddress podIp(Tree tree) {
        return tree.text("").isEmpty() ? null : tree.parsed(IpAddress::parse);
    }

    static Resource secret(Tree root, ObjectMeta meta) {
        Map<String, Secret> data = new HashMap<>();
        Tree encoded = root.at("data");
        encoded.texts().forEach((key, value) -> data.put(key, decoded(encoded.at(key), value)));
        root.at("stringData").texts().forEach((key, value) -> data.put(key, Secret.of(value)));
        return new SecretObject(meta, data);
    }

    /** The message must not contain the value. */
    private static Secret decoded(Tree tree, String base64) {
        try {
            return Secret.of(new String(Base64.getMimeDecoder().decode(base64), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException ignored) { // its text would show a part of the secret
            tree.fault("is not base64", "use stringData for plain text");
            return Secret.of("");
        }
    }
}
