package io.roadstead.plugin.netlink.table;

/** Names of protocol numbers, as {@code ip route} has them (rt_protos of iproute2 and of FRR). */
public final class Protocols {

    private Protocols() {
    }

    /** The name, or the number where none is known. */
    public static String name(int protocol) {
        return switch (protocol) {
            case 1 -> "redirect";
            case 2 -> "kernel";
            case 3 -> "boot";
            case 4, 196 -> "static";
            case 8 -> "gated";
            case 9 -> "ra";
            case 10 -> "mrt";
            case 11 -> "zebra";
            case 12 -> "bird";
            case 13 -> "dnrouted";
            case 14 -> "xorp";
            case 15 -> "ntk";
            case 16 -> "dhcp";
            case 18 -> "keepalived";
            case 42 -> "babel";
            case 99 -> "openr";
            case 186 -> "bgp";
            case 187 -> "isis";
            case 188 -> "ospf";
            case 189 -> "rip";
            case 190 -> "ripng";
            case 192 -> "eigrp";
            default -> Integer.toString(protocol);
        };
    }
}
