package io.roadstead.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

import com.fasterxml.jackson.databind.JsonNode;

/** {@code roadstead status}: a block per agent. */
final class StatusText {

    private StatusText() {
    }

    static String of(Agents.Answers answers, boolean verbose, InstantSource clock) {
        StringBuilder text = new StringBuilder();
        for (JsonNode status : answers.bySocket().values()) {
            text.append(text.isEmpty() ? "" : "\n").append(one(status, verbose, clock));
        }
        return text.toString();
    }

    private static String one(JsonNode status, boolean verbose, InstantSource clock) {
        Duration up = Duration.between(Instant.parse(Json.text(status, "started")), clock.instant());
        StringBuilder text = new StringBuilder();
        line(text, "Node", Json.text(status, "node") + " (cluster " + Json.text(status, "cluster") + ")");
        line(text, "Version",
                Json.text(status, "version") + " (API " + Json.text(status, "api-version") + "), up " + Ages.of(up.toMillis()));
        line(text, "Health", Json.text(status, "health"));
        line(text, "Source", status.path("synced").asBoolean() ? "synced" : "not read completely yet: nothing is announced until it is");
        line(text, "Leader", status.path("leader").asBoolean() ? "yes" : "no");
        JsonNode maintenance = status.path("maintenance");
        if (MaintenanceText.underWay(maintenance)) {
            line(text, "Maintenance", MaintenanceText.summary(maintenance, clock.instant()));
        }
        JsonNode bgp = status.path("bgp");
        line(text, "BGP", count(bgp, "instances", "instance") + ", " + Json.text(bgp, "established") + "/" + count(bgp, "peers", "peer")
                + " established, " + Json.text(bgp, "advertised") + " advertised, " + Json.text(bgp, "received") + " received");
        JsonNode ipam = status.path("ipam");
        line(text, "LB IPAM", count(ipam, "pools", "pool") + " (" + Json.text(ipam, "conflicting-pools") + " conflicting), "
                + count(ipam, "services-satisfied", "service") + " satisfied, " + Json.text(ipam, "services-unsatisfied") + " waiting");
        JsonNode balancing = status.path("balancing");
        String datapath = Json.text(balancing, "datapath");
        line(text, "Balancing", datapath.isEmpty()
                ? "no datapath"
                : datapath + ", " + count(balancing, "services", "service") + ", " + count(balancing, "frontends", "frontend"));
        JsonNode mesh = status.path("mesh");
        if (Json.number(mesh, "remotes") > 0) {
            line(text, "ClusterMesh", MeshText.ready(Json.number(mesh, "ready"), Json.number(mesh, "remotes")));
        }
        if (verbose) {
            text.append('\n').append(components(status));
            text.append(balancing(balancing));
        }
        if (!status.path("problems").isEmpty()) {
            text.append("\nProblems:\n");
            status.path("problems").forEach(problem -> text.append("  - ").append(problem.asText()).append('\n'));
        }
        return text.toString();
    }

    private static String components(JsonNode status) {
        Table table = new Table("Component", "Name", "Plugin", "Health", "Summary");
        for (JsonNode component : status.path("components")) {
            table.row(Json.text(component, "kind"), Json.text(component, "name"), Json.text(component, "plugin"),
                    Json.text(component, "health"), Json.text(component, "summary"));
        }
        return table.render();
    }

    /** In the words of Cilium's status. */
    private static String balancing(JsonNode balancing) {
        if (Json.text(balancing, "datapath").isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder("\nLoad Balancing Details:\n");
        detail(text, "Datapath", Json.text(balancing, "datapath"));
        for (JsonNode fact : balancing.path("facts")) {
            detail(text, Json.text(fact, "name"), Json.text(fact, "value"));
        }
        return text.toString();
    }

    private static void detail(StringBuilder text, String name, String value) {
        text.append("  ").append(name).append(':').append(" ".repeat(Math.max(1, 21 - name.length()))).append(value).append('\n');
    }

    private static String count(JsonNode node, String field, String singular) {
        long count = Json.number(node, field);
        return count + " " + singular + (count == 1 ? "" : "s");
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(name).append(':').append(" ".repeat(Math.max(1, 11 - name.length()))).append(value).append('\n');
    }
}
