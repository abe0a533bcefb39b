package io.roadstead.deployment;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What apiextensions.k8s.io/v1 demands of a schema (structural schemas), and what we demand beyond: a description of each field, and nothing that switches pruning
 * off.
 */
final class StructuralRules {

    private static final Set<String> TYPES = Set.of("object", "array", "string", "integer", "boolean");
    private static final Set<String> ALLOWED = Set.of("type", "description", "properties", "additionalProperties", "items", "required",
            "enum", "default", "format", "pattern", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems",
            "x-kubernetes-list-type", "x-kubernetes-list-map-keys", "x-kubernetes-map-type", "x-kubernetes-validations");
    private static final Set<String> UNDESCRIBED = Set.of("metadata");

    private final List<String> violations = new ArrayList<>();

    private StructuralRules() {
    }

    /** What is wrong with a schema, each with its path; empty when nothing is. */
    static List<String> violations(JsonNode schema) {
        var rules = new StructuralRules();
        rules.check("", schema);
        return rules.violations;
    }

    private void check(String path, JsonNode schema) {
        schema.fieldNames().forEachRemaining(keyword -> {
            if (!ALLOWED.contains(keyword)) {
                violations.add(path + ": " + keyword + " is not allowed in a structural schema, or not used here");
            }
        });
        var type = schema.path("type").asText();
        demand(TYPES.contains(type), path, "type is missing or unknown: '" + type + "'");
        demand(schema.has("properties") || schema.has("additionalProperties") == type.equals("object") || path.equals(".metadata"), path,
                "an object needs properties or additionalProperties, and nothing else has them");
        demand(!(schema.has("properties") && schema.has("additionalProperties")), path, "has both properties and additionalProperties");
        demand(schema.has("items") == type.equals("array"), path, "an array needs items, and nothing else has them");
        demand(type.equals("array") == schema.has("x-kubernetes-list-type"), path,
                "an array needs x-kubernetes-list-type, and nothing else has it");
        schema.path("required").forEach(name -> demand(schema.path("properties").has(name.asText()), path, "requires an unknown " + name));
        checkKeys(path, schema);
        checkValues(path, schema, type);
        schema.path("x-kubernetes-validations").forEach(rule -> demand(rule.has("rule") && rule.has("message"), path,
                "a validation needs rule and message"));
        schema.path("properties").properties().forEach(property -> {
            demand(property.getValue().has("description") || UNDESCRIBED.contains(property.getKey()), path + "." + property.getKey(),
                    "has no description");
            check(path + "." + property.getKey(), property.getValue());
        });
        if (schema.has("items")) {
            check(path + "[]", schema.path("items"));
        }
        if (schema.path("additionalProperties").isObject()) {
            check(path + "{}", schema.path("additionalProperties"));
        }
    }

    private void checkKeys(String path, JsonNode schema) {
        boolean map = schema.path("x-kubernetes-list-type").asText().equals("map");
        demand(map == schema.has("x-kubernetes-list-map-keys"), path, "a list of type map needs its keys, and no other has them");
        var items = schema.path("items");
        schema.path("x-kubernetes-list-map-keys").forEach(key -> demand(
                items.path("required").valueStream().anyMatch(key::equals) || items.path("properties").path(key.asText()).has("default"),
                path,
                "key " + key + " must be required or have a default"));
    }

    private void checkValues(String path, JsonNode schema, String type) {
        if (schema.has("pattern")) {
            try {
                Pattern.compile(schema.path("pattern").asText());
            } catch (PatternSyntaxException e) {
                violations.add(path + ": pattern: " + e.getDescription());
            }
        }
        demand(!schema.has("pattern") || type.equals("string"), path, "pattern is for strings");
        schema.path("enum").forEach(value -> demand(value.isTextual() && type.equals("string"), path, value + " in enum is no string"));
        if (schema.has("default")) {
            var value = schema.path("default");
            demand(type.equals("integer") ? value.isIntegralNumber() : type.equals("boolean") && value.isBoolean(), path,
                    "default " + value + " is not of type " + type);
        }
        demand(!schema.has("minimum") || schema.path("minimum").asLong() <= schema.path("maximum").asLong(Long.MAX_VALUE), path,
                "minimum is above maximum");
    }

    private void demand(boolean holds, String path, String violation) {
        if (!holds) {
            violations.add(path + ": " + violation);
        }
    }
}
