package io.roadstead.yaml;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads YAML 1.2 (hence JSON) into plain trees: maps with string keys, lists, strings, {@code Long}, {@code Double}, {@code Boolean}, null. Knows where in the
 * text each field stands. Bounded in depth and size, whatever the aliases say. Pure; any thread.
 */
public final class YamlText {
    /** Nodes of one document after its aliases were followed: a cluster's largest list fits, a "billion laughs" does not. */
    static final int MAX_NODES = 2_000_000;
    /** Kubernetes objects nest about ten deep. */
    static final int MAX_DEPTH = 64;

    private static final LoadSettings SETTINGS =
            LoadSettings.builder().setSchema(new SharedCoreSchema()).setCodePointLimit(Integer.MAX_VALUE)
                    .setMaxAliasesForCollections(Integer.MAX_VALUE) // bounded by what they expand to
                    .build();

    private YamlText() {
    }

    /** Makes its resolver once, not for every document: that costs as much as a small document. */
    private static final class SharedCoreSchema extends CoreSchema {
        private final ScalarResolver resolver = super.getScalarResolver();

        @Override
        public ScalarResolver getScalarResolver() {
            return resolver;
        }
    }

    /** One document that is not empty. */
    public static final class Document {
        private final Node root;
        private final Object tree;

        private Document(Node root, Object tree) {
            this.root = root;
            this.tree = tree;
        }

        /** Its content. */
        public Object tree() {
            return tree;
        }

        /**
         * Line of a field, counted from zero; of the nearest parent that is there when it is missing.
         *
         * @param path like {@code spec.peers[0].name}; keys may contain dots
         */
        public int lineOf(String path) {
            return line(find(root, path));
        }

        /** Whether the text's end, and not a bracket, ends it: then a text cut short may still be well-formed. */
        public boolean openEnded() {
            return !(root instanceof MappingNode mapping) || mapping.getFlowStyle() != FlowStyle.FLOW;
        }
    }

    /** What is wrong with a text. */
    public static final class SyntaxException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String problem;
        private final int line;

        /** @param line counted from zero */
        public SyntaxException(String problem, int line) {
            super(problem);
            this.problem = problem;
            this.line = line;
        }

        /** Counted from zero. */
        public int line() {
            return line;
        }

        /** The same where that many lines stand above the text. */
        public SyntaxException below(int lines) {
            return new SyntaxException(problem, line + lines);
        }

        /** One line. */
        public String problem() {
            return problem;
        }
    }

    /** All documents of the text but the empty ones. */
    public static List<Document> read(String text) throws SyntaxException {
        List<Document> documents = new ArrayList<>();
        try {
            for (Node root : new Compose(SETTINGS).composeAllFromString(text)) {
                Object tree = new TreeBuilder().build(root, 0);
                if (tree != null) {
                    documents.add(new Document(root, tree));
                }
            }
        } catch (MarkedYamlEngineException e) {
            String problem = e.getContext() == null ? e.getProblem() : e.getContext() + ", " + e.getProblem();
            throw new SyntaxException(oneLine(problem), e.getProblemMark().map(Mark::getLine).orElse(0));
        } catch (ReaderException e) {
            String before = text.substring(0, Math.clamp(e.getPosition(), 0, text.length()));
            throw new SyntaxException("a character that YAML does not allow, U+" + String.format("%04X", e.getCodePoint()),
                    newLines(before));
        } catch (YamlEngineException e) {
            throw new SyntaxException(oneLine(String.valueOf(e.getMessage())), 0);
        } catch (StackOverflowError e) { // the composer recurses, and has no limit of its own
            throw new SyntaxException("nested too deeply", 0);
        }
        return documents;
    }

    /** The text of these bytes, without its byte order mark. */
    public static String decode(byte[] bytes) throws SyntaxException {
        return decode(bytes, 0, bytes.length);
    }

    /**
     * The text of some of these bytes.
     *
     * @param end behind the last one
     * @throws SyntaxException when they are not UTF-8, with the line counted from {@code start}
     */
    public static String decode(byte[] bytes, int start, int end) throws SyntaxException {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT);
        ByteBuffer input = ByteBuffer.wrap(bytes, start, end - start);
        try {
            String text = decoder.decode(input).toString();
            return start == 0 && text.startsWith("\ufeff") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            int line = 0;
            for (int i = start; i < input.position(); i++) {
                line += bytes[i] == '\n' ? 1 : 0;
            }
            throw new SyntaxException("is not UTF-8 text", line);
        }
    }

    private static int newLines(String text) {
        return (int) text.chars().filter(c -> c == '\n').count();
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s+", " ");
    }

    private static int line(Node node) {
        return node.getStartMark().map(Mark::getLine).orElse(0);
    }

    private static Node find(Node node, String path) {
        if (path.isEmpty()) {
            return node;
        }
        if (node instanceof SequenceNode sequence && path.startsWith("[")) {
            int end = path.indexOf(']');
            int index = end > 1 && path.substring(1, end).chars().allMatch(c -> c >= '0' && c <= '9') && end < 9
                    ? Integer.parseInt(path, 1, end, 10)
                    : -1;
            return index >= 0 && index < sequence.getValue().size() ? find(sequence.getValue().get(index), rest(path, end + 1)) : node;
        }
        if (node instanceof MappingNode mapping) {
            NodeTuple best = null;
            int length = -1;
            for (NodeTuple tuple : mapping.getValue()) {
                String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
                boolean leads = path.startsWith(key) && (path.length() == key.length() || ".[".indexOf(path.charAt(key.length())) >= 0);
                if (leads && key.length() > length) {
                    best = tuple;
                    length = key.length();
                }
            }
            if (best != null) {
                Node found = find(best.getValueNode(), rest(path, length));
                // A value may begin below its key: the key is where its owner looks.
                return found.equals(best.getValueNode()) ? best.getKeyNode() : found;
            }
        }
        return node;
    }

    private static String rest(String path, int from) {
        return path.startsWith(".", from) ? path.substring(from + 1) : path.substring(from);
    }

    /** Follows aliases by copying, which the budget bounds; depth bounds those that contain themselves. */
    private static final class TreeBuilder {
        private int nodes;

        @Nullable
        Object build(Node node, int depth) throws SyntaxException {
            if (++nodes > MAX_NODES) {
                throw new SyntaxException("the document has more than " + MAX_NODES + " nodes after its aliases are followed", line(node));
            }
            if (depth > MAX_DEPTH) {
                throw new SyntaxException("nested more than " + MAX_DEPTH + " deep", line(node));
            }
            return switch (node) {
                case ScalarNode scalar -> scalar(scalar);
                case SequenceNode sequence -> {
                    expectTag(node, Tag.SEQ);
                    List<@Nullable Object> list = new ArrayList<>(sequence.getValue().size());
                    for (Node item : sequence.getValue()) {
                        list.add(build(item, depth + 1));
                    }
                    yield list;
                }
                case MappingNode mapping -> {
                    expectTag(node, Tag.MAP);
                    yield map(mapping, depth);
                }
                default -> throw new SyntaxException("an alias without its anchor", line(node));
            };
        }

        private Map<String, @Nullable Object> map(MappingNode mapping, int depth) throws SyntaxException {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            Map<String, @Nullable Object> merged = new HashMap<>();
            for (NodeTuple tuple : mapping.getValue()) {
                if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                    throw new SyntaxException("a key that is not a scalar", line(tuple.getKeyNode()));
                }
                Object value = build(tuple.getValueNode(), depth + 1);
                if (key.isPlain() && key.getValue().equals("<<")) { // YAML 1.1, and what kubectl reads
                    merge(merged, value, key);
                } else if (map.containsKey(key.getValue())) {
                    throw new SyntaxException("the key '" + key.getValue() + "' stands there twice", line(key));
                } else {
                    map.put(key.getValue(), value);
                }
            }
            merged.forEach(map::putIfAbsent);
            return map;
        }

        private static void merge(Map<String, @Nullable Object> into, @Nullable Object value, Node at) throws SyntaxException {
            for (Object source : value instanceof List<?> list ? list : List.of(value == null ? "" : value)) {
                if (!(source instanceof Map<?, ?> map)) {
                    throw new SyntaxException("'<<' takes a mapping or a list of mappings", line(at));
                }
                map.forEach((key, inherited) -> into.putIfAbsent((String) key, inherited));
            }
        }

        private static void expectTag(Node node, Tag tag) throws SyntaxException {
            if (!node.getTag().equals(tag)) {
                throw new SyntaxException("the tag " + node.getTag().getValue() + " is not known here", line(node));
            }
        }

        private static @Nullable Object scalar(ScalarNode node) throws SyntaxException {
            Tag tag = node.getTag();
            String text = node.getValue();
            try {
                if (tag.equals(Tag.STR)) {
                    return text;
                } else if (tag.equals(Tag.INT)) {
                    return integer(text);
                } else if (tag.equals(Tag.BOOL)) {
                    return Boolean.parseBoolean(text);
                } else if (tag.equals(Tag.NULL)) {
                    return null;
                } else if (tag.equals(Tag.FLOAT)) {
                    return decimal(text);
                }
            } catch (NumberFormatException e) { // only an explicit tag gets here: the schema resolves by form
                throw new SyntaxException("'" + text + "' is not of the type " + tag.getValue(), line(node));
            }
            throw new SyntaxException("the tag " + tag.getValue() + " is not known here", line(node));
        }

        private static Object integer(String text) {
            if (text.startsWith("0x") || text.startsWith("0o")) {
                return Long.parseLong(text.substring(2), text.charAt(1) == 'x' ? 16 : 8);
            }
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException ignored) { // beyond 64 bits: out of every range that a field has, and a Double shows that
                return Double.parseDouble(text);
            }
        }

        private static Double decimal(String text) {
            return switch (text.toLowerCase(Locale.ROOT)) {
                case ".inf", "+.inf" -> Double.POSITIVE_INFINITY;
                case "-.inf" -> Double.NEGATIVE_INFINITY;
                case ".nan" -> Double.NaN;
                default -> Double.parseDouble(text);
            };
        }
    }
}
