package io.roadstead.kernel.lb;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.route.Reason;
import io.roadstead.kernel.cluster.GlobalAnnotations;
import io.roadstead.kernel.cluster.GlobalAnnotations.Affinity;

/**
 * Which clusters a Service's annotations want new flows to go to. Clusters are named as {@link io.roadstead.api.lb.Backend#cluster} names them: the own one is empty.
 *
 * @param global        whether backends of other clusters count at all; without it the rest says nothing
 * @param affinity      counts while {@code order} is empty
 * @param order         clusters, the first preferred; may be empty
 * @param weights       0 to 1000; clusters that are not in it have 1
 * @param failoverAfter how long the link to a cluster may be dead before its backends stand back; null for ever
 */
public record ClusterPolicy(boolean global, Affinity affinity, List<String> order, Map<String, Integer> weights,
        @Nullable Duration failoverAfter) {

    static final String PREFERENCE = "roadstead.io/cluster-preference";
    static final String WEIGHTS = "roadstead.io/cluster-weights";
    static final String FAILOVER = "roadstead.io/failover-after";
    /** The own cluster, whatever its name. */
    static final String LOCAL = "local";

    private static final Duration LONGEST = Duration.ofDays(1);
    private static final Pattern CLUSTER = Pattern.compile("[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?");
    private static final Pattern WEIGHT = Pattern.compile("([^=]*)=\\s*(1000|[0-9]{1,3})");
    private static final Pattern TIME = Pattern.compile("([0-9]{1,6})(ms|s|m|h)");

    public ClusterPolicy {
        order = List.copyOf(order);
        weights = Map.copyOf(weights);
    }

    /** @param ownCluster name of the own cluster */
    public static ClusterPolicy of(Map<String, String> annotations, String ownCluster, Consumer<Reason> notes) {
        GlobalAnnotations mesh = GlobalAnnotations.of(annotations);
        mesh.problems().forEach(problem -> notes.accept(new Reason(LbReason.BAD_ANNOTATION, problem)));
        Reader reader = new Reader(annotations, ownCluster, notes);
        return new ClusterPolicy(mesh.global(), mesh.affinity(), reader.order(), reader.weights(), reader.failoverAfter());
    }

    int weight(String cluster) {
        return weights.getOrDefault(cluster, 1);
    }

    /** Which of these clusters, all that the Service has backends in, it prefers to others; none when it has no preference. */
    public Set<String> preferred(Set<String> present) {
        if (!global) {
            return Set.of();
        }
        if (!order.isEmpty()) {
            return order.stream().filter(present::contains).limit(1).collect(Collectors.toSet());
        }
        return switch (affinity) {
            case NONE -> Set.of();
            case LOCAL -> Set.of("");
            case REMOTE -> present.stream().filter(cluster -> !cluster.isEmpty()).collect(Collectors.toSet());
        };
    }

    private record Reader(Map<String, String> annotations, String ownCluster, Consumer<Reason> notes) {

        List<String> order() {
            String text = annotations.get(PREFERENCE);
            if (text == null) {
                return List.of();
            }
            List<String> clusters = new ArrayList<>();
            for (String word : text.split(",", -1)) {
                Optional<String> cluster = cluster(word);
                if (cluster.isEmpty() || clusters.contains(cluster.get())) {
                    return refuse(PREFERENCE, text, "clusters like local, east, each once", List.of());
                }
                clusters.add(cluster.get());
            }
            return clusters;
        }

        Map<String, Integer> weights() {
            String text = annotations.get(WEIGHTS);
            if (text == null) {
                return Map.of();
            }
            Map<String, Integer> weights = new LinkedHashMap<>();
            for (String word : text.split(",", -1)) {
                var matcher = WEIGHT.matcher(word.strip());
                Optional<String> cluster = matcher.matches() ? cluster(matcher.group(1)) : Optional.empty();
                if (cluster.isEmpty() || weights.putIfAbsent(cluster.get(), Integer.parseInt(matcher.group(2))) != null) {
                    return refuse(WEIGHTS, text, "like west=3, east=1, each cluster once, up to 1000", Map.of());
                }
            }
            return weights;
        }

        @Nullable
        Duration failoverAfter() {
            String text = annotations.get(FAILOVER);
            if (text == null) {
                return null;
            }
            var matcher = TIME.matcher(text.strip());
            Duration after = matcher.matches() ? duration(Long.parseLong(matcher.group(1)), matcher.group(2)) : LONGEST.plusNanos(1);
            if (after.compareTo(LONGEST) > 0) {
                refuse(FAILOVER, text, "a time like 30s, up to 24h", "");
                return null;
            }
            return after;
        }

        private static Duration duration(long count, String unit) {
            return switch (unit) {
                case "ms" -> Duration.ofMillis(count);
                case "s" -> Duration.ofSeconds(count);
                case "m" -> Duration.ofMinutes(count);
                default -> Duration.ofHours(count);
            };
        }

        private Optional<String> cluster(String word) {
            String name = word.strip();
            if (name.equals(LOCAL) || name.equals(ownCluster)) {
                return Optional.of("");
            }
            return Optional.of(name).filter(CLUSTER.asMatchPredicate());
        }

        private <T> T refuse(String key, String text, String wanted, T instead) {
            notes.accept(new Reason(LbReason.BAD_ANNOTATION, key + " is '" + text + "', not " + wanted));
            return instead;
        }
    }
}
