package io.roadstead.api.lb;

import java.util.List;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;

/**
 * What a datapath knows of the node it is on.
 *
 * @param addresses internal addresses first; the first of a family is the source of translated packets
 * @param podCidrs  this node's
 * @param zone      empty when unknown
 * @param hashSeed  for {@link FlowHash}; the same on every node ({@code roadstead.load-balancer.hash-seed})
 */
public record LocalNode(String name, List<IpAddress> addresses, List<IpPrefix> podCidrs, String zone, int hashSeed) {
    public LocalNode {
        addresses = List.copyOf(addresses);
        podCidrs = List.copyOf(podCidrs);
    }

    /** With seed 0. */
    public LocalNode(String name, List<IpAddress> addresses, List<IpPrefix> podCidrs, String zone) {
        this(name, addresses, podCidrs, zone, 0);
    }
}
