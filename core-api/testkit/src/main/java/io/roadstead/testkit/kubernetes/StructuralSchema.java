package io.roadstead.testkit.kubernetes;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.roadstead.testkit.kubernetes.ApiException.FieldError;

/**
 * What a structural schema does to a custom resource: unknown fields are pruned, defaults are filled in, the rest is validated. Rules in CEL
 * ({@code x-kubernetes-validations}) are not evaluated.
 */
final class StructuralSchema {

    private StructuralSchema() {
    }

    /** Removes what the schema does not know, and names it. */
    static List<String> prune(ObjectNode object, JsonNode schema) {
        var unknown = new ArrayList<String>();
        pruneFields(object, schema, "", unknown, true);
        return unknown;
    }

    private static void prune(JsonNode value, JsonNode schema, String path, List<String> unknown) {
        if (value instanceof ObjectNode object) {
            pruneFields(object, schema, path, unknown, schema.path("x-kubernetes-embedded-resource").asBoolean());
        } else if (value instanceof ArrayNode items) {
            for (int i = 0; i < items.size(); i++) {
                prune(items.get(i), schema.path("items"), path + "[" + i + "]", unknown);
            }
        }
    }

    private static void pruneFields(ObjectNode object, JsonNode schema, String path, List<String> unknown, boolean isResource) {
        boolean keepsUnknown = schema.path("x-kubernetes-preserve-unknown-fields").asBoolean();
        var values = schema.path("additionalProperties");
        for (var field : Json.fields(object)) {
            var name = field.getKey();
            var fieldPath = path.isEmpty() ? name : path + "." + name;
            var property = schema.path("properties").path(name);
            if (isResource && List.of("apiVersion", "kind", "metadata").contains(name)) {
                continue;
            }
            if (!property.isMissingNode()) {
                prune(field.getValue(), property, fieldPath, unknown);
            } else if (values.isObject()) {
                prune(field.getValue(), values, fieldPath, unknown);
            } else if (!keepsUnknown && !values.asBoolean()) {
                unknown.add(fieldPath);
                object.remove(name);
            }
        }
    }

    /** Fills in the defaults of fields that are absent. */
    static void fillDefaults(JsonNode value, JsonNode schema) {
        if (value instanceof ObjectNode object) {
            for (var property : schema.path("properties").properties()) {
                var defaultValue = property.getValue().path("default");
                var present = object.get(property.getKey());
                boolean isUnwantedNull = present != null && present.isNull() && !property.getValue().path("nullable").asBoolean();
                if (!defaultValue.isMissingNode() && (present == null || isUnwantedNull)) {
                    object.set(property.getKey(), defaultValue.deepCopy());
                } else if (isUnwantedNull && !property.getValue().path("nullable").asBoolean()) {
                    object.remove(property.getKey());
                }
                fillDefaults(object.path(property.getKey()), property.getValue());
            }
            if (schema.path("additionalProperties").isObject()) {
                object.forEach(entry -> fillDefaults(entry, schema.path("additionalProperties")));
            }
        } else if (value.isArray()) {
            value.forEach(item -> fillDefaults(item, schema.path("items")));
        }
    }

    /** What is wrong with an object; metadata is not looked at. */
    static List<FieldError> validate(JsonNode object, JsonNode schema) {
        var errors = new ArrayList<FieldError>();
        validate(object, schema, "", errors);
        return errors;
    }

    private static void validate(JsonNode value, JsonNode schema, String path, List<FieldError> errors) {
        if (value.isNull() && schema.path("nullable").asBoolean()) {
            return;
        }
        var type = Json.text(schema, "type");
        boolean intOrString = schema.path("x-kubernetes-int-or-string").asBoolean();
        if (intOrString ? !value.isIntegralNumber() && !value.isTextual() : !type.isEmpty() && !hasType(value, type)) {
            var wanted = intOrString ? "integer,string" : type;
            errors.add(new FieldError("FieldValueTypeInvalid", path, "Invalid value: \"" + typeOf(value) + "\": " + path
                    + " in body must be of type " + wanted + ": \"" + typeOf(value) + "\""));
            return;
        }
        if (schema.has("enum") && Json.elements(schema.path("enum")).noneMatch(value::equals)) {
            errors.add(FieldError.unsupported(path, plain(value), Json.elements(schema.path("enum")).map(JsonNode::asText).toList()));
        }
        if (value.isTextual()) {
            text(value.asText(), schema, path, errors);
        } else if (value.isNumber()) {
            number(value, schema, path, errors);
        } else if (value.isArray()) {
            items(value, schema, path, errors);
        } else if (value.isObject()) {
            fields(value, schema, path, errors);
        }
        combinations(value, schema, path, errors);
    }

    private static void text(String text, JsonNode schema, String path, List<FieldError> errors) {
        int length = text.codePointCount(0, text.length());
        if (length < schema.path("minLength").asInt(0)) {
            errors.add(FieldError.invalid(path, text, path + " in body should be at least " + schema.path("minLength") + " chars long"));
        }
        if (length > schema.path("maxLength").asInt(Integer.MAX_VALUE)) {
            errors.add(new FieldError("FieldValueTooLong", path, "Too long: may not be more than " + schema.path("maxLength") + " bytes"));
        }
        if (schema.has("pattern") && !Pattern.compile(Json.text(schema, "pattern")).matcher(text).find()) {
            errors.add(FieldError.invalid(path, text, path + " in body should match '" + Json.text(schema, "pattern") + "'"));
        }
        if (Json.text(schema, "format").equals("date-time") && !isDateTime(text)) {
            errors.add(FieldError.invalid(path, text, path + " in body must be of type date-time: \"" + text + "\""));
        }
    }

    private static boolean isDateTime(String text) {
        try {
            OffsetDateTime.parse(text.toUpperCase(Locale.ROOT));
            return true;
        } catch (DateTimeException ignored) {
            return false; // which is the answer
        }
    }

    private static void number(JsonNode value, JsonNode schema, String path, List<FieldError> errors) {
        var number = value.decimalValue();
        if (schema.has("minimum")) {
            int compared = number.compareTo(schema.path("minimum").decimalValue());
            if (compared < 0 || compared == 0 && schema.path("exclusiveMinimum").asBoolean()) {
                errors.add(FieldError.invalid(path, value, path + " in body should be greater than or equal to "
                        + schema.path("minimum")));
            }
        }
        if (schema.has("maximum")) {
            int compared = number.compareTo(schema.path("maximum").decimalValue());
            if (compared > 0 || compared == 0 && schema.path("exclusiveMaximum").asBoolean()) {
                errors.add(FieldError.invalid(path, value, path + " in body should be less than or equal to " + schema.path("maximum")));
            }
        }
        if (Json.text(schema, "format").equals("int32") && !value.canConvertToInt()) {
            errors.add(FieldError.invalid(path, value, path + " in body must be of type int32: \"" + value + "\""));
        }
    }

    private static void items(JsonNode list, JsonNode schema, String path, List<FieldError> errors) {
        if (list.size() < schema.path("minItems").asInt(0)) {
            errors.add(FieldError.invalid(path, list.size(), path + " in body should have at least " + schema.path("minItems") + " items"));
        }
        if (list.size() > schema.path("maxItems").asInt(Integer.MAX_VALUE)) {
            errors.add(new FieldError("FieldValueTooMany", path,
                    "Too many: " + list.size() + ": must have at most " + schema.path("maxItems") + " items"));
        }
        var shape = Shape.of(schema);
        var seen = new HashSet<JsonNode>();
        for (int i = 0; i < list.size(); i++) {
            var item = list.get(i);
            var identity = shape.isSet() ? item : FieldPaths.key(item, shape.keys());
            if ((shape.isSet() || !shape.keys().isEmpty()) && !seen.add(identity)) {
                errors.add(FieldError.duplicate(path + "[" + i + "]", identity));
            }
            validate(item, schema.path("items"), path + "[" + i + "]", errors);
        }
    }

    private static void fields(JsonNode object, JsonNode schema, String path, List<FieldError> errors) {
        for (var name : schema.path("required")) {
            if (!object.has(name.asText())) {
                errors.add(FieldError.required(below(path, name.asText()), ""));
            }
        }
        if (object.size() > schema.path("maxProperties").asInt(Integer.MAX_VALUE)
                || object.size() < schema.path("minProperties").asInt(0)) {
            errors.add(FieldError.invalid(path, object.size(), path + " in body has the wrong number of properties"));
        }
        for (var field : object.properties()) {
            if (path.isEmpty() && field.getKey().equals("metadata")) {
                continue;
            }
            var property = schema.path("properties").path(field.getKey());
            validate(field.getValue(), property.isMissingNode() ? schema.path("additionalProperties") : property,
                    below(path, field.getKey()), errors);
        }
    }

    private static void combinations(JsonNode value, JsonNode schema, String path, List<FieldError> errors) {
        for (var all : schema.path("allOf")) {
            validate(value, all, path, errors);
        }
        if (schema.has("anyOf") && Json.elements(schema.path("anyOf")).noneMatch(any -> accepts(value, any, path))) {
            errors.add(FieldError.invalid(path, plain(value), path + " in body must validate at least one schema (anyOf)"));
        }
        if (schema.has("oneOf") && Json.elements(schema.path("oneOf")).filter(one -> accepts(value, one, path)).count() != 1) {
            errors.add(FieldError.invalid(path, plain(value), path + " in body must validate one and only one schema (oneOf)"));
        }
        if (schema.has("not") && accepts(value, schema.path("not"), path)) {
            errors.add(FieldError.invalid(path, plain(value), path + " in body must not validate the schema (not)"));
        }
    }

    private static boolean accepts(JsonNode value, JsonNode schema, String path) {
        var errors = new ArrayList<FieldError>();
        validate(value, schema, path, errors);
        return errors.isEmpty();
    }

    private static String below(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private static Object plain(JsonNode value) {
        return value.isTextual() ? value.asText() : value;
    }

    private static boolean hasType(JsonNode value, String type) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "boolean" -> value.isBoolean();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            default -> false;
        };
    }

    private static String typeOf(JsonNode value) {
        return value.isIntegralNumber() ? "integer" : value.getNodeType().name().toLowerCase(Locale.ROOT);
    }
}
