package io.roadstead.cli.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.roadstead.api.model.meta.LabelSelector;
import io.roadstead.api.model.meta.LabelSelector.Expression;
import io.roadstead.api.model.meta.LabelSelector.Operator;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.cli.manifest.Manifest;
import io.roadstead.yaml.KubernetesObject;
import io.roadstead.yaml.YamlText;
import io.roadstead.yaml.YamlText.SyntaxException;

class NodePartitionTest {

    private static final List<String> KEYS = List.of("rack", "zone", "edge");
    private static final List<String> VALUES = List.of("a", "b", "c");
    private static final List<Operator> OPERATORS = List.of(Operator.values());

    private final Manifest manifest = manifest();

    private static Manifest manifest() {
        try {
            KubernetesObject object = KubernetesObject.allOf(YamlText.read("{kind: BGPPeer}").getFirst()).getFirst();
            return new Manifest("test", Objects.requireNonNull(object.tree()), object);
        } catch (SyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private MetalLbPeer peer(String name, List<LabelSelector> selectors) {
        return new MetalLbPeer(manifest, name, 64500, 64501, IpAddress.parse("10.0.0.1"), null, null, selectors, Map.of(), List.of());
    }

    /** Every node, whatever its labels, is in one part at most, and has there the peers that select it. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void everyNodeHasThePeersThatSelectIt(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            List<MetalLbPeer> peers = IntStream.range(0, 1 + random.nextInt(4))
                    .mapToObj(i -> peer("peer-" + i, selectors(random))).toList();
            List<NodePartition.Part> parts = NodePartition.of(peers).orElse(List.of());
            for (Map<String, String> labels : allLabels()) {
                List<MetalLbPeer> expected = peers.stream().filter(peer -> peer.nodeSelectors().isEmpty()
                        || peer.nodeSelectors().stream().anyMatch(selector -> selector.matches(labels))).toList();
                List<NodePartition.Part> found = parts.stream().filter(part -> part.nodes().matches(labels)).toList();

                if (!parts.isEmpty()) {
                    assertThat(found).as("seed %d: %s in %s", seed, labels, parts).hasSize(expected.isEmpty() ? 0 : 1);
                    found.forEach(part -> assertThat(part.peers()).containsExactlyInAnyOrderElementsOf(expected));
                }
            }
        }
    }

    @Test
    void selectorsThatOverlapInTooManyWaysAreNotTakenApart() {
        List<MetalLbPeer> peers = IntStream.range(0, 8)
                .mapToObj(i -> peer("peer-" + i, List.of(LabelSelector.ofLabels(Map.of("label-" + i, "yes"))))).toList();

        assertThat(NodePartition.of(peers)).isEmpty();
        assertThat(NodePartition.of(peers.subList(0, 5))).isPresent();
    }

    private static List<LabelSelector> selectors(Random random) {
        List<LabelSelector> selectors = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            Map<String, String> labels = new TreeMap<>();
            List<Expression> expressions = new ArrayList<>();
            for (int j = random.nextInt(3); j > 0; j--) {
                String key = KEYS.get(random.nextInt(KEYS.size()));
                Operator operator = OPERATORS.get(random.nextInt(OPERATORS.size()));
                List<String> values = List.of(VALUES.get(random.nextInt(3)), VALUES.get(random.nextInt(3)));
                if (random.nextBoolean()) {
                    labels.put(key, values.getFirst());
                } else {
                    expressions.add(
                            new Expression(key, operator, operator == Operator.IN || operator == Operator.NOT_IN ? values : List.of()));
                }
            }
            selectors.add(new LabelSelector(labels, expressions));
        }
        return selectors;
    }

    private static List<Map<String, String>> allLabels() {
        List<Map<String, String>> all = List.of(Map.of());
        for (String key : KEYS) {
            List<Map<String, String>> more = new ArrayList<>(all);
            for (Map<String, String> labels : all) {
                for (String value : VALUES) {
                    Map<String, String> with = new TreeMap<>(labels);
                    with.put(key, value);
                    more.add(with);
                }
            }
            all = more;
        }
        return all;
    }
}
