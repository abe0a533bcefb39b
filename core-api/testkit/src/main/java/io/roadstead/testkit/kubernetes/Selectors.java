package io.roadstead.testkit.kubernetes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;

/** The selectors of lists and watches, in the syntax of query parameters. */
final class Selectors {

    /** A comma that does not stand within parentheses. */
    private static final Pattern BETWEEN_REQUIREMENTS = Pattern.compile(",(?![^(]*\\))");
    private static final Pattern IN = Pattern.compile("(\\S+)\\s+(in|notin)\\s*\\(([^)]*)\\)");
    private static final Pattern EQUALITY = Pattern.compile("([^=!\\s]+)\\s*(==|=|!=)\\s*([^=!\\s]*)");
    private static final Pattern EXISTENCE = Pattern.compile("(!?)\\s*([^=!\\s]+)");

    /** What the API server indexes or labels per kind; every kind has the two of metadata. */
    private static final Set<String> FIELDS = Set.of("spec.nodeName", "type", "status.phase", "involvedObject.name", "involvedObject.kind",
            "involvedObject.namespace", "involvedObject.uid", "reason", "spec.unschedulable", "reportingComponent");

    private Selectors() {
    }

    /** Whether an object satisfies both; empty texts select everything. */
    static Predicate<JsonNode> of(Kind kind, String labelSelector, String fieldSelector) {
        var requirements = new ArrayList<Predicate<JsonNode>>();
        for (var requirement : BETWEEN_REQUIREMENTS.split(labelSelector)) {
            if (!requirement.isBlank()) {
                requirements.add(label(requirement.strip()));
            }
        }
        for (var requirement : fieldSelector.split(",")) {
            if (!requirement.isBlank()) {
                requirements.add(field(kind, requirement.strip()));
            }
        }
        return object -> requirements.stream().allMatch(requirement -> requirement.test(object));
    }

    private static Predicate<JsonNode> label(String requirement) {
        var in = IN.matcher(requirement);
        if (in.matches()) {
            var key = in.group(1);
            var values = Set.copyOf(Arrays.stream(in.group(3).split(",")).map(String::strip).distinct().toList());
            boolean wanted = in.group(2).equals("in");
            return object -> labels(object).has(key) ? values.contains(labels(object).path(key).asText()) == wanted : !wanted;
        }
        var equality = EQUALITY.matcher(requirement);
        if (equality.matches()) {
            var key = equality.group(1);
            var value = equality.group(3);
            boolean wanted = !equality.group(2).equals("!=");
            return object -> (labels(object).has(key) && labels(object).path(key).asText().equals(value)) == wanted;
        }
        var existence = EXISTENCE.matcher(requirement);
        if (existence.matches()) {
            boolean wanted = existence.group(1).isEmpty();
            return object -> labels(object).has(existence.group(2)) == wanted;
        }
        throw ApiException.badRequest("unable to parse requirement: " + requirement);
    }

    private static JsonNode labels(JsonNode object) {
        return object.path("metadata").path("labels");
    }

    private static Predicate<JsonNode> field(Kind kind, String requirement) {
        var equality = EQUALITY.matcher(requirement);
        if (!equality.matches()) {
            throw ApiException.badRequest("invalid selector: '" + requirement + "'; can't understand '" + requirement + "'");
        }
        var name = equality.group(1);
        boolean ofMetadata = name.equals("metadata.name") || name.equals("metadata.namespace") && kind.namespaced();
        if (!ofMetadata && (kind.isCustom() || !FIELDS.contains(name))) {
            throw ApiException.badRequest("field label not supported: " + name);
        }
        var path = List.of(name.split("\\."));
        boolean wanted = !equality.group(2).equals("!=");
        return object -> {
            var value = object;
            for (var step : path) {
                value = value.path(step);
            }
            return value.asText().equals(equality.group(3)) == wanted;
        };
    }
}
