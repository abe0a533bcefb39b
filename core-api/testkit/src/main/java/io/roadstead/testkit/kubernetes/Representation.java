package io.roadstead.testkit.kubernetes;

import java.util.Map;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Stored objects as one version of their kind shows them. */
final class Representation {

    /** Fields of events in the core group, and what {@code events.k8s.io} calls them. */
    private static final Map<String, String> EVENT_FIELDS = Map.of("involvedObject", "regarding", "message", "note", "source",
            "deprecatedSource", "firstTimestamp", "deprecatedFirstTimestamp", "lastTimestamp", "deprecatedLastTimestamp", "count",
            "deprecatedCount", "reportingComponent", "reportingController");
    private static final Map<String, String> STORED_EVENT_FIELDS =
            EVENT_FIELDS.entrySet().stream().collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));

    private Representation() {
    }

    /** The object itself when it is stored in that version. */
    static ObjectNode of(Kind kind, ObjectNode stored) {
        if (kind.group().equals("events.k8s.io")) {
            return renamed(stored, EVENT_FIELDS).put("apiVersion", kind.apiVersion());
        }
        return Json.text(stored, "apiVersion").equals(kind.apiVersion()) ? stored : stored.deepCopy().put("apiVersion", kind.apiVersion());
    }

    /** An event of the newer group as the core group spells it; anything else as it is. */
    static JsonNode stored(Kind kind, JsonNode body) {
        return kind.group().equals("events.k8s.io") && body instanceof ObjectNode event
                ? renamed(event, STORED_EVENT_FIELDS).put("apiVersion", "v1")
                : body;
    }

    private static ObjectNode renamed(ObjectNode object, Map<String, String> names) {
        var renamed = Json.object();
        object.properties().forEach(field -> renamed.set(names.getOrDefault(field.getKey(), field.getKey()), field.getValue().deepCopy()));
        return renamed;
    }
}
