package io.roadstead.plugin.manifests;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.source.ResourceDecoder.Fault;
import io.roadstead.api.source.SourceProblem;
import io.roadstead.yaml.YamlText.SyntaxException;

/**
 * What one file says, made robust against being read while it is written: what it adds or changes counts at once, what vanished from it counts as gone only
 * when it is settled, and a content that cannot be read leaves everything as it was. Confined to the source's loop.
 */
final class ManifestFile {
    private final String name;
    private ManifestText text = ManifestText.EMPTY;
    /** What the file said when it was last at rest: a truncated tail shows against it. */
    private ManifestText settledText = ManifestText.EMPTY;
    private byte @Nullable [] unreadable;
    private @Nullable SourceProblem failure;
    private Map<ResourceKey, Held> objects = Map.of();
    private List<SourceProblem> problems = List.of();
    private Map<String, Integer> ignored = Map.of();
    private boolean present;
    private boolean settled;
    private boolean tailPending;
    private boolean namelessRefused;
    private int version;

    ManifestFile(String name) {
        this.name = name;
    }

    /**
     * An object as this file has it.
     *
     * @param line in the file; 0 when it is not live
     * @param live false for what vanished and is not withdrawn yet
     */
    record Held(Resource resource, int line, boolean live) {
    }

    String name() {
        return name;
    }

    /** Counts the changes of the content. */
    int version() {
        return version;
    }

    /** Whether nothing is in flight, so that unchanged attributes mean an unchanged content. */
    boolean settled() {
        return settled;
    }

    boolean present() {
        return present;
    }

    Map<ResourceKey, Held> objects() {
        return objects;
    }

    List<SourceProblem> problems() {
        return failure == null ? problems : List.of(failure);
    }

    /** Whether it might hold objects that nobody knows of. */
    boolean incomplete() {
        return failure != null || namelessRefused;
    }

    Map<String, Integer> ignored() {
        return ignored;
    }

    /**
     * Takes what was read. Returns whether it differs from what was read before.
     *
     * @param trusted whether the file is known to be at rest, as at the start
     */
    boolean read(byte[] content, ManifestReader reader, boolean trusted) {
        if (unreadable != null ? Arrays.equals(unreadable, content) : present && failure == null && text.sameBytes(content)) {
            return false;
        }
        changed();
        present = true;
        try {
            text = text.next(content, reader);
            unreadable = null;
            failure = null;
            rebuild(trusted);
        } catch (SyntaxException e) {
            unreadable = content;
            failure = new SourceProblem(name + ":" + (e.line() + 1), "", "does not parse: " + e.problem(), "correct the file",
                    !objects.isEmpty());
        }
        return true;
    }

    /** The file is there but cannot be read. Returns whether that is news. */
    boolean fail(String problem, String remedy) {
        SourceProblem news = new SourceProblem(name, "", problem, remedy, !objects.isEmpty());
        present = true;
        unreadable = null;
        if (news.equals(failure)) {
            return false;
        }
        changed();
        failure = news;
        return true;
    }

    /** The file is not there. Returns whether that is news. */
    boolean gone() {
        if (!present) {
            return false;
        }
        changed();
        present = false;
        text = ManifestText.EMPTY;
        unreadable = null;
        failure = null;
        rebuild(false);
        return true;
    }

    /** The file has been at rest for the settle time: what it says now is what is meant. */
    void settle() {
        settled = true;
        if (failure == null) {
            settledText = text;
            rebuild(true);
        }
    }

    private void changed() {
        version++;
        settled = false;
    }

    private void rebuild(boolean trusted) {
        Builder builder = new Builder();
        text.forEach((item, firstLine, last) -> {
            if (!last) {
                builder.add(item, firstLine, false);
            } else {
                tailPending = !trusted && (text.tailInDoubt(settledText) || text.tailOpen() && builder.missesAny(item));
                builder.add(item, firstLine, tailPending);
            }
        });
        namelessRefused = builder.nameless;
        if (!trusted || namelessRefused) {
            objects.forEach((key, held) -> builder.next.putIfAbsent(key, new Held(held.resource, 0, false)));
        }
        objects = builder.next;
        problems = List.copyOf(builder.found);
        ignored = builder.counts;
    }

    private final class Builder {
        private final Map<ResourceKey, Held> next = new LinkedHashMap<>();
        private final List<SourceProblem> found = new ArrayList<>();
        private final Map<String, Integer> counts = new TreeMap<>();
        private boolean nameless;

        void add(Item item, int firstLine, boolean doubtful) {
            switch (item) {
                case Item.Good good -> {
                    ResourceKey key = good.resource().key();
                    Held other = next.get(key);
                    if (other != null) {
                        found.add(new SourceProblem(name + ":" + (firstLine + good.line()), "",
                                key + " stands already in line " + other.line() + " of this file, which counts", "remove one of the two",
                                false));
                    } else if (!doubtful) {
                        next.put(key, new Held(good.resource(), firstLine + good.line(), true));
                    } else {
                        keep(key, firstLine + good.line());
                    }
                }
                case Item.Bad bad -> {
                    nameless |= bad.key() == null;
                    boolean kept = bad.key() != null && keep(bad.key(), firstLine + bad.lines().getFirst());
                    for (int i = 0; i < bad.faults().size(); i++) {
                        Fault fault = bad.faults().get(i);
                        String about = bad.key() == null ? "" : bad.key() + ": ";
                        found.add(new SourceProblem(name + ":" + (firstLine + bad.lines().get(i)), fault.field(), about + fault.problem(),
                                fault.remedy(),
                                kept));
                    }
                }
                case Item.Ignored(String kind) -> counts.merge(kind, 1, Integer::sum);
            }
        }

        private boolean keep(ResourceKey key, int line) {
            Held before = objects.get(key);
            if (before != null) {
                next.putIfAbsent(key, new Held(before.resource, line, true));
            }
            return before != null;
        }

        /** Whether something that the file had is neither built nor this one. */
        boolean missesAny(Item item) {
            ResourceKey own = item instanceof Item.Good good ? good.resource().key() : null;
            return objects.keySet().stream().anyMatch(key -> !next.containsKey(key) && !key.equals(own));
        }
    }
}
