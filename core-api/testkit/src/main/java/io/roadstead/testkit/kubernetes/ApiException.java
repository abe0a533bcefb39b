package io.roadstead.testkit.kubernetes;

import java.util.List;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A refusal as the API server words it: a {@code metav1.Status} with its HTTP code. */
final class ApiException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int code;
    private final String reason;
    private final transient ObjectNode details;

    ApiException(int code, String reason, String message, ObjectNode details) {
        super(message);
        this.code = code;
        this.reason = reason;
        this.details = details;
    }

    ApiException(int code, String reason, String message) {
        this(code, reason, message, Json.object());
    }

    int code() {
        return code;
    }

    /** How many seconds the client shall wait before it asks again; 0 when it was not told to. */
    int retryAfterSeconds() {
        return details.path("retryAfterSeconds").asInt(0);
    }

    ObjectNode status() {
        var status = Json.object().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Failure").put("message", getMessage()).put("reason", reason);
        if (!details.isEmpty()) {
            status.set("details", details);
        }
        return status.put("code", code);
    }

    static ApiException notFound(ResourceType resource, String name) {
        return new ApiException(404, "NotFound", resource.qualified() + " \"" + name + "\" not found", details(resource, name));
    }

    /** For a path that nothing serves. */
    static ApiException noSuchPath() {
        return new ApiException(404, "NotFound", "the server could not find the requested resource");
    }

    static ApiException alreadyExists(ResourceType resource, String name) {
        return new ApiException(409, "AlreadyExists", resource.qualified() + " \"" + name + "\" already exists", details(resource, name));
    }

    static ApiException conflict(ResourceType resource, String name, String why) {
        return new ApiException(409, "Conflict", "Operation cannot be fulfilled on " + resource.qualified() + " \"" + name + "\": " + why,
                details(resource, name));
    }

    static ApiException modified(ResourceType resource, String name) {
        return conflict(resource, name,
                "the object has been modified; please apply your changes to the latest version and try again");
    }

    static ApiException badRequest(String message) {
        return new ApiException(400, "BadRequest", message);
    }

    static ApiException unsupportedMediaType(String message) {
        return new ApiException(415, "UnsupportedMediaType", message);
    }

    static ApiException methodNotAllowed() {
        return new ApiException(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
    }

    /** The version lies before what is still known. */
    static ApiException expired(String message) {
        return new ApiException(410, "Expired", message);
    }

    static ApiException invalid(ResourceType resource, String kind, String name, List<FieldError> errors) {
        var details = Json.object().put("name", name);
        if (!resource.group().isEmpty()) {
            details.put("group", resource.group());
        }
        details.put("kind", kind);
        var causes = details.putArray("causes");
        errors.forEach(error -> causes.addObject().put("reason", error.reason()).put("message", error.message()).put("field",
                error.field()));
        var texts = errors.stream().map(FieldError::toString).toList();
        var message = texts.size() == 1 ? texts.getFirst() : "[" + String.join(", ", texts) + "]";
        return new ApiException(422, "Invalid", kind + (group(resource)) + " \"" + name + "\" is invalid: " + message, details);
    }

    private static String group(ResourceType resource) {
        return resource.group().isEmpty() ? "" : "." + resource.group();
    }

    private static ObjectNode details(ResourceType resource, String name) {
        var details = Json.object().put("name", name);
        if (!resource.group().isEmpty()) {
            details.put("group", resource.group());
        }
        return details.put("kind", resource.plural());
    }

    /**
     * What is wrong with one field.
     *
     * @param reason like {@code FieldValueInvalid}
     */
    record FieldError(String reason, String field, String message) {

        static FieldError required(String field, String why) {
            return new FieldError("FieldValueRequired", field, "Required value" + (why.isEmpty() ? "" : ": " + why));
        }

        static FieldError invalid(String field, Object value, String why) {
            return new FieldError("FieldValueInvalid", field, "Invalid value: " + shown(value) + ": " + why);
        }

        static FieldError unsupported(String field, Object value, List<String> supported) {
            return new FieldError("FieldValueNotSupported", field, "Unsupported value: " + shown(value) + ": supported values: "
                    + String.join(", ", supported.stream().map(text -> '"' + text + '"').toList()));
        }

        static FieldError forbidden(String field, String why) {
            return new FieldError("FieldValueForbidden", field, "Forbidden: " + why);
        }

        static FieldError duplicate(String field, Object value) {
            return new FieldError("FieldValueDuplicate", field, "Duplicate value: " + shown(value));
        }

        private static String shown(Object value) {
            return value instanceof String text ? '"' + text + '"' : value.toString();
        }

        @Override
        public String toString() {
            return field + ": " + message;
        }
    }
}
