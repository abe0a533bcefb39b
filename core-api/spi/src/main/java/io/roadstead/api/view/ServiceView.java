package io.roadstead.api.view;

import java.util.List;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Protocol;

/**
 * A Service.
 *
 * @param type     as Kubernetes spells it
 * @param policy   external traffic policy
 * @param pending  why it has no load-balancer address although it should; empty otherwise
 */
public record ServiceView(String namespace, String name, String type, String policy, List<IpAddress> loadBalancerIps, String pending,
        List<Frontend> frontends) {
    public ServiceView {
        loadBalancerIps = List.copyOf(loadBalancerIps);
        frontends = List.copyOf(frontends);
    }

    /** One frontend; type is ClusterIP, NodePort, LoadBalancer or ExternalIP. */
    public record Frontend(IpAddress address, int port, Protocol protocol, String type, List<Backend> backends) {
        public Frontend {
            backends = List.copyOf(backends);
        }
    }

    /** One backend; state is {@code active}, {@code terminating} or {@code not-ready}. */
    public record Backend(IpAddress address, int port, String node, String state) {
    }
}
