package io.roadstead.kernel.route;

import java.util.AbstractMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/** A node's labels that tell which of them are looked at; an empty key stands for all of them. */
final class ReadLabels extends AbstractMap<String, String> {

    static final String ALL = "";

    private final Map<String, String> labels;
    private final Consumer<String> read;

    ReadLabels(Map<String, String> labels, Consumer<String> read) {
        this.labels = labels;
        this.read = read;
    }

    @Override
    public @Nullable String get(@Nullable Object key) {
        return key instanceof String name ? look(name) : null;
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return key instanceof String name && look(name) != null;
    }

    private @Nullable String look(String key) {
        read.accept(key);
        return labels.get(key);
    }

    @Override
    public Set<Entry<String, String>> entrySet() {
        read.accept(ALL);
        return labels.entrySet();
    }
}
