package io.roadstead.kernel.resource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.meta.Condition;
import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.EndpointSlice;
import io.roadstead.api.model.service.IpFamilyPolicy;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.model.service.ServiceType;
import io.roadstead.api.model.service.TrafficPolicy;

/** Service and EndpointSlice. */
final class ServiceKinds {

    /** Kubernetes' default of {@code clientIP.timeoutSeconds}. */
    private static final int AFFINITY_SECONDS = 10_800;

    private ServiceKinds() {
    }

    static Resource service(Tree root, ObjectMeta meta) {
        Tree spec = root.at("spec");
        return new Service(meta, new Service.Spec(//
                spec.at("type").word(List.of(ServiceType.values()), ServiceType::text, ServiceType.CLUSTER_IP), //
                clusterIps(spec), //
                spec.at("externalIPs").items(item -> item.parsed(IpAddress::parse)), //
                loadBalancerIp(spec.at("loadBalancerIP")), //
                spec.at("loadBalancerClass").parsed(text -> text), //
                policy(spec.at("externalTrafficPolicy")), //
                policy(spec.at("internalTrafficPolicy")), //
                spec.at("ipFamilies").items(ServiceKinds::family), //
                spec.at("ipFamilyPolicy").word(List.of(IpFamilyPolicy.values()), IpFamilyPolicy::text), //
                spec.at("ports").items(ServiceKinds::port), //
                spec.at("selector").texts(), //
                affinity(spec), //
                spec.at("loadBalancerSourceRanges").items(Tree::text), //
                spec.at("healthCheckNodePort").integer(0, 65535, 0), //
                spec.at("allocateLoadBalancerNodePorts").flag(true), //
                spec.at("publishNotReadyAddresses").flag(false), //
                spec.at("trafficDistribution").parsed(text -> text)), status(root.at("status")));
    }

    private static List<IpAddress> clusterIps(Tree spec) {
        List<IpAddress> addresses = new ArrayList<>(spec.at("clusterIPs").items(ServiceKinds::clusterIp));
        IpAddress single = clusterIp(spec.at("clusterIP"));
        if (addresses.isEmpty() && single != null) {
            addresses.add(single);
        }
        return addresses;
    }

    /** Null for {@code None}, which makes a Service headless, and for the empty text. */
    private static @Nullable IpAddress clusterIp(Tree tree) {
        return switch (tree.text("")) {
            case "", "None" -> null;
            default -> tree.parsed(IpAddress::parse);
        };
    }

    private static @Nullable IpAddress loadBalancerIp(Tree tree) {
        return tree.text("").isEmpty() ? null : tree.parsed(IpAddress::parse);
    }

    private static TrafficPolicy policy(Tree tree) {
        return tree.word(List.of(TrafficPolicy.values()), TrafficPolicy::text, TrafficPolicy.CLUSTER);
    }

    private static @Nullable AddressFamily family(Tree tree) {
        return tree.word(List.of(AddressFamily.values()), family -> family == AddressFamily.IPV4 ? "IPv4" : "IPv6");
    }

    private static Protocol protocol(Tree tree) {
        return tree.word(List.of(Protocol.values()), Protocol::name, Protocol.TCP);
    }

    private static Service.Port port(Tree tree) {
        Tree number = tree.at("port");
        if (!number.present()) {
            number.fault("is missing", "");
        }
        return new Service.Port(tree.at("name").text(""), protocol(tree.at("protocol")), number.integer(1, 65535, 1),
                tree.at("targetPort").scalar(), tree.at("nodePort").integer(0, 65535, 0));
    }

    private static @Nullable Duration affinity(Tree spec) {
        String mode = spec.at("sessionAffinity").word(List.of("None", "ClientIP"), text -> text, "None");
        Tree timeout = spec.at("sessionAffinityConfig").at("clientIP").at("timeoutSeconds");
        return mode.equals("None") ? null : Duration.ofSeconds(timeout.integer(1, 86_400, AFFINITY_SECONDS));
    }

    private static Service.Status status(Tree status) {
        return new Service.Status(status.at("loadBalancer").at("ingress").items(item -> item.at("ip").parsed(IpAddress::parse)),
                status.at("conditions").items(ServiceKinds::condition));
    }

    private static Condition condition(Tree tree) {
        return new Condition(tree.at("type").text(),
                tree.at("status").word(List.of(Condition.Status.values()), Condition.Status::text, Condition.Status.UNKNOWN),
                tree.at("reason").text(""), tree.at("message").text(""));
    }

    static @Nullable Resource endpointSlice(Tree root, ObjectMeta meta) {
        AddressFamily family = family(root.at("addressType"));
        if (family == null) {
            if (!root.at("addressType").present()) {
                root.at("addressType").fault("is missing", "IPv4 or IPv6");
            }
            return null;
        }
        String service = meta.labels().getOrDefault(EndpointSlice.SERVICE_NAME_LABEL, "");
        return new EndpointSlice(meta, service, family, root.at("endpoints").items(item -> endpoint(item, family, meta.namespace())),
                root.at("ports").items(ServiceKinds::slicePort));
    }

    private static EndpointSlice.@Nullable Endpoint endpoint(Tree tree, AddressFamily family, String namespace) {
        List<IpAddress> addresses = tree.at("addresses").items(item -> {
            IpAddress address = item.parsed(IpAddress::parse);
            if (address != null && address.family() != family) {
                item.fault(address + " is not of the slice's addressType", "");
            }
            return address;
        });
        if (addresses.isEmpty() && tree.at("addresses").items().isEmpty()) {
            tree.at("addresses").fault("is empty", "an endpoint needs an address");
        }
        Tree conditions = tree.at("conditions");
        return addresses.isEmpty()
                ? null
                : new EndpointSlice.Endpoint(addresses,
                        EndpointSlice.Conditions.of(conditions.at("ready").flagOrNull(), conditions.at("serving").flagOrNull(),
                                conditions.at("terminating").flagOrNull()),
                        tree.at("nodeName").text(""), tree.at("zone").text(""),
                        tree.at("hints").at("forZones").items(zone -> zone.at("name").text()),
                        tree.at("hints").at("forNodes").items(node -> node.at("name").text()),
                        pod(tree.at("targetRef"), namespace));
    }

    /** A reference without a namespace is to one of the slice's. */
    private static String pod(Tree reference, String namespace) {
        String name = reference.at("name").text("");
        return reference.at("kind").text("").equals("Pod") && !name.isEmpty() ? reference.at("namespace").text(namespace) + "/" + name : "";
    }

    private static EndpointSlice.Port slicePort(Tree tree) {
        return new EndpointSlice.Port(tree.at("name").text(""), protocol(tree.at("protocol")), tree.at("port").integer(0, 65535, 0));
    }
}
