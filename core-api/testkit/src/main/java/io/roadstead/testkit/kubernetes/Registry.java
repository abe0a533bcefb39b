package io.roadstead.testkit.kubernetes;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.roadstead.testkit.kubernetes.ApiException.FieldError;
import io.roadstead.testkit.kubernetes.ManagedFields.Manager;

/** The writes of the API: what they check, what they keep, and what they fill in. Safe for any thread. */
final class Registry {

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
    /** Of RBAC, and of events, whose names carry a timestamp and a user's text. */
    private static final Pattern PATH_SEGMENT = Pattern.compile("[^/%]+");
    private static final int MAX_NAME = 253;
    /** Fields of metadata that the server alone writes. */
    private static final Set<String> SYSTEM = Set.of("uid", "creationTimestamp", "generation", "deletionTimestamp",
            "deletionGracePeriodSeconds", "managedFields", "resourceVersion", "selfLink");
    /** Kinds that a replacement without a version may not overwrite, beside all custom ones. */
    private static final Set<String> CONDITIONAL_ONLY = Set.of("Lease", "CustomResourceDefinition");

    private final Store store;
    private final Kinds kinds;
    private final Clock clock;
    private final BuiltInRules rules;
    private final AtomicLong generatedNames = new AtomicLong();

    Registry(Store store, Kinds kinds, Clock clock) {
        this.store = store;
        this.kinds = kinds;
        this.clock = clock;
        this.rules = new BuiltInRules(store);
    }

    ObjectNode create(Kind kind, String namespace, JsonNode body, WriteOptions options) {
        var object = identified(kind, namespace, body);
        var metadata = Json.child(object, "metadata");
        if (metadata.has("resourceVersion") && !Json.text(metadata, "resourceVersion").isEmpty()) {
            throw new ApiException(500, "", "resourceVersion should not be set on objects to be created");
        }
        return store.locked(() -> {
            if (Json.text(metadata, "name").isEmpty() && metadata.has("generateName")) {
                metadata.put("name", Json.text(metadata, "generateName") + Long.toString(nextGeneratedName(), 36));
            }
            requireNamespace(kind, namespace);
            var key = ObjectKey.of(object);
            if (store.get(kind.resource(), key).isPresent()) {
                throw ApiException.alreadyExists(kind.resource(), key.name());
            }
            var empty = Json.object();
            metadata.remove(List.copyOf(SYSTEM));
            // a kubelet registers its Node with its status
            if (kind.hasStatus() && !kind.kind().equals("Node")) {
                object.remove("status");
            }
            conform(kind, empty, object, options);
            var managed = new ManagedFields();
            managed.changed(new Manager(options.fieldManager(), "Update", ""), kind.apiVersion(), empty, object, kind.shape(), now());
            managed.write(object);
            return finishCreation(kind, object, options);
        });
    }

    /**
     * Changes an object.
     *
     * @param change what the object shall become, given a copy of what it is
     * @param replaces whether the writer said the whole object: then it must name the version that it saw where the kind asks for that
     */
    ObjectNode update(Kind kind, ObjectKey key, String subresource, UnaryOperator<ObjectNode> change, boolean replaces,
            WriteOptions options) {
        return store.locked(() -> {
            var before = existing(kind, key);
            var after = change.apply(before.deepCopy());
            checkIdentity(kind, key, after);
            checkVersion(kind, before, after, replaces);
            return finishUpdate(kind, before, after, subresource, new Manager(options.fieldManager(), "Update", subresource), options);
        });
    }

    ObjectNode apply(Kind kind, ObjectKey key, String subresource, JsonNode body, WriteOptions options) {
        var config = identified(kind, key.namespace(), body);
        checkIdentity(kind, key, config);
        var manager = new Manager(options.fieldManager(), "Apply", subresource);
        if (!subresource.isEmpty()) {
            config.retain("apiVersion", "kind", "metadata", subresource);
        } else if (kind.hasStatus()) {
            config.remove("status");
        }
        if (config.path("metadata").path("managedFields").size() > 0) {
            throw ApiException.badRequest("metadata.managedFields must be nil");
        }
        return store.locked(() -> {
            requireNamespace(kind, key.namespace());
            if (kind.schema() != null) {
                refuseUnknown(StructuralSchema.prune(config, kind.schema()), options);
            }
            var found = store.get(kind.resource(), key);
            if (found.isEmpty() && subresource.isEmpty()) {
                if (!options.mayCreate()) {
                    throw new ApiException(403, "Forbidden", kind.resource().qualified() + " \"" + key.name()
                            + "\" is forbidden: the user may apply but not create");
                }
                var fresh = ServerSideApply.apply(Json.object(), config, kind, manager, options.force(), now());
                var managed = fresh.path("metadata").path("managedFields").deepCopy();
                Json.child(fresh, "metadata").remove(List.copyOf(SYSTEM));
                conform(kind, Json.object(), fresh, options);
                Json.child(fresh, "metadata").set("managedFields", managed);
                return finishCreation(kind, fresh, options);
            }
            var before = existing(kind, key);
            checkVersion(kind, before, config, false);
            var live = before.deepCopy();
            live.put("apiVersion", kind.apiVersion());
            var after = ServerSideApply.apply(live, config, kind, manager, options.force(), now());
            return finishUpdate(kind, before, after, subresource, manager, options);
        });
    }

    /**
     * Asks for the object to go; it goes at once unless it has finalizers.
     *
     * @param preconditions {@code preconditions} of DeleteOptions
     */
    ObjectNode delete(Kind kind, ObjectKey key, JsonNode preconditions, WriteOptions options) {
        return store.locked(() -> {
            var object = existing(kind, key);
            for (var field : List.of("uid", "resourceVersion")) {
                var wanted = Json.text(preconditions, field);
                var found = Json.text(object.path("metadata"), field);
                if (!wanted.isEmpty() && !wanted.equals(found)) {
                    throw ApiException.conflict(kind.resource(), key.name(), "Precondition failed: " + field + " in precondition: " + wanted
                            + ", " + field + " in object meta: " + found);
                }
            }
            if (options.dryRun()) {
                return object;
            }
            if (object.path("metadata").path("finalizers").isEmpty()) {
                return removed(kind, key);
            }
            if (object.path("metadata").has("deletionTimestamp")) {
                return object;
            }
            var marked = object.deepCopy();
            Json.child(marked, "metadata").put("deletionTimestamp", now()).put("deletionGracePeriodSeconds", 0);
            return store.put(kind.resource(), marked);
        });
    }

    private ObjectNode existing(Kind kind, ObjectKey key) {
        return store.get(kind.resource(), key).orElseThrow(() -> ApiException.notFound(kind.resource(), key.name()));
    }

    private ObjectNode finishCreation(Kind kind, ObjectNode object, WriteOptions options) {
        var name = Json.text(object.path("metadata"), "name");
        var pattern = kind.group().equals(Kinds.RBAC) || kind.kind().equals("Event") ? PATH_SEGMENT : NAME;
        if (name.isEmpty()) {
            throw ApiException.invalid(kind.resource(), kind.kind(), name,
                    List.of(FieldError.required("metadata.name", "name or generateName is required")));
        }
        if (!pattern.matcher(name).matches() || name.length() > MAX_NAME) {
            throw ApiException.invalid(kind.resource(), kind.kind(), name, List.of(FieldError.invalid("metadata.name", name,
                    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.'")));
        }
        var metadata = Json.child(object, "metadata");
        metadata.put("uid", UUID.randomUUID().toString()).put("creationTimestamp", now());
        if (kind.hasGeneration()) {
            metadata.put("generation", 1);
        }
        if (options.dryRun()) {
            return object;
        }
        object.put("apiVersion", kind.storedApiVersion());
        var stored = store.put(kind.resource(), object);
        if (kind.resource().equals(Kinds.DEFINITIONS)) {
            kinds.define(stored);
        }
        return stored;
    }

    private ObjectNode finishUpdate(Kind kind, ObjectNode before, ObjectNode after, String subresource, Manager manager,
            WriteOptions options) {
        keep(kind, before, after, subresource);
        conform(kind, before, after, options);
        var metadata = Json.child(after, "metadata");
        if (kind.hasGeneration() && !wanted(kind, before).equals(wanted(kind, after))) {
            metadata.put("generation", metadata.path("generation").asLong() + 1);
        }
        var managed = manager.applies() ? ManagedFields.of(after) : ManagedFields.of(before);
        if (!manager.applies()) {
            managed.changed(manager, kind.apiVersion(), before, after, kind.shape(), now());
        }
        after.put("apiVersion", kind.storedApiVersion());
        managed.write(after);
        if (after.equals(before)) {
            return before; // what changes nothing is no write: no version, no event
        }
        if (options.dryRun()) {
            return after;
        }
        var stored = store.put(kind.resource(), after);
        if (stored.path("metadata").has("deletionTimestamp") && stored.path("metadata").path("finalizers").isEmpty()) {
            return removed(kind, ObjectKey.of(stored));
        }
        if (kind.resource().equals(Kinds.DEFINITIONS) && !before.path("spec").equals(after.path("spec"))) {
            kinds.define(stored);
            endWatches(stored);
        }
        return stored;
    }

    private ObjectNode removed(Kind kind, ObjectKey key) {
        if (kind.resource().equals(Kinds.NAMESPACES)) {
            kinds.all().stream().filter(Kind::namespaced).map(Kind::resource).distinct()
                    .forEach(resource -> store.list(resource, key.name()).forEach(object -> store.remove(resource, ObjectKey.of(object))));
        }
        var object = store.remove(kind.resource(), key);
        if (kind.resource().equals(Kinds.DEFINITIONS)) {
            var resource = Kinds.resourceOf(object);
            store.list(resource, "").forEach(custom -> store.remove(resource, ObjectKey.of(custom)));
            kinds.undefine(object);
            endWatches(object);
        }
        Json.child(object, "metadata").put("resourceVersion", Long.toString(store.version()));
        return object;
    }

    /** A definition that changes, or goes, ends the watches of its resource: they are made anew, or refused. */
    private void endWatches(ObjectNode definition) {
        var resource = Kinds.resourceOf(definition);
        store.watches().stream().filter(watch -> watch.resource().equals(resource)).forEach(Watch::end);
    }

    /** A copy of the body that says of which kind and where it is; throws when that is not where it was sent. */
    private static ObjectNode identified(Kind kind, String namespace, JsonNode body) {
        if (!(body instanceof ObjectNode source)) {
            throw ApiException
                    .badRequest("json: cannot unmarshal " + body.getNodeType() + " into Go value of type map[string]interface {}");
        }
        var object = source.deepCopy();
        if (kind.isCustom() && Json.text(object, "kind").isEmpty()) {
            throw ApiException.badRequest("Object 'Kind' is missing in '" + body + "'");
        }
        expect(object, "apiVersion", kind.apiVersion(), "API version");
        expect(object, "kind", kind.kind(), "kind");
        var metadata = Json.child(object, "metadata");
        if (!kind.namespaced()) {
            metadata.remove("namespace");
        } else if (Json.text(metadata, "namespace").isEmpty()) {
            metadata.put("namespace", namespace);
        } else if (!Json.text(metadata, "namespace").equals(namespace)) {
            throw ApiException.badRequest("the namespace of the provided object does not match the namespace sent on the request");
        }
        return object;
    }

    private static void expect(ObjectNode object, String field, String expected, String name) {
        var said = Json.text(object, field);
        if (!said.isEmpty() && !said.equals(expected)) {
            throw ApiException
                    .badRequest("the " + name + " in the data (" + said + ") does not match the expected " + name + " (" + expected
                            + ")");
        }
        object.put(field, expected);
    }

    private static void checkIdentity(Kind kind, ObjectKey key, ObjectNode object) {
        var metadata = Json.child(object, "metadata");
        var name = Json.text(metadata, "name");
        if (!name.isEmpty() && !name.equals(key.name())) {
            throw ApiException.badRequest("the name of the object (" + name + ") does not match the name on the URL (" + key.name() + ")");
        }
        metadata.put("name", key.name());
        if (kind.namespaced() && !Json.text(metadata, "namespace").equals(key.namespace())) {
            throw ApiException.badRequest("the namespace of the provided object does not match the namespace sent on the request");
        }
    }

    private static void checkVersion(Kind kind, ObjectNode before, ObjectNode after, boolean replaces) {
        var metadata = after.path("metadata");
        var name = Json.text(metadata, "name");
        var version = Json.text(metadata, "resourceVersion");
        if (replaces && version.isEmpty() && (kind.isCustom() || CONDITIONAL_ONLY.contains(kind.kind()))) {
            throw ApiException.invalid(kind.resource(), kind.kind(), name,
                    List.of(new FieldError("FieldValueInvalid", "metadata.resourceVersion",
                            "Invalid value: 0x0: must be specified for an update")));
        }
        if (!version.isEmpty() && !version.equals(Json.text(before.path("metadata"), "resourceVersion"))) {
            throw ApiException.modified(kind.resource(), name);
        }
        var uid = Json.text(metadata, "uid");
        if (!uid.isEmpty() && !uid.equals(Json.text(before.path("metadata"), "uid"))) {
            throw ApiException.conflict(kind.resource(), name, "Precondition failed: UID in precondition: " + uid
                    + ", UID in object meta: " + Json.text(before.path("metadata"), "uid"));
        }
    }

    /** What a write of this part of an object cannot change is as it was. */
    private static void keep(Kind kind, ObjectNode before, ObjectNode after, String subresource) {
        if (subresource.equals("status")) {
            for (var field : Json.fields(before)) {
                if (!field.getKey().equals("status") && (kind.isCustom() || !field.getKey().equals("metadata"))) {
                    after.set(field.getKey(), field.getKey().equals("metadata") ? keptMetadata(before, after) : field.getValue());
                }
            }
            after.retain(union(before, "status"));
        } else if (kind.hasStatus()) {
            copy("status", before, after);
        }
        var metadata = Json.child(after, "metadata");
        SYSTEM.stream().filter(field -> !field.equals("managedFields")).forEach(field -> copy(field, before.path("metadata"), metadata));
    }

    private static ObjectNode keptMetadata(ObjectNode before, ObjectNode after) {
        ObjectNode metadata = before.path("metadata").deepCopy();
        copy("managedFields", after.path("metadata"), metadata);
        return metadata;
    }

    private static List<String> union(ObjectNode object, String field) {
        var names = new ArrayList<>(List.of(field));
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static void copy(String field, JsonNode from, ObjectNode to) {
        if (from.has(field)) {
            to.set(field, from.get(field));
        } else {
            to.remove(field);
        }
    }

    /** All that is wanted of an object: what its generation counts. */
    private static ObjectNode wanted(Kind kind, ObjectNode object) {
        var wanted = object.deepCopy();
        wanted.remove(List.of("metadata", "apiVersion"));
        if (kind.hasStatus()) {
            wanted.remove("status");
        }
        return wanted;
    }

    /** Fills in what the server fills in, and refuses what is not valid. */
    private void conform(Kind kind, ObjectNode before, ObjectNode after, WriteOptions options) {
        List<FieldError> errors;
        if (kind.schema() == null) {
            errors = rules.conform(kind, before, after);
        } else {
            refuseUnknown(StructuralSchema.prune(after, kind.schema()), options);
            StructuralSchema.fillDefaults(after, kind.schema());
            errors = StructuralSchema.validate(after, kind.schema());
        }
        if (!errors.isEmpty()) {
            throw ApiException.invalid(kind.resource(), kind.kind(), Json.text(after.path("metadata"), "name"), errors);
        }
    }

    private static void refuseUnknown(List<String> unknown, WriteOptions options) {
        if (options.strict() && !unknown.isEmpty()) {
            throw ApiException.badRequest("strict decoding error: "
                    + String.join(", ", unknown.stream().map(field -> "unknown field \"" + field + "\"").toList()));
        }
    }

    private void requireNamespace(Kind kind, String namespace) {
        if (!kind.namespaced()) {
            return;
        }
        if (namespace.isEmpty()) {
            throw ApiException.badRequest("an empty namespace may not be set during creation");
        }
        if (store.get(Kinds.NAMESPACES, new ObjectKey("", namespace)).isEmpty()) {
            throw ApiException.notFound(Kinds.NAMESPACES, namespace);
        }
    }

    private long nextGeneratedName() {
        return 60_466_176 + generatedNames.incrementAndGet(); // from six digits of base 36 on
    }

    private String now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
