package io.roadstead.plugin.manifests;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.roadstead.plugin.manifests.ManifestReader.Reading;
import io.roadstead.plugin.manifests.ManifestReader.Tail;
import io.roadstead.yaml.YamlText;
import io.roadstead.yaml.YamlText.SyntaxException;

/**
 * A file's content, cut at its {@code ---} lines. A new content takes over the parts that have not changed, so that a change of one object among ten thousand
 * costs the parsing of one. Immutable.
 */
final class ManifestText {
    static final ManifestText EMPTY = new ManifestText(new byte[0], List.of(), null);

    private final byte[] bytes;
    private final List<Part> parts;
    /** Of the last document of the last part; null when that has none. */
    private final @Nullable Tail last;

    private ManifestText(byte[] bytes, List<Part> parts, @Nullable Tail last) {
        this.bytes = bytes;
        this.parts = parts;
        this.last = last;
    }

    /**
     * From one {@code ---} to the next, usually one document.
     *
     * @param start first byte
     * @param end   behind the last byte
     * @param lines how many line ends are in it
     */
    private record Part(int start, int end, int lines, List<Item> items) {
        Part at(int newStart) {
            return newStart == start ? this : new Part(newStart, newStart + end - start, lines, items);
        }
    }

    /** Something that is told every object, in the order of the text. */
    interface Visitor {
        /**
         * @param firstLine line of the file, counted from one, that the item's lines are relative to
         * @param last      whether no other follows
         */
        void visit(Item item, int firstLine, boolean last);
    }

    boolean sameBytes(byte[] other) {
        return Arrays.equals(bytes, other);
    }

    void forEach(Visitor visitor) {
        int line = 1;
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            List<Item> items = part.items;
            for (int j = 0; j < items.size(); j++) {
                visitor.visit(items.get(j), line, i == parts.size() - 1 && j == items.size() - 1);
            }
            line += part.lines;
        }
    }

    /** The last object of the text; null when there is none. */
    private @Nullable Item lastItem() {
        List<Item> items = parts.isEmpty() ? List.of() : parts.getLast().items;
        return items.isEmpty() ? null : items.getLast();
    }

    /**
     * Whether the last document may be the first half of itself, because a writer is still at work: its end is not marked by anything, and the line is not
     * finished or something that was in it before is missing.
     */
    boolean tailInDoubt(ManifestText before) {
        if (last == null || !last.openEnded()) {
            return false;
        }
        Tail former = before.last;
        boolean lostSome = former != null && lastItem() instanceof Item.Good now && before.lastItem() instanceof Item.Good then
                && now.resource().key().equals(then.resource().key()) && TreeLoss.lost(former.tree(), last.tree());
        return bytes[bytes.length - 1] != '\n' || lostSome;
    }

    /** Whether a first half of the last document could be well-formed. */
    boolean tailOpen() {
        return last != null && last.openEnded();
    }

    /** Reads a new content with what is known of this one. */
    ManifestText next(byte[] content, ManifestReader reader) throws SyntaxException {
        int head = 0;
        while (head < parts.size() && keepsPlace(parts.get(head), content, 0)) {
            head++;
        }
        int shift = content.length - bytes.length;
        int tail = parts.size();
        int from = head == 0 ? 0 : parts.get(head - 1).end;
        while (tail > head && parts.get(tail - 1).start + shift >= from && keepsPlace(parts.get(tail - 1), content, shift)) {
            tail--;
        }
        int to = tail == parts.size() ? content.length : parts.get(tail).start + shift;
        List<Part> result = new ArrayList<>(parts.subList(0, head));
        int line = result.stream().mapToInt(Part::lines).sum();
        Reading fresh = null;
        for (int start = from; start < to;) {
            int end = endOfPart(content, start, to);
            int lines = countLines(content, start, end);
            try {
                fresh = reader.read(YamlText.decode(content, start, end));
                result.add(new Part(start, end, lines, fresh.items()));
            } catch (SyntaxException e) {
                throw e.below(line);
            }
            line += lines;
            start = end;
        }
        parts.subList(tail, parts.size()).forEach(part -> result.add(part.at(part.start + shift)));
        boolean sameLast = !parts.isEmpty() && (tail < parts.size() || fresh == null && head == parts.size());
        Tail newLast = sameLast ? last : fresh != null ? fresh.last() : result.isEmpty() ? null : tail(result.getLast(), content, reader);
        return new ManifestText(content, List.copyOf(result), newLast);
    }

    /** Of a part that was not the last one before: its objects are known, the end of its text is not. */
    private static @Nullable Tail tail(Part part, byte[] content, ManifestReader reader) throws SyntaxException {
        return reader.read(YamlText.decode(content, part.start, part.end)).last();
    }

    private boolean keepsPlace(Part part, byte[] content, int shift) {
        int start = part.start + shift;
        int end = part.end + shift;
        return start >= 0 && end <= content.length
                && (start == 0 ? part.start == 0 : separatorAt(content, start) && separatorAt(bytes, part.start))
                && (end == content.length || separatorAt(content, end))
                && Arrays.equals(bytes, part.start, part.end, content, start, end);
    }

    private static int endOfPart(byte[] content, int start, int limit) {
        boolean directive = false; // what belongs to the document behind the next separator
        for (int lineStart = start; lineStart < limit;) {
            byte first = content[lineStart];
            if (lineStart > start && separatorAt(content, lineStart) && !directive) {
                return lineStart;
            }
            directive = first == '%' || directive && (first == '#' || first == '\n' || first == '\r');
            int next = lineStart;
            while (next < limit && content[next] != '\n') {
                next++;
            }
            lineStart = next + 1;
        }
        return limit;
    }

    /** YAML 1.2 §9.1.2: three dashes at the start of a line with white space behind them mark a document wherever they stand. */
    private static boolean separatorAt(byte[] content, int index) {
        return index + 3 <= content.length && content[index] == '-' && content[index + 1] == '-' && content[index + 2] == '-'
                && (index + 3 == content.length || content[index + 3] <= ' ' && content[index + 3] >= 0)
                && (index == 0 || content[index - 1] == '\n');
    }

    private static int countLines(byte[] content, int start, int end) {
        int lines = 0;
        for (int i = start; i < end; i++) {
            if (content[i] == '\n') {
                lines++;
            }
        }
        return lines;
    }
}
