package io.roadstead.plugin.kubernetes.read;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * Where objects of a kind are read: which version, which namespace, which of them.
 *
 * @param namespace     null for all, and for kinds without
 * @param fieldSelector null for all
 */
record Target(Kind kind, String apiVersion, @Nullable String namespace, @Nullable String fieldSelector) {

    /**
     * A page of a list.
     *
     * @param limit        0 for all at once
     * @param continuation null for the first page
     */
    String list(int limit, @Nullable String continuation) {
        StringBuilder query = new StringBuilder();
        if (limit > 0) {
            query.append("&limit=").append(limit);
        }
        if (continuation != null) {
            query.append("&continue=").append(encode(continuation));
        }
        return path(query);
    }

    /** A watch from a version on. */
    String watch(String resourceVersion, long timeoutSeconds) {
        return path(new StringBuilder("&watch=true&allowWatchBookmarks=true&resourceVersion=").append(encode(resourceVersion))
                .append("&timeoutSeconds=").append(timeoutSeconds));
    }

    private String path(StringBuilder query) {
        if (fieldSelector != null) {
            query.append("&fieldSelector=").append(encode(fieldSelector));
        }
        if (!query.isEmpty()) {
            query.setCharAt(0, '?');
        }
        return root(apiVersion) + (namespace == null ? "" : "/namespaces/" + namespace) + "/" + kind.plural() + query;
    }

    /** {@code /api/v1}, {@code /apis/cilium.io/v2}. */
    static String root(String apiVersion) {
        return (apiVersion.contains("/") ? "/apis/" : "/api/") + apiVersion;
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
