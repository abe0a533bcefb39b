package io.roadstead.plugin.kubernetes.write;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import io.roadstead.api.model.meta.Condition;
import io.roadstead.plugin.kubernetes.call.Trees;

/** Lists of conditions in the API's form (metav1.Condition), where ours stand among those of others. Pure. */
final class ConditionTrees {
    /** Of the schemas of all kinds with conditions, in code points. */
    private static final int MOST_MESSAGE = 32_768;
    private static final int MOST_REASON = 1024;

    private ConditionTrees() {
    }

    /**
     * The list as it is to be. Others' conditions stay as and where they are; so do ours that say the same. A condition's time is that of the last change of its
     * status, not of its words.
     *
     * @param current    as it stands in the object
     * @param ours       by type; what is ours and not wanted goes
     * @param generation of the object, told as the one that was looked at; negative when unknown
     */
    static List<?> merge(List<?> current, Predicate<String> ours, List<Condition> wanted, long generation, Instant now) {
        Map<String, Condition> left = new LinkedHashMap<>();
        wanted.forEach(condition -> left.put(condition.type(), condition));
        List<Object> merged = new ArrayList<>();
        for (Object tree : current) {
            Map<String, ?> former = Trees.map(tree);
            String type = Trees.text(former.get("type"));
            Condition condition = left.remove(type);
            if (condition != null) {
                merged.add(says(former, condition, generation) ? tree : tree(condition, former, generation, now));
            } else if (!ours.test(type)) {
                merged.add(tree);
            }
        }
        left.values().forEach(condition -> merged.add(tree(condition, Map.of(), generation, now)));
        return merged;
    }

    private static boolean says(Map<String, ?> tree, Condition condition, long generation) {
        return condition.status().text().equals(tree.get("status")) && reason(condition).equals(tree.get("reason"))
                && message(condition).equals(tree.get("message")) && tree.get("lastTransitionTime") instanceof String
                && (generation < 0 || Trees.number(tree.get("observedGeneration"), -1) == generation);
    }

    private static Map<String, Object> tree(Condition condition, Map<String, ?> former, long generation, Instant now) {
        boolean sameStatus = condition.status().text().equals(former.get("status")) && former.get("lastTransitionTime") instanceof String;
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("type", condition.type());
        tree.put("status", condition.status().text());
        if (generation >= 0) {
            tree.put("observedGeneration", generation);
        }
        tree.put("lastTransitionTime",
                sameStatus ? Trees.text(former.get("lastTransitionTime")) : now.truncatedTo(ChronoUnit.SECONDS).toString());
        tree.put("reason", reason(condition));
        tree.put("message", message(condition));
        return tree;
    }

    /** As the schemas want it: {@code ^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$}. */
    private static String reason(Condition condition) {
        String word = condition.reason().replaceAll("[^A-Za-z0-9_,:]", "_").replaceAll("[,:]+$", "");
        if (word.isEmpty() || !Character.isLetter(word.charAt(0))) {
            word = "Reason_" + word;
        }
        return word.length() > MOST_REASON ? word.substring(0, MOST_REASON - 1) + "_" : word;
    }

    private static String message(Condition condition) {
        String message = condition.message();
        return message.codePointCount(0, message.length()) > MOST_MESSAGE
                ? message.substring(0, message.offsetByCodePoints(0, MOST_MESSAGE))
                : message;
    }
}
