package io.roadstead.plugin.bgp.rib;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import io.roadstead.api.model.bgp.AsPath;
import io.roadstead.api.model.bgp.Origin;
import io.roadstead.api.model.bgp.PathAttributes;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.net.RouterId;

/** Path attributes for tests: a plain path that is changed field by field. */
record Paths(Origin origin, AsPath asPath, String nextHop, Long med, Long localPreference, String originator, List<String> clusters) {

    static final Paths PLAIN = new Paths(Origin.IGP, path(65010), "192.0.2.10", null, null, null, List.of());

    static AsPath path(long... numbers) {
        return AsPath.ofSequence(Arrays.stream(numbers).mapToObj(AsNumber::new).toArray(AsNumber[]::new));
    }

    static List<IpPrefix> prefixes(String... texts) {
        return Stream.of(texts).map(IpPrefix::parse).toList();
    }

    Paths as(long... numbers) {
        return new Paths(origin, path(numbers), nextHop, med, localPreference, originator, clusters);
    }

    Paths origin(Origin changed) {
        return new Paths(changed, asPath, nextHop, med, localPreference, originator, clusters);
    }

    Paths nextHop(String changed) {
        return new Paths(origin, asPath, changed, med, localPreference, originator, clusters);
    }

    Paths med(long changed) {
        return new Paths(origin, asPath, nextHop, changed, localPreference, originator, clusters);
    }

    Paths preference(long changed) {
        return new Paths(origin, asPath, nextHop, med, changed, originator, clusters);
    }

    Paths originator(String changed) {
        return new Paths(origin, asPath, nextHop, med, localPreference, changed, clusters);
    }

    Paths clusters(String... changed) {
        return new Paths(origin, asPath, nextHop, med, localPreference, originator, List.of(changed));
    }

    PathAttributes build() {
        return new PathAttributes(origin, asPath, IpAddress.parse(nextHop), null, med, localPreference, false, null, List.of(), List.of(),
                List.of(),
                originator == null ? null : RouterId.parse(originator), clusters.stream().map(RouterId::parse).toList(), List.of());
    }
}
