package io.roadstead.kernel.ipam;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.roadstead.api.model.service.Protocol;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.model.service.TrafficPolicy;

/**
 * What decides whether a Service can share its address with another.
 *
 * @param key             empty when it does not want to
 * @param otherNamespaces with which of them; {@code *} stands for all
 * @param selector        pod labels
 */
record SharingProfile(String name, String namespace, String key, Set<String> otherNamespaces, Set<PortKey> ports, TrafficPolicy policy,
        Map<String, String> selector) {

    static final String KEY = "lbipam.cilium.io/sharing-key";
    static final String KEY_ALIAS = "io.cilium/lb-ipam-sharing-key";
    static final String CROSS_NAMESPACE = "lbipam.cilium.io/sharing-cross-namespace";
    static final String CROSS_NAMESPACE_ALIAS = "io.cilium/lb-ipam-sharing-cross-namespace";

    /** One frontend port. */
    record PortKey(int port, Protocol protocol) implements Comparable<PortKey> {
        @Override
        public int compareTo(PortKey other) {
            return port != other.port ? Integer.compare(port, other.port) : protocol.compareTo(other.protocol);
        }

        @Override
        public String toString() {
            return protocol + " port " + port;
        }
    }

    static SharingProfile of(Service service) {
        Service.Spec spec = service.spec();
        return new SharingProfile(service.displayName(), service.meta().namespace(),
                AddressRequest.annotation(service, KEY, KEY_ALIAS).strip(),
                new HashSet<>(AddressRequest.list(AddressRequest.annotation(service, CROSS_NAMESPACE, CROSS_NAMESPACE_ALIAS))),
                spec.ports().stream().map(port -> new PortKey(port.port(), port.protocol())).collect(Collectors.toSet()),
                spec.externalTrafficPolicy(), spec.selector());
    }

    /** Why the two cannot have the same address; empty when they can. Symmetric. */
    Optional<Refusal> refusal(SharingProfile other) {
        if (key.isEmpty() || other.key.isEmpty()) {
            return Optional.of(new Refusal(Refusal.Why.ALREADY_ALLOCATED, (key.isEmpty() ? name : other.name) + " has no sharing key"));
        }
        return incompatibility(other).map(text -> new Refusal(Refusal.Why.ALREADY_ALLOCATED_INCOMPATIBLE_SERVICE, text));
    }

    private Optional<String> incompatibility(SharingProfile other) {
        if (!key.equals(other.key)) {
            return Optional.of("their sharing keys differ");
        }
        if (!namespace.equals(other.namespace)) {
            for (SharingProfile one : List.of(this, other)) {
                String foreign = one.equals(this) ? other.namespace : namespace;
                if (!one.otherNamespaces.contains(foreign) && !one.otherNamespaces.contains("*")) {
                    return Optional.of(one.name + " does not list namespace " + foreign + " in " + CROSS_NAMESPACE);
                }
            }
        }
        TreeSet<PortKey> common = new TreeSet<>(ports);
        common.retainAll(other.ports);
        if (!common.isEmpty()) {
            return Optional.of("both use " + common.first());
        }
        if (policy != other.policy) {
            return Optional.of("their externalTrafficPolicy differs");
        }
        if (policy == TrafficPolicy.LOCAL && (selector.isEmpty() || !selector.equals(other.selector))) {
            return Optional.of("externalTrafficPolicy Local needs the same, non-empty selector in both");
        }
        return Optional.empty();
    }
}
