package io.roadstead.plugin.kubernetes.call;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A request, not sent yet.
 *
 * @param path from the server's root, with its query: {@code /api/v1/nodes/k8s-w1}
 * @param body JSON as a tree; null for none. A null in it is JSON's null
 */
public record ApiRequest(Method method, String path, @Nullable Map<String, ?> body) {

    /** What is done, and how its body is to be understood. */
    public enum Method {
        GET("GET", ""), CREATE("POST", "application/json"), UPDATE("PUT", "application/json"),
        /** RFC 7386: a null removes, a list replaces. */
        MERGE("PATCH", "application/merge-patch+json");

        private final String http;
        private final String contentType;

        Method(String http, String contentType) {
            this.http = http;
            this.contentType = contentType;
        }

        /** HTTP's word. */
        public String http() {
            return http;
        }

        /** Of the body. */
        public String contentType() {
            return contentType;
        }

        /** RBAC's word. */
        public String verb() {
            return switch (this) {
                case GET -> "get";
                case CREATE -> "create";
                case UPDATE -> "update";
                case MERGE -> "patch";
            };
        }
    }
}
