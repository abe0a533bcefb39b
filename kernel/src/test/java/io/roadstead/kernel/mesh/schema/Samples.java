package io.roadstead.kernel.mesh.schema;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.service.Protocol;

/** Cluster lyon, and one entry of each kind as its documentation shows them, with some that have everything. */
final class Samples {

    static final Owner LYON = new Owner("lyon", 7, 255);

    static final ClusterConfigEntry CONFIG = new ClusterConfigEntry(7, true, false, 255, false, ClusterConfigEntry.SliceExport.NONE);

    static final NodeEntry NODE = NodeEntry.of(LYON, "edge-3", List.of(new NodeEntry.Address("InternalIP", ip("192.0.2.13"))),
            List.of(IpPrefix.parse("10.70.3.0/24")), Map.of("topology.kubernetes.io/zone", "lyon-a"));

    static final NodeEntry FULL_NODE = new NodeEntry("lyon", 7, "edge-4",
            List.of(new NodeEntry.Address("InternalIP", ip("192.0.2.14")), new NodeEntry.Address("InternalIP", ip("2001:db8:0:0:1:0:0:14")),
                    new NodeEntry.Address("ExternalIP", ip("198.51.100.14")), new NodeEntry.Address("CiliumInternalIP", ip("10.70.4.1"))),
            List.of(IpPrefix.parse("10.70.4.0/24"), IpPrefix.parse("10.72.0.0/20"), IpPrefix.parse("10.73.0.0/16"),
                    IpPrefix.parse("fd00:70:4::/64"), IpPrefix.parse("fd00:70:5::/112")),
            new NodeEntry.Serving(ip("10.70.4.2"), ip("fd00:70:4::2"), ip("10.70.4.3"), ip("fd00:70:4::3")), "local", 3,
            Map.of("zone", "a<b>&c", "arch", "amd64"), Map.of("note", "\"quoted\"\n\u2028line"),
            "ZmFrZSBrZXkgb2YgdGhpcnR5LXR3byBvY3RldHMuLi4=",
            "b7d2");

    static final ServiceEntry SERVICE = new ServiceEntry("lyon", 7, "shop", "cart",
            new TreeMap<>(Map.of(ip("10.71.0.9"), Map.of("http", new Port(Protocol.TCP, 80)))),
            new TreeMap<>(Map.of(ip("10.70.3.21"), Map.of("http", new Port(Protocol.TCP, 8080)))), Map.of(),
            new TreeMap<>(Map.of(ip("10.70.3.21"), new ServiceEntry.Zone("lyon-a", List.of()))), Map.of(), Map.of("app", "cart"), true,
            true);

    static final ServiceEntry FULL_SERVICE = new ServiceEntry("lyon", 7, "shop", "dns",
            new TreeMap<>(Map.of(ip("10.71.0.10"), Map.of("dns", new Port(Protocol.UDP, 53), "dns-tcp", new Port(Protocol.TCP, 53)),
                    ip("fd00:71::a"), Map.of("dns", new Port(Protocol.UDP, 53), "dns-tcp", new Port(Protocol.TCP, 53)))),
            new TreeMap<>(Map.of(ip("10.70.3.9"), Map.of("", new Port(Protocol.SCTP, 5353)), //
                    ip("10.70.3.22"), Map.of("dns", new Port(Protocol.UDP, 5353), "metrics", new Port(Protocol.TCP, 9153), "metrics-old",
                            new Port(Protocol.TCP, 9153)),
                    ip("fd00:70:3::16"), Map.of("dns", new Port(Protocol.UDP, 5353)))),
            Map.of("10.70.3.22", "dns-0"),
            new TreeMap<>(Map.of(ip("10.70.3.22"), new ServiceEntry.Zone("lyon-a", List.of("lyon-a", "lyon-b")))),
            Map.of("tier", "<infra>"), Map.of("app", "dns"), true, true);

    static final ServiceEntry HEADLESS_SERVICE = new ServiceEntry("lyon", 7, "shop", "db", new TreeMap<>(), new TreeMap<>(), Map.of(),
            new TreeMap<>(), Map.of(), Map.of(), true, true);

    static final IpEntry POD = IpEntry.of(ip("10.70.3.21"), ip("192.0.2.13"), 458_760, "shop", "cart-0", "");

    static final IpEntry FULL_POD =
            new IpEntry(IpPrefix.host(ip("fd00:70:3::15")), false, ip("2001:db8::13"), 458_761, 3, "", "shop", "cart-0",
                    "cart", List.of(new IpEntry.NamedPort("http", 8080, "TCP")));

    static final IpEntry MASKED = new IpEntry(IpPrefix.parse("10.79.0.0/20"), true, null, 2, 0, "", "", "", "", List.of());

    static final IdentityEntry IDENTITY = new IdentityEntry(458_760, new TreeMap<>(Map.of("app", label("cart"), //
            "io.kubernetes.pod.namespace", label("shop"), "io.cilium.k8s.policy.cluster", label("lyon"))));

    private Samples() {
    }

    static IpAddress ip(String text) {
        return IpAddress.parse(text);
    }

    static IdentityEntry.Label label(String value) {
        return new IdentityEntry.Label("k8s", value);
    }
}
