package io.roadstead.cli;

import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;

/** What is shown of the cluster's objects: Services, pools, nodes, plugins, problems of the input. */
final class ClusterTables {

    private ClusterTables() {
    }

    static String services(Agents.Answers answers) {
        Table table = new Table("Service", "Frontend", "Service Type", "Backend");
        StringBuilder notes = new StringBuilder();
        for (JsonNode service : answers.rows()) {
            String name = Json.text(service, "namespace") + "/" + Json.text(service, "name");
            boolean first = true;
            for (JsonNode frontend : service.path("frontends")) {
                table.row(first ? name : "", endpoint(frontend) + "/" + Json.text(frontend, "protocol"), Json.text(frontend, "type"),
                        backends(frontend));
                first = false;
            }
            String pending = Json.text(service, "pending");
            if (!pending.isEmpty()) {
                notes.append(name).append(": no load-balancer address: ").append(pending).append('\n');
            }
        }
        return table.render() + (notes.isEmpty() ? "" : "\n" + notes);
    }

    private static String backends(JsonNode frontend) {
        List<String> lines = new ArrayList<>();
        for (JsonNode backend : frontend.path("backends")) {
            lines.add((lines.size() + 1) + " => " + endpoint(backend) + "/" + Json.text(frontend, "protocol") + " ("
                    + Json.text(backend, "state") + ")");
        }
        return String.join("\n", lines);
    }

    private static String endpoint(JsonNode node) {
        String address = Json.text(node, "address");
        return (address.indexOf(':') >= 0 ? "[" + address + "]" : address) + ":" + Json.text(node, "port");
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
        Table table = new Table("Name", "Addresses", "Pod CIDRs", "Source");
        for (JsonNode node : answers.rows()) {
            table.row(Json.text(node, "name"), String.join(", ", Json.texts(node, "addresses")),
                    String.join(", ", Json.texts(node, "pod-cidrs")), Json.text(node, "source"));
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
