package io.roadstead.api.view;

import java.util.List;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.api.route.Reason;

/**
 * A Service.
 *
 * @param type     as Kubernetes spells it
 * @param policy   external traffic policy
 * @param pending  why it has no load-balancer address although it should; empty otherwise
 * @param notes    why its traffic is not balanced as its owner wrote
 */
public record ServiceView(String namespace, String name, String type, String policy, List<IpAddress> loadBalancerIps, String pending,
        List<Frontend> frontends, List<Reason> notes) {
    public ServiceView {
        loadBalancerIps = List.copyOf(loadBalancerIps);
        frontends = List.copyOf(frontends);
        notes = List.copyOf(notes);
    }

    /**
     * One frontend.
     *
     * @param id       the datapath's number for it; 0 when no datapath says one
     * @param type     ClusterIP, NodePort, LoadBalancer or ExternalIPs
     * @param internal whether it is for clients inside only, beside one for those outside
     */
    public record Frontend(long id, IpAddress address, int port, Protocol protocol, String type, boolean internal, List<Backend> backends) {
        public Frontend {
            backends = List.copyOf(backends);
        }
    }

    /**
     * One backend.
     *
     * @param cluster   name of its cluster; empty for the own one
     * @param state     {@code active}, {@code terminating}, {@code quarantined} or {@code maintenance}
     * @param preferred whether the Service prefers backends of its cluster to others
     */
    public record Backend(IpAddress address, int port, String cluster, String node, String state, boolean preferred) {
    }
}
