package io.roadstead.plugin.manifests;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.source.ResourceBatch;
import io.roadstead.plugin.manifests.ManifestFile.Held;

/** Which file's word counts for each object, and what of that has been told. Work is proportional to what changed. Confined to the source's loop. */
final class ObjectTable {
    private final Map<ResourceKey, List<Claim>> claims = new HashMap<>();
    private final Map<ResourceKey, Resource> told = new HashMap<>();
    private final TreeSet<ResourceKey> touched = new TreeSet<>();
    private final TreeSet<ResourceKey> contested = new TreeSet<>();

    private record Claim(String file, Resource resource, boolean live) {
        /** Live ones before those about to vanish, then by file name. */
        private static final Comparator<Claim> ORDER = Comparator.comparing(Claim::live).reversed().thenComparing(Claim::file);
    }

    /** A file now holds these objects instead of those. */
    @SuppressWarnings("ReferenceEquality") // what was not parsed again is the same instance; to compare ten thousand by value takes milliseconds
    void replace(String file, Map<ResourceKey, Held> before, Map<ResourceKey, Held> after) {
        before.keySet().forEach(key -> {
            if (!after.containsKey(key)) {
                set(file, key, null);
            }
        });
        after.forEach((key, held) -> {
            Held former = before.get(key);
            if (former == null || former.resource() != held.resource() || former.live() != held.live()) {
                set(file, key, held);
            }
        });
    }

    private void set(String file, ResourceKey key, @Nullable Held held) {
        List<Claim> changed = new ArrayList<>(claims.getOrDefault(key, List.of()));
        changed.removeIf(claim -> claim.file.equals(file));
        if (held != null) {
            changed.add(new Claim(file, held.resource(), held.live()));
            changed.sort(Claim.ORDER);
        }
        if (changed.isEmpty()) {
            claims.remove(key);
        } else {
            claims.put(key, List.copyOf(changed));
        }
        if (changed.size() > 1 && changed.get(1).live) {
            contested.add(key);
        } else {
            contested.remove(key);
        }
        touched.add(key);
    }

    /** Something beside the files changed for this object. */
    void touch(ResourceKey key) {
        touched.add(key);
    }

    boolean holds(ResourceKey key) {
        return claims.containsKey(key);
    }

    int size() {
        return told.size();
    }

    /** Objects that several files hold: the files' names, owner first. */
    SortedMap<ResourceKey, List<String>> contested() {
        SortedMap<ResourceKey, List<String>> result = new TreeMap<>();
        contested.forEach(key -> result.put(key,
                Objects.requireNonNull(claims.get(key)).stream().filter(Claim::live).map(Claim::file).toList()));
        return result;
    }

    /** What has to be told now. */
    ResourceBatch flush(UnaryOperator<Resource> completed) {
        List<Resource> upserts = new ArrayList<>();
        List<ResourceKey> deletes = new ArrayList<>();
        for (ResourceKey key : touched) {
            List<Claim> held = claims.get(key);
            if (held == null) {
                if (told.remove(key) != null) {
                    deletes.add(key);
                }
            } else {
                Resource resource = completed.apply(held.getFirst().resource);
                if (!resource.equals(told.put(key, resource))) {
                    upserts.add(resource);
                }
            }
        }
        touched.clear();
        return new ResourceBatch(upserts, deletes);
    }
}
