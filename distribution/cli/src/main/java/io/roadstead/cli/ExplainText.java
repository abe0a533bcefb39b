package io.roadstead.cli;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;

/** {@code roadstead explain}: what is known of the subject, by all nodes and then by some only, and a row per peer. */
final class ExplainText {

    private ExplainText() {
    }

    static String of(Agents.Answers answers) {
        StringBuilder text = new StringBuilder();
        Collection<JsonNode> all = answers.bySocket().values();
        Set<String> common = new LinkedHashSet<>();
        all.stream().findFirst().ifPresent(first -> {
            text.append(Json.text(first, "subject")).append('\n');
            common.addAll(Json.texts(first, "facts"));
        });
        all.forEach(answer -> common.retainAll(Json.texts(answer, "facts")));
        common.forEach(fact -> text.append("  ").append(fact).append('\n'));
        Table table = new Table("Node", "Peer", "Prefix", "Address Kind", "Advertisement", "Announced", "Why");
        for (JsonNode answer : all) {
            String node = Json.text(answer, "node");
            Json.texts(answer, "facts").stream().filter(fact -> !common.contains(fact))
                    .forEach(fact -> text.append("  ").append(node).append(": ").append(fact).append('\n'));
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
