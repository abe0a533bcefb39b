package io.roadstead.plugin.service;

import java.util.Set;

import io.roadstead.api.config.Doc;

/** Configuration of the Service advertiser. */
@Doc("Announces load-balancer, external and cluster addresses of Services.")
public record ServiceAdvertiserConfig(
        @Doc(value = "Values of spec.loadBalancerClass whose Services are announced by LoadBalancerIP; a Service without a class always is. Addresses come from LB IPAM for the default classes only.",
                example = "[\"io.cilium/bgp-control-plane\"]") Set<String> loadBalancerClasses) {

    public ServiceAdvertiserConfig {
        loadBalancerClasses = Set.copyOf(loadBalancerClasses);
    }
}
