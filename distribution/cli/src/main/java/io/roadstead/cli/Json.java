package io.roadstead.cli;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;

/** Reads answers without caring whether a field is there. */
final class Json {

    private Json() {
    }

    /** A scalar as text; empty when absent. */
    static String text(JsonNode node, String... path) {
        JsonNode found = at(node, path);
        return found.isMissingNode() || found.isNull() ? "" : found.asText();
    }

    /** A number; zero when absent. */
    static long number(JsonNode node, String... path) {
        return at(node, path).asLong();
    }

    /** The scalars of a list as texts; empty when absent. */
    static List<String> texts(JsonNode node, String... path) {
        List<String> texts = new ArrayList<>();
        at(node, path).forEach(item -> texts.add(item.asText()));
        return texts;
    }

    /** The fields of an object in their order; empty when absent. */
    static List<Map.Entry<String, JsonNode>> fields(JsonNode node, String... path) {
        List<Map.Entry<String, JsonNode>> fields = new ArrayList<>();
        Iterator<Map.Entry<String, JsonNode>> iterator = at(node, path).properties().iterator();
        iterator.forEachRemaining(fields::add);
        return fields;
    }

    /** A field by its path; missing when absent. */
    static JsonNode at(JsonNode node, String... path) {
        JsonNode found = node;
        for (String name : path) {
            found = found.path(name);
        }
        return found;
    }
}
