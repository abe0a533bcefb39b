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
 */
public record LocalNode(String name, List<IpAddress> addresses, List<IpPrefix> podCidrs, String zone) {
    public LocalNode {
        addresses = List.copyOf(addresses);
        podCidrs = List.copyOf(podCidrs);
    }
}
