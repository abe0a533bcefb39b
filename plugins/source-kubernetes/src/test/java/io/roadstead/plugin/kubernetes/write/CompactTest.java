package io.roadstead.plugin.kubernetes.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CompactTest {

    private final Compact compact = new Compact();

    @Test
    void aTreeEqualsWhatItWasMadeOf() {
        Random random = new Random(11);
        for (int i = 0; i < 2000; i++) {
            Map<String, Object> tree = new LinkedHashMap<>();
            IntStream.range(0, random.nextInt(5)).forEach(field -> tree.put("f" + field, tree(random, 4)));
            Known known = new Known("v1", "7", 3, tree, tree, true);

            assertThat(compact.of(known)).as("tree %s", i).isEqualTo(known);
        }
    }

    @Test
    void sameWordsAreKeptOnce() {
        Map<String, ?> one =
                compact.of(new Known("v1", "7", 3, Map.of("type", copyOf("VIP")), Map.of(), false)).status();
        Map<String, ?> two =
                compact.of(new Known("v1", "8", 3, Map.of("type", copyOf("VIP")), Map.of(), false)).status();

        assertThat(one.get("type")).isSameAs(two.get("type"));
    }

    private static String copyOf(String word) {
        return String.valueOf(word.toCharArray());
    }

    private static @Nullable Object tree(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 7 : 5)) {
            case 0 -> "word" + random.nextInt(20_000);
            case 1 -> random.nextLong();
            case 2 -> random.nextBoolean();
            case 3 -> null;
            case 4 -> Arrays.asList("x", null);
            case 5 -> {
                Map<String, Object> map = new LinkedHashMap<>();
                IntStream.range(0, random.nextInt(4)).forEach(field -> map.put("g" + field, tree(random, depth - 1)));
                yield map;
            }
            default -> {
                List<Object> list = new ArrayList<>();
                IntStream.range(0, random.nextInt(4)).forEach(item -> list.add(tree(random, depth - 1)));
                yield list;
            }
        };
    }
}
