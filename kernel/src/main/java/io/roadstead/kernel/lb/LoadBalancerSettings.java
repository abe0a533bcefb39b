package io.roadstead.kernel.lb;

import java.util.List;

import io.roadstead.api.lb.FrontendState.NoBackend;
import io.roadstead.api.model.net.IpPrefix;

/**
 * What the configuration says about load balancing.
 *
 * @param algorithm         for Services that name none
 * @param dispatch          for Services that name none; {@code hybrid} is dsr for TCP and snat for UDP
 * @param hashSeed          equal on all nodes
 * @param nodePortAddresses which addresses node ports are open on: the node's within these prefixes, and single addresses as they are; none means all of the node's
 * @param serviceProxyName  the label {@code service.kubernetes.io/service-proxy-name} of our Services; empty for those without one
 */
public record LoadBalancerSettings(String algorithm, String dispatch, TableSize tableSize, int hashSeed, NoBackend noBackend,
        List<IpPrefix> nodePortAddresses, boolean sourceRangesAllTypes, String serviceProxyName) {
    public LoadBalancerSettings {
        nodePortAddresses = List.copyOf(nodePortAddresses);
    }
}
