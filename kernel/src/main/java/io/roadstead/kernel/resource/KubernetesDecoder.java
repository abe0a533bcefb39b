package io.roadstead.kernel.resource;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.BgpAdvertisement;
import io.roadstead.api.model.bgp.BgpClusterConfig;
import io.roadstead.api.model.bgp.BgpNodeConfig;
import io.roadstead.api.model.bgp.BgpNodeConfigOverride;
import io.roadstead.api.model.bgp.BgpPeerConfig;
import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.meta.SecretObject;
import io.roadstead.api.model.node.CiliumNode;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.model.pod.Pod;
import io.roadstead.api.model.pool.LoadBalancerIpPool;
import io.roadstead.api.model.service.EndpointSlice;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.source.ResourceDecoder;

/**
 * Reads the kinds that Roadstead looks at. Core kinds, and those that programs write: fields that it does not know are passed over, as an API server of another
 * version has others. Cilium's BGP and pool kinds, which people write by hand: an unknown field is a fault that names the nearest known one. CIDRs with bits behind their length are taken
 * as the prefix that contains them, as Kubernetes and Cilium do.
 */
public final class KubernetesDecoder implements ResourceDecoder {

    private static final Set<String> CORE = Set.of("v1");
    private static final Set<String> DISCOVERY = Set.of("discovery.k8s.io/v1");
    private static final Set<String> CILIUM = Set.of("cilium.io/v2", "cilium.io/v2alpha1");

    private static final Map<String, Kind> KINDS = Map.ofEntries(//
            Map.entry(Node.KIND, new Kind(CORE, false, false, CoreKinds::node)), //
            Map.entry(Pod.KIND, new Kind(CORE, true, false, CoreKinds::pod)), //
            Map.entry(Service.KIND, new Kind(CORE, true, false, ServiceKinds::service)), //
            Map.entry(SecretObject.KIND, new Kind(CORE, true, false, CoreKinds::secret)), //
            Map.entry(EndpointSlice.KIND, new Kind(DISCOVERY, true, false, ServiceKinds::endpointSlice)), //
            Map.entry(CiliumNode.KIND, new Kind(CILIUM, false, false, CoreKinds::ciliumNode)), //
            Map.entry(BgpNodeConfig.KIND, new Kind(CILIUM, false, false, NodeConfigKind::nodeConfig)), //
            Map.entry(BgpClusterConfig.KIND, new Kind(CILIUM, false, true, BgpKinds::clusterConfig)), //
            Map.entry(BgpPeerConfig.KIND, new Kind(CILIUM, false, true, BgpKinds::peerConfig)), //
            Map.entry(BgpAdvertisement.KIND, new Kind(CILIUM, false, true, AdvertisementKind::advertisement)), //
            Map.entry(BgpNodeConfigOverride.KIND, new Kind(CILIUM, false, true, BgpKinds::nodeConfigOverride)), //
            Map.entry(LoadBalancerIpPool.KIND, new Kind(CILIUM, false, true, PoolKind::pool)));

    @Override
    public Result decode(Map<String, ?> document) {
        List<Fault> faults = new ArrayList<>();
        Tree root = Tree.root(document, faults);
        String apiVersion = root.at("apiVersion").text();
        String kindName = root.at("kind").text();
        if (!faults.isEmpty()) {
            return new Result.Refused(Optional.empty(), faults);
        }
        Kind kind = KINDS.get(kindName);
        if (kind == null || !kind.apiVersions.contains(apiVersion) || isOfNames(kindName, root)) {
            return new Result.Ignored(apiVersion, kindName);
        }
        ObjectMeta meta = meta(root.at("metadata"), kind.namespaced);
        if (kind.strict) {
            root.only("apiVersion", "kind", "metadata", "spec", "status");
        }
        Resource resource = root.object(tree -> kind.decode.apply(tree, meta));
        if (faults.isEmpty() && resource != null) {
            return new Result.Decoded(resource);
        }
        Optional<ResourceKey> key = meta.name().equals(NO_NAME)
                ? Optional.empty()
                : Optional.of(new ResourceKey(kindName, meta.namespace(), meta.name()));
        return new Result.Refused(key, faults);
    }

    private static final String NO_NAME = "?";

    /** Slices of host names lead to no address: Kubernetes has every consumer that does not resolve names leave them alone. */
    private static boolean isOfNames(String kind, Tree root) {
        return kind.equals(EndpointSlice.KIND) && "FQDN".equals(root.at("addressType").parsed(text -> text));
    }

    private static ObjectMeta meta(Tree tree, boolean namespaced) {
        String name = tree.at("name").name();
        String namespace = namespaced ? tree.at("namespace").text("default") : "";
        Instant created = tree.at("creationTimestamp").parsed(KubernetesDecoder::instant);
        return new ObjectMeta(namespace, name.isEmpty() ? NO_NAME : name, tree.at("labels").texts(), tree.at("annotations").texts(),
                created == null ? Instant.EPOCH : created);
    }

    private static Instant instant(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException refused) {
            throw new IllegalArgumentException("not a time: '" + text + "'; write 2026-01-31T12:00:00Z", refused);
        }
    }

    /** How a kind is read; strict ones refuse unknown fields. */
    private record Kind(Set<String> apiVersions, boolean namespaced, boolean strict,
            BiFunction<Tree, ObjectMeta, @Nullable Resource> decode) {
    }
}
