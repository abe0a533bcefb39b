package io.roadstead.plugin.kubernetes.write;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.BgpNodeConfig;
import io.roadstead.plugin.kubernetes.call.Trees;

/**
 * What is remembered of an object: enough to say whether a status differs from the one it has, and to write it only onto the object that was looked at.
 *
 * @param version    {@code resourceVersion}
 * @param generation negative when the kind has none
 * @param status     as it stands in the API; empty when absent
 * @param spec       of a CiliumBGPNodeConfig; empty for all other kinds
 * @param ours       whether Roadstead made it
 */
record Known(String apiVersion, String version, long generation, Map<String, ?> status, Map<String, ?> spec, boolean ours) {
    static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    static final String MANAGER = "roadstead";

    /** Shared by all that have nothing to say, as most Services. */
    private static final Map<String, ?> NO_STATUS = Map.of();

    static Known of(Map<String, ?> document) {
        Map<String, ?> metadata = Trees.map(document.get("metadata"));
        boolean nodeConfig = BgpNodeConfig.KIND.equals(document.get("kind"));
        Map<String, ?> status = Trees.map(document.get("status"));
        boolean saysNothing = status.isEmpty() || status.size() == 1 && isEmpty(status.get("loadBalancer"));
        return new Known(Trees.text(document.get("apiVersion")), Trees.text(metadata.get("resourceVersion")),
                Trees.number(metadata.get("generation"), -1),
                saysNothing ? NO_STATUS : status, nodeConfig ? Trees.map(document.get("spec")) : Map.of(),
                nodeConfig && MANAGER.equals(Trees.map(metadata.get("labels")).get(MANAGED_BY)));
    }

    private static boolean isEmpty(@Nullable Object value) {
        return value instanceof Map<?, ?> map && map.isEmpty();
    }
}
