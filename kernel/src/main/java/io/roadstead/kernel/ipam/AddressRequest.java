package io.roadstead.kernel.ipam;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.IpFamilyPolicy;
import io.roadstead.api.model.service.Service;

/**
 * Which addresses a Service wants.
 *
 * @param addresses  asked for by name, each once; when there are any, families say nothing
 * @param unreadable entries of the annotation that are not addresses
 * @param families   one address of each, IPv4 first
 */
record AddressRequest(List<IpAddress> addresses, List<String> unreadable, List<AddressFamily> families) {

    static final String ADDRESSES = "lbipam.cilium.io/ips";
    static final String ADDRESSES_ALIAS = "io.cilium/lb-ipam-ips";

    static AddressRequest of(Service service) {
        Set<IpAddress> addresses = new LinkedHashSet<>();
        IpAddress single = service.spec().loadBalancerIp();
        if (single != null) {
            addresses.add(single);
        }
        List<String> unreadable = new ArrayList<>();
        for (String entry : list(annotation(service, ADDRESSES, ADDRESSES_ALIAS))) {
            Optional<IpAddress> address = IpAddress.tryParse(entry);
            address.ifPresentOrElse(addresses::add, () -> unreadable.add(entry));
        }
        return new AddressRequest(List.copyOf(addresses), List.copyOf(unreadable), List.copyOf(families(service.spec())));
    }

    private static Set<AddressFamily> families(Service.Spec spec) {
        List<AddressFamily> listed = spec.ipFamilies();
        IpFamilyPolicy policy = spec.ipFamilyPolicy();
        if (policy == IpFamilyPolicy.REQUIRE_DUAL_STACK || policy == IpFamilyPolicy.PREFER_DUAL_STACK && listed.isEmpty()) {
            return EnumSet.allOf(AddressFamily.class);
        }
        if (listed.isEmpty()) {
            return EnumSet.of(AddressFamily.IPV4);
        }
        return policy == IpFamilyPolicy.PREFER_DUAL_STACK ? EnumSet.copyOf(listed) : EnumSet.of(listed.getFirst());
    }

    /** An annotation under its name or, failing that, under its older one; empty when there is neither. */
    static String annotation(Service service, String name, String alias) {
        Map<String, String> annotations = service.meta().annotations();
        @Nullable
        String value = annotations.get(name);
        return value != null ? value : annotations.getOrDefault(alias, "");
    }

    /** Entries between commas, trimmed, without empty ones. */
    static List<String> list(String text) {
        return List.of(text.split(",")).stream().map(String::strip).filter(entry -> !entry.isEmpty()).toList();
    }
}
