package io.roadstead.cli;

import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;

/** What BGP shows, with the columns that users of Cilium know. A node's name stands in its first row only. */
final class BgpTables {

    private BgpTables() {
    }

    static String peers(Agents.Answers answers) {
        Table table =
                new Table("Node", "Local AS", "Peer AS", "Peer Address", "Session State", "Uptime", "Family", "Received", "Advertised");
        StringBuilder notes = new StringBuilder();
        String lastNode = "";
        for (JsonNode peer : answers.rows()) {
            String node = Json.text(peer, "node");
            JsonNode status = peer.path("status");
            String shownNode = node.equals(lastNode) ? "" : node;
            lastNode = node;
            if (status.isMissingNode()) {
                String address = Json.text(peer, "peer-address");
                table.row(shownNode, "-", "-", address.isEmpty() ? "-" : address, "none", "0s", "", "", "");
                String subject = Json.text(peer, "reason", "subject");
                notes.append(node).append(": peer ").append(Json.text(peer, "peer")).append(" has no session: ")
                        .append(Json.text(peer, "reason", "text")).append(subject.isEmpty() ? "" : ": " + subject).append('\n');
                continue;
            }
            boolean first = true;
            for (Map.Entry<String, JsonNode> family : Json.fields(status, "families")) {
                table.row(first ? shownNode : "", first ? Json.text(status, "local-asn") : "", first ? Json.text(status, "peer-asn") : "",
                        first ? Json.text(status, "peer-address") : "", first ? Json.text(status, "state") : "",
                        first ? Ages.of(Json.number(peer, "uptime-millis")) : "", family.getKey(), Json.text(family.getValue(), "received"),
                        Json.text(family.getValue(), "advertised"));
                first = false;
            }
            List<String> pending = Json.texts(status, "pending-fields");
            if (!pending.isEmpty()) {
                notes.append(node).append(": peer ").append(Json.text(peer, "peer")).append(": pending until the next session: ")
                        .append(String.join(", ", pending)).append('\n');
            }
            if (!"established".equals(Json.text(status, "state")) && !Json.text(status, "last-error").isEmpty()) {
                notes.append(node).append(": peer ").append(Json.text(peer, "peer")).append(": ").append(Json.text(status, "last-error"))
                        .append('\n');
            }
        }
        return table.render() + (notes.isEmpty() ? "" : "\n" + notes);
    }

    static String routes(Agents.Answers answers, boolean withPeer) {
        Table table = withPeer
                ? new Table("Node", "VRouter", "Peer", "Prefix", "NextHop", "Age", "Attrs")
                : new Table("Node", "VRouter", "Prefix", "NextHop", "Age", "Attrs");
        String lastNode = "";
        for (JsonNode route : answers.rows()) {
            String node = Json.text(route, "node");
            String shownNode = node.equals(lastNode) ? "" : node;
            lastNode = node;
            String nextHop = Json.text(route, "attributes", "next-hop");
            String age = Ages.of(Json.number(route, "age-millis"));
            String note = note(route);
            String attributes = Attributes.of(route.path("attributes")) + (note.isEmpty() ? "" : " (" + note + ")");
            if (withPeer) {
                table.row(shownNode, Json.text(route, "local-asn"), Json.text(route, "peer-address"), Json.text(route, "prefix"), nextHop,
                        age,
                        attributes);
            } else {
                table.row(shownNode, Json.text(route, "local-asn"), Json.text(route, "prefix"), nextHop, age, attributes);
            }
        }
        return table.render();
    }

    /** Which of several paths a route is, and why. */
    private static String note(JsonNode route) {
        String note = Json.text(route, "note");
        if (Json.text(route, "peer").isEmpty() || Json.text(route, "best").isEmpty()) {
            return note;
        }
        if (route.path("best").asBoolean()) {
            return "best: " + note;
        }
        return route.path("multipath").asBoolean() ? "multipath" : "not best: " + note;
    }

    static String policies(Agents.Answers answers) {
        Table table = new Table("Node", "VRouter", "Policy Name", "Type", "Match Peers", "Match Families", "Match Prefixes (Min..Max Len)",
                "RIB Action", "Path Actions");
        String lastNode = "";
        for (JsonNode policy : answers.rows()) {
            String node = Json.text(policy, "node");
            String shownNode = node.equals(lastNode) ? "" : node;
            lastNode = node;
            table.row(shownNode, Json.text(policy, "local-asn"), Json.text(policy, "name"), Json.text(policy, "type"),
                    String.join(", ", Json.texts(policy, "peers")), String.join(", ", Json.texts(policy, "families")),
                    String.join(", ", Json.texts(policy, "prefixes").stream().map(BgpTables::withLengths).toList()),
                    Json.text(policy, "action"), pathActions(policy.path("attributes")));
        }
        return table.render();
    }

    /** {@code 172.16.1.1/32 (32..32)}: exact matches. */
    private static String withLengths(String prefix) {
        String length = prefix.substring(prefix.indexOf('/') + 1);
        return prefix + " (" + length + ".." + length + ")";
    }

    private static String pathActions(JsonNode attributes) {
        StringBuilder actions = new StringBuilder();
        append(actions, "AddCommunities", String.join(", ", Json.texts(attributes, "communities")));
        append(actions, "AddLargeCommunities", String.join(", ", Json.texts(attributes, "large-communities")));
        append(actions, "SetLocalPreference", Json.text(attributes, "local-preference"));
        append(actions, "SetMed", Json.text(attributes, "med"));
        return actions.toString();
    }

    private static void append(StringBuilder actions, String name, String value) {
        if (!value.isEmpty()) {
            actions.append(actions.isEmpty() ? "" : " ").append(name).append(": [").append(value).append(']');
        }
    }
}
