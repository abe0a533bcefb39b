package io.roadstead.api.view;

import java.util.List;

/** The effective configuration, keys in order, secrets masked. */
public record ConfigView(List<Entry> entries) {
    public ConfigView {
        entries = List.copyOf(entries);
    }

    /**
     * One key.
     *
     * @param path   full, {@code roadstead.node.name}
     * @param value  rendered as HOCON
     * @param origin file and line, or where a default comes from
     */
    public record Entry(String path, String value, String origin) {
    }
}
