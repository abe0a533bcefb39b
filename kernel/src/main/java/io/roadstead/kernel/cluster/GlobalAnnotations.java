package io.roadstead.kernel.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a Service's annotations say of its part in the mesh, read as Cilium reads them; ours win over Cilium's, and those over Cilium's older names.
 *
 * @param global   whether backends that other clusters share under its name are its own
 * @param shared   whether its endpoints are there for other clusters; never without {@code global}
 * @param affinity {@link Affinity#NONE} without {@code global}
 * @param problems values that do not count, each with its key and what it ought to be
 */
public record GlobalAnnotations(boolean global, boolean shared, Affinity affinity, List<String> problems) {

    private static final List<String> GLOBAL = List.of("roadstead.io/global", "service.cilium.io/global", "io.cilium/global-service");
    private static final List<String> SHARED = List.of("roadstead.io/shared", "service.cilium.io/shared", "io.cilium/shared-service");
    private static final List<String> AFFINITY =
            List.of("roadstead.io/affinity", "service.cilium.io/affinity", "io.cilium/service-affinity");
    private static final GlobalAnnotations LOCAL_ONLY = new GlobalAnnotations(false, false, Affinity.NONE, List.of());

    public GlobalAnnotations {
        problems = List.copyOf(problems);
    }

    /** Whose backends are preferred. */
    public enum Affinity {
        NONE, LOCAL, REMOTE
    }

    public static GlobalAnnotations of(Map<String, String> annotations) {
        if (annotations.isEmpty()) {
            return LOCAL_ONLY;
        }
        List<String> problems = new ArrayList<>();
        boolean global = flag(annotations, GLOBAL, false, problems);
        if (!global) {
            return problems.isEmpty() ? LOCAL_ONLY : new GlobalAnnotations(false, false, Affinity.NONE, problems);
        }
        boolean shared = flag(annotations, SHARED, true, problems);
        return new GlobalAnnotations(true, shared, affinity(annotations, problems), problems);
    }

    /** What is neither word is false: Cilium takes true alone for true. */
    private static boolean flag(Map<String, String> annotations, List<String> keys, boolean absent, List<String> problems) {
        for (String key : keys) {
            String value = annotations.get(key);
            if (value != null) {
                String word = word(value);
                if (!word.equals("true") && !word.equals("false")) {
                    problems.add(key + " is '" + value + "', not true or false");
                }
                return word.equals("true");
            }
        }
        return absent;
    }

    private static Affinity affinity(Map<String, String> annotations, List<String> problems) {
        for (String key : AFFINITY) {
            String value = annotations.get(key);
            if (value != null) {
                return switch (word(value)) {
                    case "", "none" -> Affinity.NONE;
                    case "local" -> Affinity.LOCAL;
                    case "remote" -> Affinity.REMOTE;
                    default -> {
                        problems.add(key + " is '" + value + "', not none, local or remote");
                        yield Affinity.NONE;
                    }
                };
            }
        }
        return Affinity.NONE;
    }

    private static String word(String value) {
        return value.strip().toLowerCase(Locale.ROOT);
    }
}
