package io.roadstead.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;

/** What is shown of load balancing, in the shapes of Cilium's commands where one exists. */
final class BalancingTables {

    private BalancingTables() {
    }

    /**
     * {@code service list}: a row per frontend; the Service's name comes last, where Cilium has none.
     *
     * @param affinity whether backends that the Service prefers are marked
     */
    static String services(Agents.Answers answers, boolean affinity) {
        Table table = new Table("ID", "Frontend", "Service Type", "Backend", "Service");
        StringBuilder notes = new StringBuilder();
        for (JsonNode service : answers.rows()) {
            String name = Json.text(service, "namespace") + "/" + Json.text(service, "name");
            for (JsonNode frontend : service.path("frontends")) {
                String id = Json.text(frontend, "id");
                table.row(id.equals("0") ? "" : id,
                        endpoint(frontend) + "/" + Json.text(frontend, "protocol") + (frontend.path("internal").asBoolean() ? "/i" : ""),
                        Json.text(frontend, "type"), backends(frontend, affinity), name);
            }
            if (!Json.text(service, "pending").isEmpty()) {
                notes.append(name).append(": no load-balancer address: ").append(Json.text(service, "pending")).append('\n');
            }
            for (JsonNode note : service.path("notes")) {
                notes.append(name).append(": ").append(Json.text(note, "text")).append(": ").append(Json.text(note, "subject"))
                        .append('\n');
            }
        }
        return table.render() + (notes.isEmpty() ? "" : "\n" + notes);
    }

    private static String backends(JsonNode frontend, boolean affinity) {
        List<String> lines = new ArrayList<>();
        for (JsonNode backend : frontend.path("backends")) {
            lines.add((lines.size() + 1) + " => " + backend(backend) + "/" + Json.text(frontend, "protocol") + " ("
                    + Json.text(backend, "state") + ")" + (affinity && backend.path("preferred").asBoolean() ? " (preferred)" : ""));
        }
        return String.join("\n", lines);
    }

    /** {@code address:port}, behind its cluster's name when that is another one: {@code east/10.1.0.5:80}. */
    private static String backend(JsonNode backend) {
        String cluster = Json.text(backend, "cluster");
        return (cluster.isEmpty() ? "" : cluster + "/") + endpoint(backend);
    }

    /** {@code address:port}, from the fields of a node. */
    static String endpoint(JsonNode node) {
        return endpoint(Json.text(node, "address"), Json.text(node, "port"));
    }

    static String endpoint(String address, String port) {
        return (address.indexOf(':') >= 0 ? "[" + address + "]" : address) + ":" + port;
    }

    private static String frontend(JsonNode frontend) {
        return endpoint(frontend) + "/" + Json.text(frontend, "protocol") + (Json.text(frontend, "scope").equals("internal") ? "/i" : "");
    }

    /** {@code lb list} as {@code cilium-dbg bpf lb list} prints it: slot 0 stands for the frontend itself. */
    static String entries(Agents.Answers answers) {
        Table table = new Table("SERVICE ADDRESS", "BACKEND ADDRESS (REVNAT_ID) (SLOT)");
        for (JsonNode entry : answers.rows()) {
            master(table, entry);
            String id = Json.text(entry, "id");
            int slot = 0;
            for (JsonNode backend : entry.path("backends")) {
                slot++;
                table.row(frontend(entry.path("frontend")) + " (" + slot + ")",
                        backend(backend) + "/" + Json.text(entry, "frontend", "protocol") + " (" + id + ") (" + slot + ")"
                                + (backend.path("selectable").asBoolean() ? "" : " [" + Json.text(backend, "state") + "]"));
            }
        }
        return table.render();
    }

    private static void master(Table table, JsonNode entry) {
        String unspecified = Json.text(entry, "frontend", "address").indexOf(':') >= 0 ? "[::]:0" : "0.0.0.0:0";
        table.row(frontend(entry.path("frontend")) + " (0)",
                unspecified + " (" + Json.text(entry, "id") + ") (0) [" + String.join(", ", Json.texts(entry, "flags")) + "]");
    }

    static String frontends(Agents.Answers answers) {
        Table table = new Table("SERVICE ADDRESS", "BACKEND ADDRESS (REVNAT_ID) (SLOT)");
        answers.rows().forEach(entry -> master(table, entry));
        return table.render();
    }

    static String backendList(Agents.Answers answers) {
        Map<String, String[]> byId = new LinkedHashMap<>();
        for (JsonNode entry : answers.rows()) {
            for (JsonNode backend : entry.path("backends")) {
                String id = Json.text(backend, "id");
                byId.putIfAbsent(id, new String[] {id, backend(backend) + "/" + Json.text(entry, "frontend", "protocol"),
                    Json.text(backend, "state")});
            }
        }
        Table table = new Table("ID", "BACKEND ADDRESS", "STATE");
        byId.values().forEach(table::row);
        return table.render();
    }

    static String sourceRanges(Agents.Answers answers) {
        Table table = new Table("SERVICE ADDRESS", "POLICY", "SOURCE RANGES", "SERVICE");
        for (JsonNode row : answers.rows()) {
            table.row(frontend(row.path("frontend")), row.path("ranges").path("deny").asBoolean() ? "deny" : "allow",
                    String.join(", ", Json.texts(row, "ranges", "prefixes")), Json.text(row, "service"));
        }
        return table.render();
    }

    static String maps(Agents.Answers answers) {
        Table table = new Table("Name", "Type", "Used", "Max", "Pressure", "Memory");
        for (JsonNode map : answers.rows()) {
            long used = Json.number(map, "used");
            long limit = Json.number(map, "limit");
            table.row(Json.text(map, "name"), Json.text(map, "kind"), used < 0 ? "-" : Long.toString(used), Long.toString(limit),
                    used < 0 || limit == 0 ? "-" : percent(used / (double) limit), bytes(Json.number(map, "bytes")));
        }
        return table.render();
    }

    static String counters(Agents.Answers answers) {
        Table table = new Table("Reason", "Verdict", "Packets", "Bytes");
        for (JsonNode counter : answers.rows()) {
            table.row(Json.text(counter, "reason"), counter.path("drop").asBoolean() ? "dropped" : "forwarded",
                    Json.text(counter, "packets"),
                    Json.text(counter, "bytes"));
        }
        return table.render();
    }

    static String connections(Agents.Answers answers) {
        Table table = new Table("Protocol", "Client", "Frontend", "Backend", "Service", "Dispatch", "State", "Idle", "Expires");
        for (JsonNode row : answers.rows()) {
            JsonNode flow = row.path("flow");
            table.row(Json.text(flow, "protocol"), side(flow, "source"), side(flow, "destination"),
                    endpoint(Json.text(row, "backend"), Json.text(row, "backend-port")), Json.text(row, "service"),
                    Json.text(row, "dispatch"),
                    Json.text(row, "state"), age(row, "idle-seconds"), age(row, "expires-seconds"));
        }
        return table.render();
    }

    static String translations(Agents.Answers answers) {
        Table table = new Table("Protocol", "Reply", "Becomes", "Service ID", "Idle");
        for (JsonNode row : answers.rows()) {
            table.row(Json.text(row, "reply", "protocol"), path(row.path("reply")), path(row.path("translated")),
                    Json.text(row, "service-id"),
                    age(row, "idle-seconds"));
        }
        return table.render();
    }

    private static String side(JsonNode flow, String side) {
        return endpoint(Json.text(flow, side), Json.text(flow, side + "-port"));
    }

    /** {@code a:p -> b:q}. */
    static String path(JsonNode flow) {
        return side(flow, "source") + " -> " + side(flow, "destination");
    }

    private static String age(JsonNode row, String field) {
        return Ages.of((long) (Json.at(row, field).asDouble() * 1000));
    }

    /** {@code explain flow}: the verdict, then what happened on the way. */
    static String explanation(Agents.Answers answers) {
        StringBuilder text = new StringBuilder();
        for (JsonNode answer : answers.bySocket().values()) {
            JsonNode flow = answer.path("flow");
            String reason = Json.text(answer, "reason");
            text.append(text.isEmpty() ? "" : "\n").append(path(flow)).append(" (").append(Json.text(flow, "protocol")).append("): ")
                    .append(Json.text(answer, "verdict")).append(reason.isEmpty() ? "" : ": " + reason).append('\n');
            for (String field : List.of("service", "frontend", "backend", "dispatch")) {
                String value = Json.text(answer, field);
                if (!value.isEmpty()) {
                    text.append("  ").append(field).append(':').append(" ".repeat(10 - field.length())).append(value).append('\n');
                }
            }
            Json.texts(answer, "steps").forEach(step -> text.append("  - ").append(step).append('\n'));
        }
        return text.toString();
    }

    /** {@code lb simulate}. */
    static String simulation(Agents.Answers answers) {
        StringBuilder text = new StringBuilder();
        for (JsonNode answer : answers.bySocket().values()) {
            String without = Json.text(answer, "without");
            if (answer.path("tables").isEmpty()) {
                text.append(Json.text(answer, "node")).append(": ").append(Json.text(answer, "service")).append(" has no table\n");
            }
            for (JsonNode table : answer.path("tables")) {
                text.append(text.isEmpty() ? "" : "\n").append(Json.text(answer, "node")).append(": ").append(Json.text(answer, "service"))
                        .append(", ").append(String.join(", ", Json.texts(table, "frontends"))).append('\n')
                        .append(simulated(table, without));
            }
        }
        return text.toString();
    }

    private static String simulated(JsonNode table, String without) {
        long slots = Json.number(table, "slots");
        long after = Json.number(table, "slots-after");
        Table shares = new Table("Backend", "Weight", "Slots", "Share", without.isEmpty() ? "" : "Slots Without",
                without.isEmpty() ? "" : "Share Without");
        for (JsonNode share : table.path("shares")) {
            long own = Json.number(share, "slots");
            long then = Json.number(share, "slots-after");
            boolean compared = !without.isEmpty() && then >= 0 && after > 0;
            shares.row(endpoint(share), Json.text(share, "weight"), Long.toString(own), percent(own / (double) slots),
                    compared ? Long.toString(then) : "", compared ? percent(then / (double) after) : "");
        }
        String head = "  algorithm " + Json.text(table, "algorithm") + ", " + slots + " slots; shares " + fair(table, "")
                + " of what the weights say\n";
        return head + indent(shares.render()) + (without.isEmpty() ? "" : disruption(table, without, slots, after));
    }

    private static String disruption(JsonNode table, String without, long slots, long after) {
        if (after == 0) {
            return "  without " + without + " nobody is left\n";
        }
        long moved = Json.number(table, "moved");
        long sampled = Json.number(table, "sampled");
        return "  without " + without + ": its " + Json.text(table, "freed") + " slots go to the others; " + moved + " of " + sampled
                + (slots == after ? " slots" : " sampled flows") + " of the others move between them ("
                + percent(sampled == 0 ? 0 : moved / (double) sampled) + ")"
                + (slots == after ? "" : ", the table then having " + after + " slots")
                + "; shares " + fair(table, "-after") + " of what the weights say\n";
    }

    private static String fair(JsonNode table, String suffix) {
        return percent(table.path("least-share" + suffix).asDouble()) + " to " + percent(table.path("greatest-share" + suffix).asDouble());
    }

    private static String indent(String text) {
        return text.lines().map(line -> "  " + line + "\n").reduce("", String::concat);
    }

    private static String percent(double share) {
        return BigDecimal.valueOf(share * 100).setScale(2, RoundingMode.HALF_UP) + "%";
    }

    private static String bytes(long bytes) {
        if (bytes < 1 << 10) {
            return bytes + " B";
        }
        return bytes < 1 << 20 ? (bytes >> 10) + " KiB"
                : BigDecimal.valueOf(bytes / (double) (1 << 20)).setScale(1, RoundingMode.HALF_UP) + " MiB";
    }

    /** One event in a line. */
    static String event(JsonNode event) {
        String backend = Json.text(event, "backend");
        String service = Json.text(event, "service");
        String dispatch = Json.text(event, "dispatch");
        String kind = Json.text(event, "kind");
        return Json.text(event, "time") + "  " + (kind.equals("drop") ? "DROPPED  " : "FORWARDED") + "  "
                + Json.text(event, "flow", "protocol") + "  "
                + path(event.path("flow")) + (backend.isEmpty() ? "" : " -> " + endpoint(backend, Json.text(event, "backend-port")))
                + (service.isEmpty() ? "" : "  " + service) + (dispatch.isEmpty() ? "" : "  " + dispatch) + "  ("
                + (kind.equals("drop") ? Json.text(event, "reason") : kind) + ")";
    }
}
