package io.roadstead.plugin.manifests;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.meta.Condition;

/** A condition with its {@code lastTransitionTime}: since when its status, not its message, is what it is. */
record DatedCondition(Condition condition, Instant since) {

    /** Conditions as they are from now on; those whose status did not change keep their time. */
    static List<DatedCondition> date(List<Condition> conditions, List<DatedCondition> before, Instant now) {
        return conditions.stream()
                .map(condition -> new DatedCondition(condition, before.stream()
                        .filter(former -> former.condition.type().equals(condition.type())
                                && former.condition.status() == condition.status())
                        .map(DatedCondition::since).findFirst().orElse(now.truncatedTo(ChronoUnit.SECONDS))))
                .toList();
    }

    /** Kubernetes' shape. */
    Map<String, String> toTree() {
        Map<String, String> tree = new LinkedHashMap<>();
        tree.put("type", condition.type());
        tree.put("status", condition.status().text());
        tree.put("reason", condition.reason());
        tree.put("message", condition.message());
        tree.put("lastTransitionTime", since.toString());
        return tree;
    }

    /**
     * Reads that shape.
     *
     * @throws IllegalArgumentException when it is not that shape
     */
    static List<DatedCondition> ofTrees(@Nullable Object trees) {
        List<DatedCondition> conditions = new ArrayList<>();
        for (Object tree : trees instanceof List<?> list ? list : List.of()) {
            if (!(tree instanceof Map<?, ?> map)) {
                throw new IllegalArgumentException("a condition is a mapping");
            }
            try {
                Condition.Status status =
                        Arrays.stream(Condition.Status.values()).filter(known -> known.text().equals(map.get("status"))).findFirst()
                                .orElseThrow(() -> new IllegalArgumentException("a condition needs a status"));
                conditions.add(new DatedCondition(new Condition(text(map, "type"), status, text(map, "reason"), text(map, "message")),
                        Instant.parse(text(map, "lastTransitionTime"))));
            } catch (DateTimeException e) {
                throw new IllegalArgumentException(e);
            }
        }
        return conditions;
    }

    private static String text(Map<?, ?> map, String key) {
        if (map.get(key) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("a condition needs a " + key);
    }
}
