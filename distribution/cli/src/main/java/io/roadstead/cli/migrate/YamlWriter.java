package io.roadstead.cli.migrate;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Writes trees as YAML that people keep in a repository: block style, the keys in their order, quotes only where a reader of YAML 1.1 or 1.2 could take a text for
 * something else. Pure.
 */
final class YamlWriter {

    private static final int WIDTH = 120;
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z/][A-Za-z0-9_./-]*");
    private static final Set<String> WORDS = Set.of("true", "false", "yes", "no", "on", "off", "y", "n", "null");

    private final StringBuilder text = new StringBuilder();

    private YamlWriter() {
    }

    /**
     * One document.
     *
     * @param comments lines above it
     * @param tree     maps with text keys, collections, texts, numbers, booleans
     */
    record Document(List<String> comments, Map<String, ?> tree) {
        Document {
            comments = List.copyOf(comments);
        }
    }

    /** All documents with {@code ---} between them; empty when there are none. */
    static String write(List<Document> documents) {
        YamlWriter writer = new YamlWriter();
        for (Document document : documents) {
            if (!writer.text.isEmpty()) {
                writer.text.append("---\n");
            }
            document.comments().forEach(writer::comment);
            writer.map(document.tree(), "");
        }
        return writer.text.toString();
    }

    private void comment(String comment) {
        for (String line : wrapped(comment)) {
            text.append("# ").append(line).append('\n');
        }
    }

    private static List<String> wrapped(String comment) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : comment.strip().split("\\s+", -1)) {
            if (!line.isEmpty() && line.length() + word.length() > WIDTH - 3) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    private void map(Map<?, ?> map, String indent) {
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            text.append(indent).append(scalar(String.valueOf(entry.getKey()))).append(':');
            value(entry.getValue(), indent);
        }
    }

    /** Behind a key. */
    private void value(Object value, String indent) {
        if (value instanceof Map<?, ?> map && !map.isEmpty()) {
            text.append('\n');
            map(map, indent + "  ");
        } else if (value instanceof Collection<?> list && !list.isEmpty()) {
            text.append('\n');
            list.forEach(item -> item(item, indent));
        } else {
            text.append(' ').append(flat(value)).append('\n');
        }
    }

    private void item(Object item, String indent) {
        text.append(indent).append("- ");
        if (item instanceof Map<?, ?> map && !map.isEmpty()) {
            String within = indent + "  ";
            int start = text.length();
            map(map, within);
            text.delete(start, start + within.length()); // the first key stands behind the dash
        } else {
            text.append(flat(item)).append('\n');
        }
    }

    private static String flat(Object value) {
        return switch (value) {
            case Map<?, ?> _ -> "{}";
            case Collection<?> _ -> "[]";
            case Number number -> number.toString();
            case Boolean flag -> flag.toString();
            default -> scalar(value.toString());
        };
    }

    private static String scalar(String value) {
        if (PLAIN.matcher(value).matches() && !WORDS.contains(value.toLowerCase(Locale.ROOT))) {
            return value;
        }
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
