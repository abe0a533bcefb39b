package io.roadstead.api.model.node;

import java.util.List;

import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;

/**
 * A core v1 Node.
 *
 * @param addresses {@code status.addresses} in their order
 * @param podCidrs  {@code spec.podCIDRs}, or {@code spec.podCIDR} alone; empty until allocated
 * @param unschedulable cordoned
 * @param taints    {@code spec.taints}
 */
public record Node(ObjectMeta meta, List<Address> addresses, List<IpPrefix> podCidrs, boolean unschedulable, List<Taint> taints)
        implements Resource {

    public static final String KIND = "Node";

    public Node {
        addresses = List.copyOf(addresses);
        podCidrs = List.copyOf(podCidrs);
        taints = List.copyOf(taints);
    }

    @Override
    public String kind() {
        return KIND;
    }

    /** One of {@code status.addresses} that is an IP address. */
    public record Address(AddressType type, IpAddress address) {
    }

    /** The types of address that are IP addresses. */
    public enum AddressType {
        INTERNAL_IP, EXTERNAL_IP
    }

    /** A taint; value empty when absent. */
    public record Taint(String key, String value, String effect) {
    }
}
