package io.roadstead.kernel.resource;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.BgpClusterConfig;
import io.roadstead.api.model.bgp.BgpNodeConfigOverride;
import io.roadstead.api.model.bgp.BgpPeerConfig;
import io.roadstead.api.model.bgp.BgpTimers;
import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.RouterId;

/** CiliumBGPClusterConfig, CiliumBGPPeerConfig and CiliumBGPNodeConfigOverride. */
final class BgpKinds {

    private static final long MAX_ASN = 0xffff_ffffL;

    private BgpKinds() {
    }

    static Resource clusterConfig(Tree root, ObjectMeta meta) {
        Tree spec = root.at("spec");
        spec.only("nodeSelector", "bgpInstances");
        return new BgpClusterConfig(meta, Common.selector(spec.at("nodeSelector")),
                spec.at("bgpInstances").named(1, 16, BgpKinds::instance));
    }

    private static BgpClusterConfig.Instance instance(Tree tree) {
        tree.only("name", "localASN", "localPort", "peers", "routerID"); // the last one: ours
        return new BgpClusterConfig.Instance(tree.at("name").name(), asn(tree.at("localASN")), port(tree.at("localPort")),
                tree.at("peers").named(0, Integer.MAX_VALUE, BgpKinds::peer), tree.at("routerID").parsed(RouterId::parse));
    }

    private static BgpClusterConfig.Peer peer(Tree tree) {
        tree.only("name", "peerAddress", "peerASN", "peerConfigRef", "autoDiscovery", "sourceAddress", "passive"); // the last two: ours
        Tree reference = tree.at("peerConfigRef");
        reference.only("name", "group", "kind"); // the last two: v2alpha1
        return new BgpClusterConfig.Peer(tree.at("name").name(), tree.at("peerAddress").parsed(BgpKinds::peerAddress),
                new AsNumber(tree.at("peerASN").number(0, MAX_ASN, 0)), reference.present() ? reference.at("name").name() : null,
                tree.at("autoDiscovery").object(BgpKinds::autoDiscovery),
                tree.at("sourceAddress").parsed(IpAddress::parse), tree.at("passive").flag(false));
    }

    private static IpAddress peerAddress(String text) {
        if (text.indexOf('%') >= 0) {
            throw new IllegalArgumentException("'" + text + "' has a zone: peering over link-local addresses is not supported");
        }
        return IpAddress.parse(text);
    }

    private static @Nullable AddressFamily autoDiscovery(Tree tree) {
        tree.only("mode", "defaultGateway");
        Tree mode = tree.at("mode");
        if (!mode.text().isEmpty()) {
            mode.word(List.of("DefaultGateway"), text -> text);
        }
        Tree gateway = tree.at("defaultGateway");
        gateway.only("addressFamily");
        Tree family = gateway.at("addressFamily");
        if (!family.present()) {
            family.fault("is missing", "ipv4 or ipv6");
        }
        return family.word(List.of(AddressFamily.values()), value -> value == AddressFamily.IPV4 ? "ipv4" : "ipv6");
    }

    static Resource peerConfig(Tree root, ObjectMeta meta) {
        Tree spec = root.at("spec");
        spec.only("transport", "timers", "authSecretRef", "gracefulRestart", "ebgpMultihop", "families");
        Tree transport = spec.at("transport");
        transport.only("peerPort", "sourceInterface", "localPort"); // localPort: v2alpha1, without effect
        return new BgpPeerConfig(meta, transport.at("peerPort").integer(1, 65535, 179),
                transport.at("sourceInterface").parsed(text -> text),
                timers(spec.at("timers")), spec.at("authSecretRef").parsed(BgpKinds::nonEmpty),
                spec.at("gracefulRestart").object(BgpKinds::gracefulRestart), spec.at("ebgpMultihop").integer(1, 255, 1),
                spec.at("families").items(BgpKinds::family));
    }

    private static BgpTimers timers(Tree tree) {
        tree.only("connectRetryTimeSeconds", "holdTimeSeconds", "keepAliveTimeSeconds");
        long retry = tree.at("connectRetryTimeSeconds").number(1, Integer.MAX_VALUE, BgpTimers.DEFAULT.connectRetry().toSeconds());
        long hold = tree.at("holdTimeSeconds").number(3, 65535, BgpTimers.DEFAULT.hold().toSeconds());
        Tree keepaliveField = tree.at("keepAliveTimeSeconds");
        long keepalive = keepaliveField.number(1, 65535, BgpTimers.DEFAULT.keepalive().toSeconds());
        if (keepalive > hold) {
            keepaliveField.fault(keepalive + " is longer than holdTimeSeconds " + hold, "a third of the hold time is usual");
            return BgpTimers.DEFAULT;
        }
        return new BgpTimers(Duration.ofSeconds(retry), Duration.ofSeconds(hold), Duration.ofSeconds(keepalive));
    }

    private static BgpPeerConfig.GracefulRestart gracefulRestart(Tree tree) {
        tree.only("enabled", "restartTimeSeconds");
        if (!tree.at("enabled").present()) {
            tree.at("enabled").fault("is missing", "true or false");
        }
        return new BgpPeerConfig.GracefulRestart(tree.at("enabled").flag(false),
                Duration.ofSeconds(tree.at("restartTimeSeconds").number(1, 4095, 120)));
    }

    private static BgpPeerConfig.@Nullable Family family(Tree tree) {
        tree.only("afi", "safi", "advertisements");
        String afi = tree.at("afi").text();
        String safi = tree.at("safi").text();
        Optional<AfiSafi> family = AfiSafi.of(afi, safi);
        if (family.isEmpty() && !afi.isEmpty() && !safi.isEmpty()) {
            tree.fault("family " + afi + "/" + safi + " is not exchanged", "ipv4/unicast and ipv6/unicast are");
        }
        var advertisements = Common.selector(tree.at("advertisements"));
        return family.map(known -> new BgpPeerConfig.Family(known, advertisements)).orElse(null);
    }

    static Resource nodeConfigOverride(Tree root, ObjectMeta meta) {
        Tree spec = root.at("spec");
        spec.only("bgpInstances");
        return new BgpNodeConfigOverride(meta, spec.at("bgpInstances").named(1, Integer.MAX_VALUE, BgpKinds::overriddenInstance));
    }

    private static BgpNodeConfigOverride.Instance overriddenInstance(Tree tree) {
        tree.only("name", "routerID", "localPort", "localASN", "peers");
        return new BgpNodeConfigOverride.Instance(tree.at("name").name(), tree.at("routerID").parsed(RouterId::parse),
                port(tree.at("localPort")),
                asn(tree.at("localASN")), tree.at("peers").named(0, Integer.MAX_VALUE, BgpKinds::overriddenPeer));
    }

    private static BgpNodeConfigOverride.Peer overriddenPeer(Tree tree) {
        tree.only("name", "localAddress", "localPort"); // localPort: deprecated, without effect
        return new BgpNodeConfigOverride.Peer(tree.at("name").name(), tree.at("localAddress").parsed(IpAddress::parse));
    }

    private static @Nullable AsNumber asn(Tree tree) {
        Long number = tree.numberOrNull(1, MAX_ASN);
        return number == null ? null : new AsNumber(number);
    }

    private static @Nullable Integer port(Tree tree) {
        return tree.integerOrNull(1, 65535);
    }

    private static String nonEmpty(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("is empty");
        }
        return text;
    }
}
