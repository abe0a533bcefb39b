package io.roadstead.api.model.service;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.meta.Condition;
import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;

/**
 * A core v1 Service.
 *
 * @param spec   what its owner wrote
 * @param status what was decided for it: the addresses that the source holds for it now
 */
public record Service(ObjectMeta meta, Spec spec, Status status) implements Resource {

    public static final String KIND = "Service";

    @Override
    public String kind() {
        return KIND;
    }

    /** {@code namespace/name}. */
    public String displayName() {
        return meta.namespace() + "/" + meta.name();
    }

    /** Its labels as selectors see them: with its name and namespace under Cilium's keys. Looks up without copying. */
    public Map<String, String> selectorLabels() {
        return new ServiceLabels(meta);
    }

    /** The same with other load-balancer addresses and conditions. */
    public Service withStatus(Status newStatus) {
        return new Service(meta, spec, newStatus);
    }

    /**
     * What its owner wrote.
     *
     * @param clusterIps            empty for headless Services
     * @param loadBalancerIp        deprecated in Kubernetes, but used
     * @param loadBalancerClass     null when absent
     * @param ipFamilies            empty when the API server has not defaulted them
     * @param ipFamilyPolicy        null when absent
     * @param selector              pod labels; empty when endpoints are made by hand
     * @param sessionAffinity       client IP affinity and its timeout; null for none
     * @param healthCheckNodePort   0 when absent
     * @param publishNotReadyAddresses whether endpoints count although not ready
     */
    public record Spec(ServiceType type, List<IpAddress> clusterIps, List<IpAddress> externalIps, @Nullable IpAddress loadBalancerIp,
            @Nullable String loadBalancerClass, TrafficPolicy externalTrafficPolicy, TrafficPolicy internalTrafficPolicy,
            List<AddressFamily> ipFamilies, @Nullable IpFamilyPolicy ipFamilyPolicy, List<Port> ports, Map<String, String> selector,
            @Nullable Duration sessionAffinity, List<String> loadBalancerSourceRanges, int healthCheckNodePort,
            boolean allocateLoadBalancerNodePorts, boolean publishNotReadyAddresses, @Nullable String trafficDistribution) {

        public Spec {
            clusterIps = List.copyOf(clusterIps);
            externalIps = List.copyOf(externalIps);
            ipFamilies = List.copyOf(ipFamilies);
            ports = List.copyOf(ports);
            selector = Map.copyOf(selector);
            loadBalancerSourceRanges = List.copyOf(loadBalancerSourceRanges);
        }

        /** Empty when absent. */
        public Optional<String> loadBalancerClassName() {
            return Optional.ofNullable(loadBalancerClass);
        }
    }

    /**
     * One port.
     *
     * @param name       empty when the only one
     * @param port       1 to 65535
     * @param targetPort number or name; empty means the same as port
     * @param nodePort   0 when none
     */
    public record Port(String name, Protocol protocol, int port, String targetPort, int nodePort) {
        public Port {
            if (port < 1 || port > 65535) {
                throw new IllegalArgumentException("port " + port + " is not in 1 to 65535");
            }
            if (nodePort < 0 || nodePort > 65535) {
                throw new IllegalArgumentException("nodePort " + nodePort + " is not in 0 to 65535");
            }
        }
    }

    /**
     * What was decided.
     *
     * @param loadBalancerIngress addresses in {@code status.loadBalancer.ingress}; host names are not kept
     */
    public record Status(List<IpAddress> loadBalancerIngress, List<Condition> conditions) {

        /** Nothing decided yet. */
        public static final Status NONE = new Status(List.of(), List.of());

        public Status {
            loadBalancerIngress = List.copyOf(loadBalancerIngress);
            conditions = List.copyOf(conditions);
        }
    }
}
