package io.roadstead.plugin.manifests;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.source.ResourceDecoder.Fault;

/** What one object in a text came to. Lines count from the text's first, which is zero. */
sealed interface Item {

    /** An object. */
    record Good(Resource resource, int line) implements Item {
    }

    /** A refused one; the key is null when not even its name could be read. There is one line per fault. */
    record Bad(@Nullable ResourceKey key, List<Fault> faults, List<Integer> lines) implements Item {
        public Bad {
            faults = List.copyOf(faults);
            lines = List.copyOf(lines);
        }
    }

    /** An object of a kind that is not read. */
    record Ignored(String kind) implements Item {
    }
}
