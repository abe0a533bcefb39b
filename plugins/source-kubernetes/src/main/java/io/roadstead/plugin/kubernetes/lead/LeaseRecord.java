package io.roadstead.plugin.kubernetes.lead;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.roadstead.plugin.kubernetes.call.Trees;

/**
 * A Lease object as it was read: a tree that anybody with the right may have written. Of its times nothing is believed: another machine's clock says nothing here.
 *
 * @param tree the whole object, so that writing it keeps what others put there
 */
record LeaseRecord(Map<String, ?> tree) {
    /** Kubernetes' MicroTime. */
    private static final DateTimeFormatter MICRO_TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String LOOK_EVERY = "roadstead.io/look-every-seconds";

    /** A Lease that does not exist yet. */
    static LeaseRecord empty(String namespace, String name) {
        return new LeaseRecord(Map.of("apiVersion", "coordination.k8s.io/v1", "kind", "Lease", "metadata",
                Map.of("namespace", namespace, "name", name)));
    }

    /** Empty when nobody does. */
    String holder() {
        return Trees.text(spec().get("holderIdentity"));
    }

    /** How long its holder may be silent; ours where it says nothing sensible. */
    Duration duration(Duration ours) {
        long seconds = Trees.number(spec().get("leaseDurationSeconds"), 0);
        return seconds > 0 && seconds <= LeaderConfig.LONGEST.toSeconds() ? Duration.ofSeconds(seconds) : ours;
    }

    /** How often its holder asks others to look, within these bounds; the shortest where it does not. */
    Duration lookEvery(Duration shortest, Duration longest) {
        String seconds = Trees.text(Trees.map(metadata().get("annotations")).get(LOOK_EVERY));
        return seconds.matches("[0-9]{1,3}")
                ? Duration.ofMillis(Math.clamp(Long.parseLong(seconds) * 1000, shortest.toMillis(), longest.toMillis()))
                : shortest;
    }

    /** Whether whoever holds it has said nothing since the other was read. */
    boolean sameTerm(LeaseRecord other) {
        return spec().equals(other.spec());
    }

    /** Held by somebody from now on, or renewed. */
    LeaseRecord heldBy(String identity, Duration duration, Instant now) {
        boolean renewed = holder().equals(identity);
        Map<String, Object> spec = new LinkedHashMap<>(spec());
        spec.put("holderIdentity", identity);
        spec.put("leaseDurationSeconds", duration.toSeconds());
        spec.put("renewTime", MICRO_TIME.format(now));
        if (!renewed || !(spec.get("acquireTime") instanceof String)) {
            spec.put("acquireTime", MICRO_TIME.format(now));
        }
        spec.put("leaseTransitions", renewed || version().isEmpty() ? transitions() : Math.min(transitions() + 1L, Integer.MAX_VALUE));
        return with(spec);
    }

    /** With a wish of its holder's; zero takes it away. */
    LeaseRecord withLookEvery(Duration period) {
        Map<String, Object> metadata = new LinkedHashMap<>(metadata());
        Map<String, Object> annotations = new LinkedHashMap<>(Trees.map(metadata.get("annotations")));
        if (period.isZero()) {
            annotations.remove(LOOK_EVERY);
        } else {
            annotations.put(LOOK_EVERY, Long.toString(period.toSeconds()));
        }
        metadata.put("annotations", annotations);
        Map<String, Object> changed = new LinkedHashMap<>(tree);
        changed.put("metadata", metadata);
        return new LeaseRecord(changed);
    }

    /** Given back: whoever looks next may take it. */
    LeaseRecord released(Instant now) {
        Map<String, Object> spec = new LinkedHashMap<>(spec());
        spec.remove("holderIdentity"); // as client-go: an empty one is refused by some servers
        spec.put("leaseDurationSeconds", 1);
        spec.put("renewTime", MICRO_TIME.format(now));
        return with(spec);
    }

    /** Empty when it does not exist. */
    String version() {
        return Trees.text(metadata().get("resourceVersion"));
    }

    private long transitions() {
        return Math.clamp(Trees.number(spec().get("leaseTransitions"), 0), 0, Integer.MAX_VALUE);
    }

    private LeaseRecord with(Map<String, Object> spec) {
        Map<String, Object> metadata = new LinkedHashMap<>(metadata());
        metadata.remove("managedFields"); // left out, they stay
        Map<String, Object> changed = new LinkedHashMap<>(tree);
        changed.put("metadata", metadata);
        changed.put("spec", spec);
        return new LeaseRecord(changed);
    }

    private Map<String, ?> spec() {
        return Trees.map(tree.get("spec"));
    }

    private Map<String, ?> metadata() {
        return Trees.map(tree.get("metadata"));
    }

    /** The fields that say who leads, for a log line. */
    @Override
    public String toString() {
        return String.join(" ", List.of("holder=" + holder(), "renewTime=" + spec().get("renewTime"), "version=" + version()));
    }
}
