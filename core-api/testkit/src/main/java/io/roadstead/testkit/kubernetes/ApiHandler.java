package io.roadstead.testkit.kubernetes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Answers requests: who asks, whether they may, and what. On the threads of connections. */
final class ApiHandler implements HttpListener.Handler {

    private static final String PROTOBUF = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
    private static final String ADMIN = "kubernetes-admin";

    private final Store store;
    private final Kinds kinds;
    private final Registry registry;
    private final Lists lists;
    private final WatchHandler watches;
    private final Discovery discovery;
    private final Authenticator authenticator;
    private final Optional<Rbac> rbac;
    private final RequestLog log;
    private final Supplier<Faults> faults;

    ApiHandler(Store store, Kinds kinds, Registry registry, WatchHandler watches, Authenticator authenticator, Optional<Rbac> rbac,
            RequestLog log, Supplier<Faults> faults) {
        this.store = store;
        this.kinds = kinds;
        this.registry = registry;
        this.lists = new Lists(store);
        this.watches = watches;
        this.discovery = new Discovery(kinds);
        this.authenticator = authenticator;
        this.rbac = rbac;
        this.log = log;
        this.faults = faults;
    }

    private record Answer(int status, JsonNode body) {
    }

    @Override
    public void handle(HttpRequest http, HttpReply reply) throws IOException {
        var user = authenticator.authenticate(http);
        var request = ApiRequest.of(http, user.map(User::name).orElse(""));
        try {
            faults.get().meet(request);
            var asking = user.orElseThrow(() -> new ApiException(401, "Unauthorized", "Unauthorized"));
            rbac.ifPresent(authorizer -> authorizer.authorize(asking, request));
            if (request.verb().equals("watch") && !request.resource().isEmpty()) {
                watches.watch(kind(request), request, reply, () -> log.add(new LoggedRequest(request, 200)));
            } else if (request.resource().isEmpty()) {
                plain(http, request, reply);
            } else {
                var answer = resource(http, request, asking);
                send(reply, request, answer.status, Map.of(), answer.body);
            }
        } catch (Faults.ConnectionCut ignored) {
            log.add(new LoggedRequest(request, 0));
            reply.abort();
        } catch (ApiException e) {
            var headers = e.retryAfterSeconds() > 0 ? Map.of("Retry-After", Integer.toString(e.retryAfterSeconds()))
                    : Map.<String, String>of();
            send(reply, request, e.code(), headers, e.status());
        } catch (RuntimeException e) {
            send(reply, request, 500, Map.of(), new ApiException(500, "InternalError", "Internal error occurred: " + e).status());
        }
    }

    private void send(HttpReply reply, ApiRequest request, int status, Map<String, String> headers, JsonNode body) throws IOException {
        send(reply, request, status, "application/json", headers, Json.bytes(body));
    }

    /** Logs first: who has an answer finds the request in the log. */
    private void send(HttpReply reply, ApiRequest request, int status, String contentType, Map<String, String> headers, byte[] body)
            throws IOException {
        log.add(new LoggedRequest(request, status));
        var all = new LinkedHashMap<>(headers);
        all.put("Content-Type", contentType);
        reply.send(status, all, body);
    }

    private void plain(HttpRequest http, ApiRequest request, HttpReply reply) throws IOException {
        switch (http.path()) {
            case "/readyz", "/livez", "/healthz" ->
                    send(reply, request, 200, "text/plain", Map.of(), "ok".getBytes(StandardCharsets.UTF_8));
            // an empty document in protobuf: nothing is described, so that clients validate nothing
            case "/openapi/v2" -> {
                if (http.header("accept").contains("protobuf")) {
                    send(reply, request, 200, PROTOBUF, Map.of(), new byte[0]);
                } else {
                    send(reply, request, 200, Map.of(), Json.object().put("swagger", "2.0"));
                }
            }
            default -> send(reply, request, 200, Map.of(),
                    store.locked(() -> discovery.at(http.path())).orElseThrow(ApiException::noSuchPath));
        }
    }

    private Kind kind(ApiRequest request) {
        return store.locked(() -> kinds.find(request.group(), request.version(), request.resource()))
                .orElseThrow(ApiException::noSuchPath);
    }

    private Answer resource(HttpRequest http, ApiRequest request, User user) {
        var kind = kind(request);
        boolean status = request.subresource().equals("status");
        if (!request.subresource().isEmpty() && !(status && kind.hasStatus())) {
            throw ApiException.noSuchPath();
        }
        if (kind.namespaced() ? request.namespace().isEmpty() && !request.name().isEmpty() : !request.namespace().isEmpty()) {
            throw ApiException.noSuchPath();
        }
        // the stored kind works on what is written; the asked one is what the client sees
        var stored = store.locked(() -> kind.storedIn().equals(kind.resource()) ? kind : kinds.stored(kind.storedIn()));
        var key = new ObjectKey(request.namespace(), request.name());
        return switch (request.verb()) {
            case "list" -> new Answer(200, lists.list(kind, request));
            case "get" -> shown(200, kind, store.locked(() -> store.get(kind.storedIn(), key))
                    .orElseThrow(() -> ApiException.notFound(kind.resource(), key.name())));
            case "create" -> {
                if (!request.name().isEmpty()) {
                    throw ApiException.methodNotAllowed();
                }
                yield shown(201, kind, registry.create(stored, request.namespace(), body(kind, http), options(http, request, user)));
            }
            case "update" -> update(http, request, user, kind, stored, key);
            case "patch" -> patch(http, request, user, kind, stored, key);
            case "delete" -> delete(http, request, user, kind, stored, key);
            case "deletecollection" -> deleteAll(http, request, user, kind, stored);
            default -> throw ApiException.methodNotAllowed();
        };
    }

    private static Answer shown(int status, Kind kind, ObjectNode object) {
        return new Answer(status, Representation.of(kind, object));
    }

    private Answer update(HttpRequest http, ApiRequest request, User user, Kind kind, Kind stored, ObjectKey key) {
        var body = body(kind, http);
        if (!(body instanceof ObjectNode object)) {
            throw ApiException.badRequest("json: cannot unmarshal into Go value of type " + kind.kind());
        }
        var options = options(http, request, user);
        boolean makes = kind.resource().equals(Kinds.LEASES) && store.locked(() -> store.get(Kinds.LEASES, key)).isEmpty();
        if (makes) {
            var metadata = Json.child(object, "metadata");
            var uid = Json.text(metadata, "uid");
            if (!uid.isEmpty()) { // of one that was deleted
                throw ApiException.conflict(kind.resource(), key.name(),
                        "StorageError: invalid object, Code: 4, Key: /registry/leases/" + key.namespace() + "/" + key.name()
                                + ", ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: " + uid
                                + ", UID in object meta: ");
            }
            metadata.remove("resourceVersion");
            metadata.put("name", key.name());
            return shown(201, kind, registry.create(stored, key.namespace(), object, options));
        }
        return shown(200, kind,
                registry.update(stored, key, request.subresource(), before -> replacement(kind, object, key), true, options));
    }

    private static ObjectNode replacement(Kind kind, ObjectNode body, ObjectKey key) {
        var object = body.deepCopy();
        var said = Json.text(object, "kind");
        if (!said.isEmpty() && !said.equals(kind.kind())) {
            throw ApiException.badRequest("the kind in the data (" + said + ") does not match the expected kind (" + kind.kind() + ")");
        }
        object.put("kind", kind.kind());
        if (kind.namespaced() && Json.text(object.path("metadata"), "namespace").isEmpty()) {
            Json.child(object, "metadata").put("namespace", key.namespace());
        }
        return object;
    }

    private Answer patch(HttpRequest http, ApiRequest request, User user, Kind kind, Kind stored, ObjectKey key) {
        var options = options(http, request, user);
        if (http.contentType().equals("application/apply-patch+yaml")) {
            if (http.parameter("fieldManager").isEmpty()) {
                throw new ApiException(422, "Invalid",
                        "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch");
            }
            boolean isNew = store.locked(() -> store.get(kind.storedIn(), key)).isEmpty();
            return shown(isNew ? 201 : 200, kind, registry.apply(stored, key, request.subresource(),
                    Representation.stored(kind, Json.yaml(http.body())), options));
        }
        if (!http.parameter("force").isEmpty()) {
            throw new ApiException(422, "Invalid",
                    "PatchOptions.meta.k8s.io \"\" is invalid: force: Forbidden: may not be specified for non-apply patch");
        }
        var patch = Json.parse(http.body());
        return shown(200, kind, registry.update(stored, key, request.subresource(), before -> {
            before.put("apiVersion", kind.apiVersion());
            var after = switch (http.contentType()) {
                case "application/merge-patch+json" -> Patches.merge(before, patch);
                case "application/json-patch+json" -> Patches.apply(before, patch);
                case "application/strategic-merge-patch+json" -> {
                    if (kind.isCustom()) {
                        throw unsupportedPatch(http.contentType(), "application/json-patch+json, application/merge-patch+json, "
                                + "application/apply-patch+yaml");
                    }
                    yield StrategicMerge.merge(before, patch, kind.shape());
                }
                default -> throw unsupportedPatch(http.contentType(), "application/json-patch+json, application/merge-patch+json, "
                        + "application/strategic-merge-patch+json, application/apply-patch+yaml");
            };
            if (after instanceof ObjectNode object) {
                return object;
            }
            throw ApiException.badRequest("the patch leaves no object");
        }, false, options));
    }

    private static ApiException unsupportedPatch(String type, String accepted) {
        return ApiException
                .unsupportedMediaType("the body of the request was in an unknown format - accepted media types include: " + accepted
                        + "; not " + type);
    }

    private Answer delete(HttpRequest http, ApiRequest request, User user, Kind kind, Kind stored, ObjectKey key) {
        var deleteOptions = http.body().length == 0 ? Json.object() : Json.parse(http.body());
        var object = registry.delete(stored, key, deleteOptions.path("preconditions"), options(http, request, user));
        if (!object.path("metadata").path("finalizers").isEmpty()) {
            return shown(200, kind, object);
        }
        var status = Json.object().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        var details = status.put("status", "Success").putObject("details").put("name", key.name());
        if (!kind.group().isEmpty()) {
            details.put("group", kind.group());
        }
        details.put("kind", kind.resource().plural()).put("uid", Json.text(object.path("metadata"), "uid"));
        return new Answer(200, status);
    }

    private Answer deleteAll(HttpRequest http, ApiRequest request, User user, Kind kind, Kind stored) {
        var list = lists.list(kind, request);
        list.path("items").forEach(item -> registry.delete(stored,
                new ObjectKey(Json.text(item.path("metadata"), "namespace"), Json.text(item.path("metadata"), "name")),
                MissingNode.getInstance(),
                options(http, request, user)));
        return new Answer(200, list);
    }

    private static JsonNode body(Kind kind, HttpRequest http) {
        return switch (http.contentType()) {
            case "application/json", "" -> Representation.stored(kind, Json.parse(http.body()));
            case "application/yaml" -> Representation.stored(kind, Json.yaml(http.body()));
            default -> throw ApiException.unsupportedMediaType("the body of the request was in an unknown format - accepted media types "
                    + "include: application/json, application/yaml; not " + http.contentType());
        };
    }

    private WriteOptions options(HttpRequest http, ApiRequest request, User user) {
        var manager = http.parameter("fieldManager");
        var agent = http.header("user-agent").split("/", 2)[0];
        return new WriteOptions(manager.isEmpty() ? agent.isEmpty() ? ADMIN : agent : manager,
                http.parameter("fieldValidation").equals("Strict"), http.parameter("dryRun").equals("All"), http.flag("force"),
                rbac.isEmpty() || mayCreate(rbac.get(), user, request));
    }

    private static boolean mayCreate(Rbac rbac, User user, ApiRequest request) {
        try {
            rbac.authorize(user, new ApiRequest(request.method(), request.path(), request.query(), request.user(), request.contentType(),
                    "create", request.group(), request.version(), request.resource(), request.namespace(), request.name(),
                    request.subresource()));
            return true;
        } catch (ApiException ignored) {
            return false; // which is the answer
        }
    }
}
