package io.roadstead.testkit.kubernetes;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Lists: consistent, in pages, and of the version that was asked for. */
final class Lists {

    private final Store store;

    Lists(Store store) {
        this.store = store;
    }

    /** Where a page ends, and the version that all pages of the list show. */
    private record Continuation(long version, ObjectKey last) {

        String token() {
            var token = Json.object().put("v", "meta.k8s.io/v1").put("rv", version).put("namespace", last.namespace()).put("start",
                    last.name());
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Json.bytes(token));
        }

        static Continuation of(String token) {
            try {
                var tree = Json.parse(Base64.getUrlDecoder().decode(token));
                if (tree.path("rv").canConvertToLong() && tree.has("start")) {
                    return new Continuation(tree.path("rv").asLong(),
                            new ObjectKey(Json.text(tree, "namespace"), Json.text(tree, "start")));
                }
            } catch (IllegalArgumentException | ApiException ignored) {
                // refused below, like a token without its fields
            }
            throw ApiException.badRequest("continue key is not valid: " + new String(token.getBytes(StandardCharsets.UTF_8),
                    StandardCharsets.UTF_8));
        }
    }

    ObjectNode list(Kind kind, ApiRequest request) {
        var query = request.query();
        var selector = Selectors.of(kind, query.getOrDefault("labelSelector", ""), query.getOrDefault("fieldSelector", ""));
        boolean selects = !query.getOrDefault("labelSelector", "").isEmpty() || !query.getOrDefault("fieldSelector", "").isEmpty();
        var wantedVersion = query.getOrDefault("resourceVersion", "");
        var token = query.getOrDefault("continue", "");
        // a list of any version is served from the watch cache, which knows no pages
        long limit = wantedVersion.equals("0") ? 0 : number(query.getOrDefault("limit", "0"), "limit");
        return store.locked(() -> {
            if (!token.isEmpty()) {
                if (!wantedVersion.isEmpty()) {
                    throw ApiException.badRequest("specifying resource version is not allowed when using continue");
                }
                var continuation = Continuation.of(token);
                return page(kind, store.listAt(kind.storedIn(), request.namespace(), continuation.version).stream()
                        .filter(object -> ObjectKey.of(object).compareTo(continuation.last) > 0).toList(), continuation.version, limit,
                        selector, selects);
            }
            long version = store.version();
            if (!wantedVersion.isEmpty()) {
                long wanted = number(wantedVersion, "resourceVersion");
                if (wanted > version) {
                    throw tooLarge(wanted, version);
                }
                if (query.getOrDefault("resourceVersionMatch", "").equals("Exact")) {
                    return page(kind, store.listAt(kind.storedIn(), request.namespace(), wanted), wanted, limit, selector, selects);
                }
            }
            return page(kind, store.list(kind.storedIn(), request.namespace()), version, limit, selector, selects);
        });
    }

    /** A version that has not been yet; the real server waits a while for it before it says so. */
    private static ApiException tooLarge(long wanted, long version) {
        var details = Json.object();
        details.putArray("causes").addObject().put("reason", "ResourceVersionTooLarge").put("message", "Too large resource version");
        details.put("retryAfterSeconds", 1);
        return new ApiException(504, "Timeout", "Too large resource version: " + wanted + ", current: " + version, details);
    }

    private static ObjectNode page(Kind kind, List<ObjectNode> objects, long version, long limit, Predicate<JsonNode> selector,
            boolean selects) {
        var matching = objects.stream().filter(selector).toList();
        var shown = limit > 0 && matching.size() > limit ? matching.subList(0, Math.toIntExact(limit)) : matching;
        var list = Json.object().put("kind", kind.kind() + "List").put("apiVersion", kind.apiVersion());
        var metadata = list.putObject("metadata").put("resourceVersion", Long.toString(version));
        if (shown.size() < matching.size()) {
            metadata.put("continue", new Continuation(version, ObjectKey.of(shown.getLast())).token());
            if (!selects) {
                metadata.put("remainingItemCount", matching.size() - shown.size());
            }
        }
        var items = list.putArray("items");
        shown.forEach(object -> items.add(item(kind, object)));
        return list;
    }

    /** Items of built-in lists do not say of which kind they are: the list says it. */
    private static ObjectNode item(Kind kind, ObjectNode object) {
        var shown = Representation.of(kind, object);
        if (kind.isCustom()) {
            return shown;
        }
        var item = Json.object();
        shown.properties().stream().filter(field -> !field.getKey().equals("kind") && !field.getKey().equals("apiVersion"))
                .forEach(field -> item.set(field.getKey(), field.getValue()));
        return item;
    }

    static long number(String text, String name) {
        try {
            return Long.parseUnsignedLong(text);
        } catch (NumberFormatException ignored) {
            throw ApiException.badRequest("Invalid value: \"" + text + "\": " + name + " must be a number");
        }
    }
}
