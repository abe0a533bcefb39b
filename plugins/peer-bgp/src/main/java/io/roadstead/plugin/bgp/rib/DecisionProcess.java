package io.roadstead.plugin.bgp.rib;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import io.roadstead.api.model.bgp.AsPath;
import io.roadstead.api.model.bgp.PathAttributes;
import io.roadstead.api.model.net.AsNumber;

/**
 * Route selection (RFC 4271 §9.1.2.2) by elimination, which does not depend on the order in which paths came: comparing them two by two would, because MED counts
 * within one neighbouring AS only.
 *
 * @param maxPaths       most paths of equal cost, the best included; at least 1
 * @param multipathRelax paths of equal cost need AS paths of equal length only, not equal ones
 */
public record DecisionProcess(int maxPaths, boolean multipathRelax) {

    /** One best path. */
    public static final DecisionProcess SINGLE_PATH = new DecisionProcess(1, false);

    private static final long DEFAULT_LOCAL_PREFERENCE = 100;

    public DecisionProcess {
        if (maxPaths < 1) {
            throw new IllegalArgumentException("maxPaths " + maxPaths + " is less than 1");
        }
    }

    /** All paths, the best first, then those of equal cost with it, then the others from the one that held out longest. */
    List<Ranked> rank(List<Path> paths) {
        List<Path> left = new ArrayList<>(paths);
        List<Ranked> eliminated = new ArrayList<>();
        BestPathReason decided = BestPathReason.ONLY_PATH;
        for (BestPathReason step : BestPathReason.values()) {
            List<Path> out = left.size() > 1 ? losers(step, left) : List.of();
            if (!out.isEmpty()) {
                decided = step;
                left.removeAll(out);
                out.forEach(path -> eliminated.add(new Ranked(path, false, false, step)));
            }
        }
        Path best = left.getFirst();
        List<Ranked> ranked = new ArrayList<>(paths.size());
        ranked.add(new Ranked(best, true, true, decided));
        int equal = 1;
        List<Ranked> unequal = new ArrayList<>();
        for (Ranked other : eliminated.reversed()) {
            if (equal < maxPaths && other.reason.compareTo(BestPathReason.EXTERNAL) > 0 && sharesLoad(best, other.path)) {
                ranked.add(new Ranked(other.path, false, true, other.reason));
                equal++;
            } else {
                unequal.add(other);
            }
        }
        ranked.addAll(unequal);
        return ranked;
    }

    private boolean sharesLoad(Path best, Path other) {
        return multipathRelax || best.attributes.asPath().equals(other.attributes.asPath());
    }

    private static List<Path> losers(BestPathReason step, List<Path> paths) {
        return switch (step) {
            case ONLY_PATH -> List.of();
            case LOCAL_PREFERENCE -> behind(paths, Comparator.comparingLong(path -> -localPreference(path)));
            case AS_PATH_LENGTH -> behind(paths, Comparator.comparingInt(path -> path.attributes.asPath().length()));
            case ORIGIN -> behind(paths, Comparator.comparing(path -> path.attributes.origin()));
            case MED -> paths.stream().filter(path -> paths.stream()
                    .anyMatch(other -> neighbour(other).equals(neighbour(path)) && med(other) < med(path))).toList();
            case EXTERNAL -> behind(paths, Comparator.comparing(path -> path.source.internal()));
            // RFC 4456 §9: a reflected path counts with its originator's id.
            case ROUTER_ID -> behind(paths, Comparator.comparing(
                    path -> path.attributes.originatorId() != null ? path.attributes.originatorId() : path.source.routerId()));
            case CLUSTER_LIST_LENGTH -> behind(paths, Comparator.comparingInt(path -> path.attributes.clusterList().size()));
            case PEER_ADDRESS -> behind(paths, Comparator.comparing((Path path) -> path.source.address())
                    .thenComparing(path -> path.source.peer()));
        };
    }

    private static List<Path> behind(List<Path> paths, Comparator<Path> order) {
        Path first = paths.stream().min(order).orElseThrow();
        return paths.stream().filter(path -> order.compare(first, path) < 0).toList();
    }

    private static long localPreference(Path path) {
        Long value = path.attributes.localPreference();
        return value == null ? DEFAULT_LOCAL_PREFERENCE : value;
    }

    /** RFC 4271 §9.1.2.2 c: a missing one is the lowest. */
    private static long med(Path path) {
        Long value = path.attributes.med();
        return value == null ? 0 : value;
    }

    /** The AS that the path came in from; empty for a path of our own AS. */
    private static Optional<AsNumber> neighbour(Path path) {
        return path.attributes.asPath().segments().stream().filter(segment -> segment.type() == AsPath.SegmentType.AS_SEQUENCE)
                .findFirst().map(segment -> segment.numbers().getFirst());
    }

    /** A path of one peer. */
    record Path(PathSource source, PathAttributes attributes, Instant since) {
    }

    /** Where a path came out; reason is the step that decided for the best one, or against the others. */
    record Ranked(Path path, boolean best, boolean multipath, BestPathReason reason) {
    }
}
