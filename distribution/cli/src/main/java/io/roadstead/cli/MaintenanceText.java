package io.roadstead.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;

/** How far a node is out of service. */
final class MaintenanceText {

    static final String ACTIVE = "active";
    static final String DRAINED = "drained";

    private MaintenanceText() {
    }

    static String of(Agents.Answers answers, InstantSource clock) {
        StringBuilder text = new StringBuilder();
        for (JsonNode maintenance : answers.bySocket().values()) {
            text.append(text.isEmpty() ? "" : "\n").append(one(maintenance, clock.instant()));
        }
        return text.toString();
    }

    private static String one(JsonNode maintenance, Instant now) {
        StringBuilder text = new StringBuilder();
        lines(text, "Node", List.of(Json.text(maintenance, "node")));
        lines(text, "Phase", List.of(phase(maintenance, now)));
        if (maintenance.hasNonNull("next-step-at")) {
            long left = Duration.between(now, Instant.parse(Json.text(maintenance, "next-step-at"))).toMillis();
            lines(text, "Next", List.of("routes are withdrawn in " + Ages.of(left)));
        }
        List<String> causes = new ArrayList<>();
        maintenance.path("causes").forEach(cause -> causes.add(Json.text(cause, "subject") + "; undone by: " + Json.text(cause, "undo")));
        lines(text, "Causes", causes);
        List<String> keeps = new ArrayList<>();
        maintenance.path("keeps").forEach(kept -> keeps.add(Json.text(kept, "type") + " is still announced: " + Json.text(kept, "reason")));
        lines(text, "Keeps", keeps);
        return text.toString();
    }

    private static void lines(StringBuilder text, String name, List<String> values) {
        String head = name + ":";
        for (String value : values) {
            text.append(head).append(" ".repeat(9 - head.length())).append(value).append('\n');
            head = "";
        }
    }

    /** Whether there is something to tell; not from an agent that knows of no maintenance. */
    static boolean underWay(JsonNode maintenance) {
        return maintenance.has("phase") && !Json.text(maintenance, "phase").equals(ACTIVE);
    }

    /** One line for {@code status}. */
    static String summary(JsonNode maintenance, Instant now) {
        List<String> causes = new ArrayList<>();
        maintenance.path("causes").forEach(cause -> causes.add(Json.text(cause, "subject")));
        return phase(maintenance, now) + (causes.isEmpty() ? "" : " (" + String.join("; ", causes) + ")");
    }

    private static String phase(JsonNode maintenance, Instant now) {
        String since = Json.text(maintenance, "since");
        return Json.text(maintenance, "phase").replace('-', ' ')
                + (since.isEmpty() ? "" : ", begun " + Ages.of(Duration.between(Instant.parse(since), now).toMillis()) + " ago");
    }
}
