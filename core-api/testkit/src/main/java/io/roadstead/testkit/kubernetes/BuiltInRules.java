package io.roadstead.testkit.kubernetes;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.roadstead.testkit.kubernetes.ApiException.FieldError;

/** Defaults and validation of built-in kinds, as far as clients of ours meet them. */
final class BuiltInRules {

    /** {@code metav1.MicroTime} reads six digits of a second, no more and no less. */
    private static final Pattern MICRO_TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}(Z|[+-]\\d\\d:\\d\\d)");

    private final ServiceRules services;

    BuiltInRules(Store store) {
        this.services = new ServiceRules(store);
    }

    /**
     * Fills in what the server fills in, and says what is wrong.
     *
     * @param before empty for an object that comes to be
     */
    List<FieldError> conform(Kind kind, ObjectNode before, ObjectNode after) {
        return switch (kind.kind()) {
            case "Service" -> services.conform(before, after);
            case "Namespace" -> namespace(after);
            case "Secret" -> secret(after);
            case "Lease" -> lease(after);
            case "EndpointSlice" -> endpointSlice(before, after);
            case "Event" -> event(kind, after);
            case "CustomResourceDefinition" -> definition(after);
            default -> List.of();
        };
    }

    private static List<FieldError> namespace(ObjectNode namespace) {
        var metadata = Json.child(namespace, "metadata");
        Json.child(metadata, "labels").put("kubernetes.io/metadata.name", Json.text(metadata, "name"));
        Json.child(namespace, "status").put("phase", "Active");
        return List.of();
    }

    private static List<FieldError> secret(ObjectNode secret) {
        if (!secret.has("type")) {
            secret.put("type", "Opaque");
        }
        for (var field : Json.fields(secret.path("stringData"))) {
            Json.child(secret, "data").put(field.getKey(),
                    Base64.getEncoder().encodeToString(field.getValue().asText().getBytes(StandardCharsets.UTF_8)));
        }
        secret.remove("stringData");
        for (var field : secret.path("data").properties()) {
            if (!isBase64(field.getValue())) {
                throw ApiException
                        .badRequest("Secret in version \"v1\" cannot be handled as a Secret: illegal base64 data at input byte 0");
            }
        }
        return List.of();
    }

    private static boolean isBase64(JsonNode value) {
        try {
            Base64.getDecoder().decode(value.asText());
            return value.isTextual();
        } catch (IllegalArgumentException ignored) {
            return false; // which is the answer
        }
    }

    private static List<FieldError> lease(ObjectNode lease) {
        var errors = new ArrayList<FieldError>();
        var spec = lease.path("spec");
        for (var field : List.of("acquireTime", "renewTime")) {
            if (spec.hasNonNull(field) && !MICRO_TIME.matcher(Json.text(spec, field)).matches()) {
                throw ApiException
                        .badRequest("Lease in version \"v1\" cannot be handled as a Lease: parsing time \"" + Json.text(spec, field)
                                + "\" as \"2006-01-02T15:04:05.000000Z07:00\": cannot parse");
            }
        }
        if (spec.hasNonNull("leaseDurationSeconds") && spec.path("leaseDurationSeconds").asInt() <= 0) {
            errors.add(FieldError.invalid("spec.leaseDurationSeconds", spec.path("leaseDurationSeconds"), "must be greater than 0"));
        }
        if (spec.path("leaseTransitions").asInt() < 0) {
            errors.add(FieldError.invalid("spec.leaseTransitions", spec.path("leaseTransitions"),
                    "must be greater than or equal to 0"));
        }
        return errors;
    }

    private static List<FieldError> endpointSlice(ObjectNode before, ObjectNode slice) {
        var type = Json.text(slice, "addressType");
        if (type.isEmpty()) {
            return List.of(FieldError.required("addressType", ""));
        }
        if (!List.of("IPv4", "IPv6", "FQDN").contains(type)) {
            return List.of(FieldError.unsupported("addressType", type, List.of("FQDN", "IPv4", "IPv6")));
        }
        if (!before.isEmpty() && !Json.text(before, "addressType").equals(type)) {
            return List.of(FieldError.invalid("addressType", type, "field is immutable"));
        }
        return List.of();
    }

    private static List<FieldError> event(Kind kind, ObjectNode event) {
        if (!kind.group().isEmpty()) {
            return List.of();
        }
        var about = Json.text(event.path("involvedObject"), "namespace");
        var namespace = Json.text(event.path("metadata"), "namespace");
        // what lies in no namespace is spoken of in the default one
        if (!about.equals(namespace) && !(about.isEmpty() && (namespace.equals("default") || namespace.equals("kube-system")))) {
            return List.of(FieldError.invalid("involvedObject.namespace", about, "does not match event.namespace"));
        }
        return List.of();
    }

    private static List<FieldError> definition(ObjectNode definition) {
        var errors = new ArrayList<FieldError>();
        var spec = definition.path("spec");
        var names = spec.path("names");
        var expected = Json.text(names, "plural") + "." + Json.text(spec, "group");
        var name = Json.text(definition.path("metadata"), "name");
        if (!name.equals(expected)) {
            errors.add(FieldError.invalid("metadata.name", name, "must be spec.names.plural+\".\"+spec.group"));
        }
        if (Json.text(names, "kind").isEmpty()) {
            errors.add(FieldError.required("spec.names.kind", ""));
        }
        if (!List.of("Namespaced", "Cluster").contains(Json.text(spec, "scope"))) {
            errors.add(FieldError.unsupported("spec.scope", Json.text(spec, "scope"), List.of("Cluster", "Namespaced")));
        }
        if (Json.elements(spec.path("versions")).filter(version -> version.path("storage").asBoolean()).count() != 1) {
            errors.add(FieldError.invalid("spec.versions", spec.path("versions").size(),
                    "must have exactly one version marked as storage version"));
        }
        int index = 0;
        for (var version : spec.path("versions")) {
            var path = "spec.versions[" + index++ + "].schema.openAPIV3Schema";
            if (!version.path("schema").has("openAPIV3Schema")) {
                errors.add(FieldError.required(path, "schemas are required"));
            } else {
                structural(version.path("schema").path("openAPIV3Schema"), path, errors);
            }
        }
        if (errors.isEmpty()) {
            established(definition);
        }
        return errors;
    }

    /** Each field has a type, which is what "structural" means most of the time. */
    private static void structural(JsonNode schema, String path, List<FieldError> errors) {
        boolean anything = schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()
                || schema.path("x-kubernetes-int-or-string").asBoolean();
        if (Json.text(schema, "type").isEmpty() && !anything) {
            errors.add(FieldError.required(path + ".type", "must not be empty for specified object fields"));
        }
        if (schema.path("properties").size() > 0 && schema.path("additionalProperties").isObject()) {
            errors.add(FieldError.forbidden(path + ".additionalProperties", "additionalProperties and properties are mutual exclusive"));
        }
        for (var key : Shape.of(schema).keys()) {
            var items = schema.path("items");
            boolean always = Json.elements(items.path("required")).anyMatch(name -> name.asText().equals(key))
                    || items.path("properties").path(key).has("default");
            if (!always) {
                errors.add(FieldError.required(path + ".items.properties[" + key + "].default",
                        "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property"));
            }
        }
        schema.path("properties").properties()
                .forEach(property -> structural(property.getValue(), path + ".properties[" + property.getKey() + "]", errors));
        if (schema.path("items").isObject()) {
            structural(schema.path("items"), path + ".items", errors);
        }
        if (schema.path("additionalProperties").isObject()) {
            structural(schema.path("additionalProperties"), path + ".additionalProperties", errors);
        }
    }

    private static void established(ObjectNode definition) {
        var status = Json.child(definition, "status");
        status.set("acceptedNames", definition.path("spec").path("names").deepCopy());
        if (status.path("conditions").isEmpty()) {
            var conditions = status.putArray("conditions");
            var since = Json.text(definition.path("metadata"), "creationTimestamp");
            for (var type : List.of("NamesAccepted", "Established")) {
                conditions.addObject().put("type", type).put("status", "True").put("lastTransitionTime", since)
                        .put("reason", type.equals("Established") ? "InitialNamesAccepted" : "NoConflicts").put("message", "");
            }
        }
        if (status.path("storedVersions").isEmpty()) {
            Json.elements(definition.path("spec").path("versions")).filter(version -> version.path("storage").asBoolean())
                    .forEach(version -> status.putArray("storedVersions").add(Json.text(version, "name")));
        }
    }
}
