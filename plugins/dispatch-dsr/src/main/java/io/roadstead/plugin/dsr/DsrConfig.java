package io.roadstead.plugin.dsr;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.config.Doc;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpPrefix;

/** Configuration of direct server return. */
@Doc("Backends see the client's address and answer it directly, with the frontend's address as their source. All nodes must have the same settings.")
public record DsrConfig(
        @Doc("How packets get to the backend's node: geneve (in UDP, works everywhere), ipip (in a second IP header; needs routes to Pods) or opt"
                + " (as they are, an IP option on the first ones; needs routes to Pods and a network that lets options pass).") Carrier dispatch,
        @Doc("UDP port of Geneve, 1 to 65535.") int genevePort,
        @Doc("Virtual network of Geneve packets, 0 to 16777215.") int geneveVni,
        @Doc("Prefix that the outer IPv4 source of ipip comes from, its lower bits by flow, so that network cards spread flows over their queues; /1 to"
                + " /31. Without it the source is the node's address.") @Nullable IpPrefix ipipSourceIpv4,
        @Doc("As ipip-source-ipv4, for IPv6; /1 to /127. At most the last 32 bits differ by flow.") @Nullable IpPrefix ipipSourceIpv6,
        @Doc("How many packets of a TCP flow that is new to the node carry the option of opt, 1 to 255. SYN and UDP packets always do.") int optPackets,
        @Doc("Write the IPv4 option of opt with its words in reversed order, as Cilium does on little-endian machines. Only for clusters that run both.") boolean optReversed) {

    private static final int MAX_PORT = 65535;
    private static final int MAX_VNI = 0xffffff;
    private static final int MAX_PACKETS = 255;

    public DsrConfig {
        requireRange("geneve-port", genevePort, 1, MAX_PORT);
        requireRange("geneve-vni", geneveVni, 0, MAX_VNI);
        requireRange("opt-packets", optPackets, 1, MAX_PACKETS);
        requirePrefix("ipip-source-ipv4", ipipSourceIpv4, AddressFamily.IPV4);
        requirePrefix("ipip-source-ipv6", ipipSourceIpv6, AddressFamily.IPV6);
    }

    private static void requireRange(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + " is " + value + ", not " + least + " to " + most);
        }
    }

    private static void requirePrefix(String key, @Nullable IpPrefix prefix, AddressFamily family) {
        if (prefix == null) {
            return;
        }
        if (prefix.family() != family) {
            throw new IllegalArgumentException(key + " is " + prefix + ", of the other family");
        }
        if (prefix.length() == 0 || prefix.length() == family.bits()) {
            throw new IllegalArgumentException(key + " is " + prefix + "; it needs a length and bits behind it");
        }
    }
}
