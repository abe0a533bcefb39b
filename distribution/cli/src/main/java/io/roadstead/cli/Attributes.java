package io.roadstead.cli;

import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;

/** Path attributes in one line, as GoBGP and with it Cilium write them: {@code {Origin: i} {AsPath: 64601} …}. */
final class Attributes {

    private Attributes() {
    }

    static String of(JsonNode attributes) {
        List<String> parts = new ArrayList<>();
        add(parts, "Origin", switch (Json.text(attributes, "origin")) {
            case "igp" -> "i";
            case "egp" -> "e";
            case "incomplete" -> "?";
            default -> "";
        });
        add(parts, "AsPath", Json.text(attributes, "as-path"));
        add(parts, "Nexthop", Json.text(attributes, "next-hop"));
        add(parts, "Med", Json.text(attributes, "med"));
        add(parts, "LocalPref", Json.text(attributes, "local-preference"));
        add(parts, "Communities", String.join(", ", Json.texts(attributes, "communities")));
        add(parts, "LargeCommunities", String.join(", ", Json.texts(attributes, "large-communities")));
        return "[" + String.join(" ", parts) + "]";
    }

    private static void add(List<String> parts, String name, String value) {
        if (!value.isEmpty()) {
            parts.add("{" + name + ": " + value + "}");
        }
    }
}
