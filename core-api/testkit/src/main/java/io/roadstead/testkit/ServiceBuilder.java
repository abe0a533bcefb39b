package io.roadstead.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.EndpointSlice;
import io.roadstead.api.model.service.IpFamilyPolicy;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.model.service.ServiceType;
import io.roadstead.api.model.service.TrafficPolicy;

/** Writes Services and their EndpointSlices for tests; what is not said is what the API server would default. */
public final class ServiceBuilder {

    private final String namespace;
    private final String name;
    private ServiceType type = ServiceType.CLUSTER_IP;
    private Map<String, String> labels = Map.of();
    private Map<String, String> annotations = Map.of();
    private Instant created = Instant.EPOCH;
    private List<IpAddress> clusterIps = List.of();
    private List<IpAddress> externalIps = List.of();
    private List<IpAddress> ingress = List.of();
    private List<Service.Port> ports = List.of(new Service.Port("", Protocol.TCP, 80, "", 0));
    private Map<String, String> selector = Map.of("app", "webpod");
    private TrafficPolicy externalTrafficPolicy = TrafficPolicy.CLUSTER;
    private TrafficPolicy internalTrafficPolicy = TrafficPolicy.CLUSTER;
    private List<AddressFamily> ipFamilies = List.of(AddressFamily.IPV4);
    private @Nullable IpFamilyPolicy ipFamilyPolicy = IpFamilyPolicy.SINGLE_STACK;
    private @Nullable String loadBalancerClass;
    private @Nullable IpAddress loadBalancerIp;
    private @Nullable Duration sessionAffinity;
    private List<String> sourceRanges = List.of();
    private int healthCheckNodePort;
    private @Nullable String trafficDistribution;

    private ServiceBuilder(String namespace, String name) {
        this.namespace = namespace;
        this.name = name;
    }

    /** Starts with {@code namespace/name}. */
    public static ServiceBuilder service(String displayName) {
        int slash = displayName.indexOf('/');
        return new ServiceBuilder(displayName.substring(0, slash), displayName.substring(slash + 1));
    }

    /** Type LoadBalancer, holding these addresses. */
    public ServiceBuilder loadBalancer(String... addresses) {
        type = ServiceType.LOAD_BALANCER;
        ingress = addresses(addresses);
        return this;
    }

    public ServiceBuilder labels(Map<String, String> value) {
        labels = value;
        return this;
    }

    public ServiceBuilder annotations(Map<String, String> value) {
        annotations = value;
        return this;
    }

    public ServiceBuilder created(Instant value) {
        created = value;
        return this;
    }

    public ServiceBuilder clusterIps(String... addresses) {
        clusterIps = addresses(addresses);
        return this;
    }

    public ServiceBuilder externalIps(String... addresses) {
        externalIps = addresses(addresses);
        return this;
    }

    public ServiceBuilder externalTrafficPolicy(TrafficPolicy value) {
        externalTrafficPolicy = value;
        return this;
    }

    public ServiceBuilder internalTrafficPolicy(TrafficPolicy value) {
        internalTrafficPolicy = value;
        return this;
    }

    /** Policy null means that none is stated. */
    public ServiceBuilder families(@Nullable IpFamilyPolicy policy, AddressFamily... families) {
        ipFamilyPolicy = policy;
        ipFamilies = List.of(families);
        return this;
    }

    public ServiceBuilder loadBalancerClass(String value) {
        loadBalancerClass = value;
        return this;
    }

    public ServiceBuilder loadBalancerIp(String value) {
        loadBalancerIp = IpAddress.parse(value);
        return this;
    }

    public ServiceBuilder port(int port, Protocol protocol) {
        ports = List.of(new Service.Port("", protocol, port, "", 0));
        return this;
    }

    public ServiceBuilder ports(Service.Port... value) {
        ports = List.of(value);
        return this;
    }

    public ServiceBuilder type(ServiceType value) {
        type = value;
        return this;
    }

    /** Client IP affinity. */
    public ServiceBuilder sessionAffinity(Duration timeout) {
        sessionAffinity = timeout;
        return this;
    }

    public ServiceBuilder sourceRanges(String... value) {
        sourceRanges = List.of(value);
        return this;
    }

    public ServiceBuilder healthCheckNodePort(int value) {
        healthCheckNodePort = value;
        return this;
    }

    public ServiceBuilder trafficDistribution(String value) {
        trafficDistribution = value;
        return this;
    }

    public ServiceBuilder selector(Map<String, String> value) {
        selector = value;
        return this;
    }

    /** The Service. */
    public Service build() {
        return new Service(new ObjectMeta(namespace, name, labels, annotations, created),
                new Service.Spec(type, clusterIps, externalIps, loadBalancerIp, loadBalancerClass, externalTrafficPolicy,
                        internalTrafficPolicy, ipFamilies, ipFamilyPolicy, ports, selector, sessionAffinity, sourceRanges,
                        healthCheckNodePort, true, false, trafficDistribution),
                new Service.Status(ingress, List.of()));
    }

    /** A slice of this Service with the given endpoints, all of the first one's family. */
    public EndpointSlice slice(EndpointSlice.Endpoint... endpoints) {
        AddressFamily family = endpoints.length == 0 ? AddressFamily.IPV4 : endpoints[0].addresses().getFirst().family();
        return new EndpointSlice(ObjectMeta.of(namespace, name + "-" + family.name().toLowerCase(Locale.ROOT)), name, family,
                List.of(endpoints), ports.stream().map(port -> new EndpointSlice.Port(port.name(), port.protocol(), port.port())).toList());
    }

    /** An endpoint on a node. */
    public static EndpointSlice.Endpoint endpoint(String address, String node, EndpointSlice.Conditions conditions) {
        return new EndpointSlice.Endpoint(List.of(IpAddress.parse(address)), conditions, node, "", List.of());
    }

    /** A ready endpoint on a node. */
    public static EndpointSlice.Endpoint ready(String address, String node) {
        return endpoint(address, node, EndpointSlice.Conditions.READY);
    }

    private static List<IpAddress> addresses(String... texts) {
        return Arrays.stream(texts).map(IpAddress::parse).toList();
    }
}
