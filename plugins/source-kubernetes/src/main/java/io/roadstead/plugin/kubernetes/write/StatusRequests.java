package io.roadstead.plugin.kubernetes.write;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.source.StatusUpdate.BgpNodeStatus;
import io.roadstead.api.source.StatusUpdate.Conditions;
import io.roadstead.plugin.kubernetes.call.ApiRequest;
import io.roadstead.plugin.kubernetes.call.ApiRequest.Method;
import io.roadstead.plugin.kubernetes.call.Trees;

/** The requests that bring an object to what is wanted. Pure but for the version that it asks for. */
final class StatusRequests {
    private static final String FIELD_MANAGER = "?fieldManager=" + Known.MANAGER;

    private final Supplier<String> ciliumVersion;

    /** @param ciliumVersion {@code v2} or {@code v2alpha1}: what the server has, for objects that were not seen yet */
    StatusRequests(Supplier<String> ciliumVersion) {
        this.ciliumVersion = ciliumVersion;
    }

    /** Reads the object anew. */
    ApiRequest get(ResourceKey key, @Nullable Known known) {
        return new ApiRequest(Method.GET, path(key, known), null);
    }

    ApiRequest getNode(String node) {
        return new ApiRequest(Method.GET, path(new ResourceKey(Node.KIND, "", node), null), null);
    }

    /** Makes the CiliumBGPNodeConfig. */
    ApiRequest create(ResourceKey key, String nodeUid, BgpNodeStatus status) {
        String collection = path(key, null);
        return new ApiRequest(Method.CREATE, collection.substring(0, collection.lastIndexOf('/')) + FIELD_MANAGER,
                NodeConfigTree.created(apiVersion(key, null), key.name(), nodeUid, status));
    }

    /** The next change that is needed; null when the object is as it is to be. */
    @Nullable
    ApiRequest change(ResourceKey key, Known known, Wanted wanted, Instant now) {
        BgpNodeStatus node = wanted.node();
        if (node != null) {
            Map<String, ?> spec = NodeConfigTree.specPatch(known, node);
            return spec != null
                    ? merge(path(key, known), known, "spec", spec)
                    : status(key, known, NodeConfigTree.statusPatch(known, node, now));
        }
        Conditions conditions = wanted.conditions();
        if (conditions != null) {
            return status(key, known, conditions(known, conditions, now));
        }
        return status(key, known, ServiceTree.patch(known, wanted, now));
    }

    private static Map<String, ?> conditions(Known known, Conditions wanted, Instant now) {
        Object current = known.status().get("conditions");
        // On these kinds nobody else's have these prefixes.
        Object merged = ConditionTrees.merge(Trees.list(current), type -> type.startsWith("cilium.io/") || type.startsWith("roadstead.io/"),
                wanted.conditions(), known.generation(), now);
        Map<String, Object> patch = new LinkedHashMap<>();
        if (!merged.equals(Trees.list(current))) {
            patch.put("conditions", Trees.list(merged).isEmpty() ? null : merged);
        }
        return patch;
    }

    private @Nullable ApiRequest status(ResourceKey key, Known known, Map<String, ?> patch) {
        return patch.isEmpty() ? null : merge(path(key, known) + "/status", known, "status", patch);
    }

    /** With the version that was looked at: the server refuses when somebody else wrote since then. */
    private static ApiRequest merge(String path, Known known, String field, Map<String, ?> patch) {
        return new ApiRequest(Method.MERGE, path + FIELD_MANAGER,
                Map.of("metadata", Map.of("resourceVersion", known.version()), field, patch));
    }

    private String path(ResourceKey key, @Nullable Known known) {
        String apiVersion = apiVersion(key, known);
        return (apiVersion.equals("v1") ? "/api/" : "/apis/") + apiVersion
                + (key.namespace().isEmpty() ? "" : "/namespaces/" + encode(key.namespace())) + "/" + plural(key.kind()) + "/"
                + encode(key.name());
    }

    private String apiVersion(ResourceKey key, @Nullable Known known) {
        if (known != null && !known.apiVersion().isEmpty()) {
            return known.apiVersion();
        }
        return key.kind().equals(Service.KIND) || key.kind().equals(Node.KIND) ? "v1"
                : "cilium.io/" + Objects.requireNonNull(ciliumVersion.get());
    }

    /** Of the kinds that are written, all regular. */
    static String plural(String kind) {
        return kind.toLowerCase(Locale.ROOT) + "s";
    }

    private static String encode(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8);
    }
}
