package io.roadstead.api.model.bgp;

import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.meta.LabelSelector;
import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.Resource;

/** A CiliumBGPAdvertisement: what is announced, selected by peers through its labels. */
public record BgpAdvertisement(ObjectMeta meta, List<Entry> entries) implements Resource {

    public static final String KIND = "CiliumBGPAdvertisement";

    public BgpAdvertisement {
        entries = List.copyOf(entries);
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("spec.advertisements is empty");
        }
    }

    @Override
    public String kind() {
        return KIND;
    }

    /**
     * One item.
     *
     * @param type         {@code PodCIDR}, {@code Service}, or the type of an advertiser plugin; whether one provides it is known only when it is used
     * @param selector     which objects; null selects nothing for Service
     * @param service      set for, and only for, type Service
     * @param nodeSelector Roadstead's: only nodes with these labels announce; null means all
     * @param parameters   Roadstead's: passed to the advertiser as they are
     */
    public record Entry(String type, @Nullable LabelSelector selector, @Nullable ServiceOptions service, RouteAttributes attributes,
            @Nullable LabelSelector nodeSelector, Map<String, String> parameters) {

        /** Type of the Pod CIDR advertiser. */
        public static final String POD_CIDR = "PodCIDR";
        /** Type of the Service advertiser. */
        public static final String SERVICE = "Service";

        public Entry {
            parameters = Map.copyOf(parameters);
            if (type.isEmpty()) {
                throw new IllegalArgumentException("advertisementType is empty");
            }
            if (type.equals(SERVICE) != (service != null)) {
                throw new IllegalArgumentException("the service block belongs to, and only to, advertisementType Service");
            }
        }
    }

    /**
     * What of a Service is announced, and how long the prefixes are.
     *
     * @param addresses             at least one kind
     * @param aggregationLengthIpv4 0 to 31; null means /32
     * @param aggregationLengthIpv6 0 to 127; null means /128
     * @param withdrawWithoutEndpoints Roadstead's: with policy Cluster, announce only while the Service has a ready endpoint anywhere; default false
     * @param honourNodeExclusion  Roadstead's: nodes labelled {@code node.kubernetes.io/exclude-from-external-load-balancers} do not announce load-balancer and
     *                             external addresses; default false
     */
    public record ServiceOptions(Set<AddressKind> addresses, @Nullable Integer aggregationLengthIpv4,
            @Nullable Integer aggregationLengthIpv6,
            boolean withdrawWithoutEndpoints, boolean honourNodeExclusion) {

        public ServiceOptions {
            addresses = Set.copyOf(addresses);
            if (addresses.isEmpty()) {
                throw new IllegalArgumentException("service.addresses is empty");
            }
            checkLength("aggregationLengthIPv4", aggregationLengthIpv4, 31);
            checkLength("aggregationLengthIPv6", aggregationLengthIpv6, 127);
        }

        private static void checkLength(String field, @Nullable Integer length, int most) {
            if (length != null && (length < 0 || length > most)) {
                throw new IllegalArgumentException("service." + field + " " + length + " is not in 0 to " + most);
            }
        }
    }

    /** Which addresses of a Service. */
    public enum AddressKind {
        LOAD_BALANCER_IP("LoadBalancerIP"), CLUSTER_IP("ClusterIP"), EXTERNAL_IP("ExternalIP");

        private final String text;

        AddressKind(String text) {
            this.text = text;
        }

        /** As the resource spells it. */
        public String text() {
            return text;
        }
    }
}
