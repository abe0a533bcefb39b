package io.roadstead.api.model.service;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;

/**
 * A discovery.k8s.io/v1 EndpointSlice.
 *
 * @param serviceName label {@code kubernetes.io/service-name}; empty when it belongs to no Service
 */
public record EndpointSlice(ObjectMeta meta, String serviceName, AddressFamily family, List<Endpoint> endpoints, List<Port> ports)
        implements
        Resource {

    public static final String KIND = "EndpointSlice";

    /** The label that names the owning Service. */
    public static final String SERVICE_NAME_LABEL = "kubernetes.io/service-name";

    public EndpointSlice {
        endpoints = List.copyOf(endpoints);
        ports = List.copyOf(ports);
    }

    @Override
    public String kind() {
        return KIND;
    }

    /**
     * One endpoint.
     *
     * @param addresses at least one; the first counts
     * @param nodeName  empty when unknown
     * @param zone      empty when unknown
     * @param hintedZones zones whose clients should use it ({@code hints.forZones}); empty for no hint
     * @param hintedNodes nodes whose clients should use it ({@code hints.forNodes}); empty for no hint
     * @param pod       {@code namespace/name} of the Pod behind it; empty when it is none or unknown
     */
    public record Endpoint(List<IpAddress> addresses, Conditions conditions, String nodeName, String zone, List<String> hintedZones,
            List<String> hintedNodes, String pod) {
        public Endpoint {
            addresses = List.copyOf(addresses);
            hintedZones = List.copyOf(hintedZones);
            hintedNodes = List.copyOf(hintedNodes);
            if (addresses.isEmpty()) {
                throw new IllegalArgumentException("an endpoint needs an address");
            }
        }

        /** Without hints for nodes, of an unknown Pod. */
        public Endpoint(List<IpAddress> addresses, Conditions conditions, String nodeName, String zone, List<String> hintedZones) {
            this(addresses, conditions, nodeName, zone, hintedZones, List.of(), "");
        }
    }

    /**
     * Endpoint conditions. As written, null means unknown, which Kubernetes has us read as ready, as serving, and as not terminating.
     */
    public record Conditions(boolean ready, boolean serving, boolean terminating) {

        public static final Conditions READY = new Conditions(true, true, false);

        /** From the three fields as written. */
        public static Conditions of(@Nullable Boolean ready, @Nullable Boolean serving, @Nullable Boolean terminating) {
            boolean isReady = ready == null || ready;
            return new Conditions(isReady, serving == null ? isReady : serving, terminating != null && terminating);
        }

        /**
         * Whether new connections may go there: ready and not terminating. Ready and terminating together is what publishNotReadyAddresses
         * looks like, and counts as active.
         */
        public boolean active() {
            return ready;
        }
    }

    /** One port; number 0 means every port. */
    public record Port(String name, Protocol protocol, int port) {
    }
}
