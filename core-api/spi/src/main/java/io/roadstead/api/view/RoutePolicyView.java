package io.roadstead.api.view;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpPrefix;

/**
 * What one subject exports to one peer.
 *
 * @param name   {@code <peer>-<afi>-<type>}, for Services with {@code -<service>-<namespace>-<address kind>}
 * @param type   {@code import} or {@code export}
 * @param action {@code accept} or {@code reject}
 * @param attributes null for import policies
 */
public record RoutePolicyView(String node, String instance, AsNumber localAsn, String name, String type, List<String> peers,
        List<AfiSafi> families, List<IpPrefix> prefixes, String action, @Nullable RouteAttributes attributes) {
    public RoutePolicyView {
        peers = List.copyOf(peers);
        families = List.copyOf(families);
        prefixes = List.copyOf(prefixes);
    }
}
