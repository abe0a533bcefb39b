package io.roadstead.api.model.mesh;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.api.model.service.Service;

/**
 * What another cluster shares of a Service: the endpoints behind it. Its own addresses there are of no use here.
 *
 * @param meta      namespace and name of the Service
 * @param cluster   name of the cluster
 * @param clusterId 1 to 511
 * @param endpoints ordered by address, each address once; empty while it has none that is ready or serves
 */
public record RemoteService(ObjectMeta meta, String cluster, int clusterId, List<Endpoint> endpoints) implements Resource {

    public static final String KIND = "RemoteService";

    public RemoteService {
        endpoints = List.copyOf(endpoints);
    }

    /** Within the namespace the object's name is {@code cluster/service}. */
    public static ResourceKey key(String cluster, String namespace, String service) {
        return new ResourceKey(KIND, namespace, cluster + "/" + service);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public ResourceKey key() {
        return key(cluster, meta.namespace(), meta.name());
    }

    /**
     * One endpoint.
     *
     * @param zone        empty when unknown
     * @param hintedZones zones whose clients should use it; empty for no hint
     * @param condition   what may go there
     */
    public record Endpoint(IpAddress address, List<Port> ports, String zone, List<String> hintedZones, Condition condition) {
        public Endpoint {
            ports = List.copyOf(ports);
            hintedZones = List.copyOf(hintedZones);
        }

        /**
         * Numbers, in order, that a port of the Service leads to: those of its protocol, and with its name where both have one. A number may stand under several names.
         */
        public List<Integer> numbers(Service.Port wanted) {
            Set<Integer> numbers = new TreeSet<>();
            for (Port port : ports) {
                if (port.protocol == wanted.protocol() && named(port.number, wanted)) {
                    numbers.add(port.number);
                }
            }
            return List.copyOf(numbers);
        }

        private boolean named(int number, Service.Port wanted) {
            boolean anyName = false;
            for (Port port : ports) {
                if (port.number == number && port.protocol == wanted.protocol() && !port.name.isEmpty()) {
                    if (port.name.equals(wanted.name())) {
                        return true;
                    }
                    anyName = true;
                }
            }
            return !anyName || wanted.name().isEmpty();
        }
    }

    /** What may go to an endpoint. The older form of the schema knows active ones only. */
    public enum Condition {
        /** New connections. */
        ACTIVE,
        /** It shuts down, and still serves. */
        TERMINATING
    }

    /**
     * A port of an endpoint.
     *
     * @param name   of the Service's port; empty for the only one
     * @param number 1 to 65535
     */
    public record Port(String name, Protocol protocol, int number) {
    }
}
