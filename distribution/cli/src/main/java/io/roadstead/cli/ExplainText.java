package io.roadstead.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** {@code roadstead explain}: per node what is known of the subject, then a row per peer. */
final class ExplainText {

    private ExplainText() {
    }

    static String of(Agents.Answers answers) {
        StringBuilder text = new StringBuilder();
        Table table = new Table("Node", "Peer", "Prefix", "Address Kind", "Advertisement", "Announced", "Why");
        for (JsonNode answer : answers.bySocket().values()) {
            String node = Json.text(answer, "node");
            if (text.isEmpty()) {
                text.append(Json.text(answer, "subject")).append('\n');
            }
            answer.path("facts").forEach(fact -> text.append("  ").append(node).append(": ").append(fact.asText()).append('\n'));
            String shownNode = node;
            for (JsonNode row : answer.path("rows")) {
                String peer = Json.text(row, "peer");
                String instance = Json.text(row, "instance");
                String subject = Json.text(row, "reason", "subject");
                table.row(shownNode, instance.isEmpty() ? "-" : instance + "/" + peer, Json.text(row, "prefix"), Json.text(row, "variant"),
                        Json.text(row, "advertisement"), row.path("announced").asBoolean() ? "yes" : "no",
                        Json.text(row, "reason", "text") + (subject.isEmpty() ? "" : ": " + subject));
                shownNode = "";
            }
        }
        return text + "\n" + table.render();
    }
}
