package io.roadstead.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** What is shown of the cluster's objects and of this node: pools, nodes, routes, plugins, configuration. */
final class ClusterTables {

    private ClusterTables() {
    }

    static String pools(Agents.Answers answers) {
        Table table = new Table("Name", "Disabled", "Conflicting", "IPs Total", "IPs Used", "IPs Available", "Blocks", "Service Selector");
        for (JsonNode pool : answers.rows()) {
            String conflict = Json.text(pool, "conflict");
            table.row(Json.text(pool, "name"), Json.text(pool, "disabled"), conflict.isEmpty() ? "False" : "True: " + conflict,
                    Json.text(pool, "total"), Json.text(pool, "used"), Json.text(pool, "available"),
                    String.join(", ", Json.texts(pool, "blocks")), Json.text(pool, "service-selector"));
        }
        return table.render();
    }

    static String nodes(Agents.Answers answers) {
        Table table = new Table("Name", "Addresses", "Pod CIDRs", "Source", "Maintenance");
        StringBuilder notes = new StringBuilder();
        for (JsonNode node : answers.rows()) {
            table.row(name(node), String.join(", ", Json.texts(node, "addresses")),
                    String.join(", ", Json.texts(node, "pod-cidrs")), Json.text(node, "source"),
                    Json.text(node, "maintenance"));
            String note = Json.text(node, "note");
            if (!note.isEmpty()) {
                notes.append(name(node)).append(": ").append(note).append('\n');
            }
        }
        return table.render() + (notes.isEmpty() ? "" : "\n" + notes);
    }

    /** {@code cluster/node}, as Cilium writes it in clusters that have a name. */
    private static String name(JsonNode node) {
        String cluster = Json.text(node, "cluster");
        return (cluster.isEmpty() || cluster.equals("default") ? "" : cluster + "/") + Json.text(node, "name");
    }

    static String routes(Agents.Answers answers) {
        Table table = new Table("Prefix", "Via", "Origin", "Of", "State");
        for (JsonNode route : answers.rows()) {
            String refused = Json.text(route, "refused");
            table.row(Json.text(route, "prefix"), String.join("\n", Json.texts(route, "next-hops")), Json.text(route, "origin"),
                    Json.text(route, "subject"), refused.isEmpty() ? "installed" : "refused: " + refused);
        }
        return table.render();
    }

    static String plugins(Agents.Answers answers) {
        Table table = new Table("Plugin", "Version", "API", "State", "Verified", "Extensions");
        StringBuilder notes = new StringBuilder();
        for (JsonNode plugin : answers.rows()) {
            table.row(Json.text(plugin, "id"), Json.text(plugin, "version"), Json.text(plugin, "requires"), Json.text(plugin, "state"),
                    Json.text(plugin, "verified"), String.join(", ", Json.texts(plugin, "extensions")));
            String problem = Json.text(plugin, "problem");
            if (!problem.isEmpty()) {
                String remedy = Json.text(plugin, "remedy");
                notes.append(Json.text(plugin, "file")).append(": ").append(problem).append(remedy.isEmpty() ? "" : "; " + remedy)
                        .append('\n');
            }
        }
        return table.render() + (notes.isEmpty() ? "" : "\n" + notes);
    }

    static String config(Agents.Answers answers) {
        Table table = new Table("Key", "Value", "Origin");
        for (JsonNode answer : answers.bySocket().values()) {
            for (JsonNode entry : answer.path("entries")) {
                table.row(Json.text(entry, "path"), Json.text(entry, "value"), Json.text(entry, "origin"));
            }
        }
        return table.render();
    }
}
