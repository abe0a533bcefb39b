package io.roadstead.plugin.manifests;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/** Whether a tree lacks something that an earlier one had. */
final class TreeLoss {
    private TreeLoss() {
    }

    /** True when a key, an element or a value of the former is not there any more; changed scalars and additions do not count. */
    static boolean lost(@Nullable Object former, @Nullable Object now) {
        return switch (former) {
            case null -> false;
            case Map<?, ?> before -> !(now instanceof Map<?, ?> after)
                    || before.entrySet().stream()
                            .anyMatch(entry -> !after.containsKey(entry.getKey()) || lost(entry.getValue(), after.get(entry.getKey())));
            case List<?> before -> {
                if (!(now instanceof List<?> after) || after.size() < before.size()) {
                    yield true;
                }
                for (int i = 0; i < before.size(); i++) {
                    if (lost(before.get(i), after.get(i))) {
                        yield true;
                    }
                }
                yield false;
            }
            default -> now == null || now instanceof Map || now instanceof List;
        };
    }
}
