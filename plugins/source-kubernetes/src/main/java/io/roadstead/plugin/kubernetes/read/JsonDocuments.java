package io.roadstead.plugin.kubernetes.read;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.async.ByteBufferFeeder;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads JSON documents, one after the other, from a text that arrives in pieces, and hands out each object as soon as it is complete: a list of thousands is
 * never held. Elements of the field {@code items} of a document are handed out one by one and do not appear in it. Confined to one thread.
 */
final class JsonDocuments {
    private static final String ITEMS = "items";
    private static final String OBJECT = "object";

    private final JsonParser parser;
    private final ByteBufferFeeder feeder;
    private final Trim trim;
    private final Texts texts;
    private final Receiver receiver;
    private final Deque<Frame> open = new ArrayDeque<>();
    private @Nullable String field;
    private int skipping;

    /** Who is told. */
    interface Receiver {
        /** An element of {@code items}. */
        void item(Map<String, Object> object);

        /** A document, in a list without its items. */
        void document(Map<String, Object> document);
    }

    private record Frame(@Nullable Map<String, Object> map, @Nullable List<Object> list, @Nullable String field, Trim trim, boolean items) {
    }

    /** @param trim what is left out of the objects in {@code items}, and of the one in the field {@code object} of a document */
    JsonDocuments(JsonFactory factory, Trim trim, Texts texts, Receiver receiver) {
        this.parser = factory.createNonBlockingByteBufferParser(ObjectReadContext.empty());
        this.feeder = (ByteBufferFeeder) parser.nonBlockingInputFeeder();
        this.trim = trim;
        this.texts = texts;
        this.receiver = receiver;
    }

    /**
     * Takes the next bytes.
     *
     * @throws MalformedException when this is not JSON, or no document of it is an object
     */
    void feed(ByteBuffer bytes) {
        try {
            feeder.feedInput(bytes);
            for (JsonToken token = parser.nextToken(); token != JsonToken.NOT_AVAILABLE; token = parser.nextToken()) {
                take(token);
            }
        } catch (JacksonException malformed) {
            throw new MalformedException("the answer is not JSON"); // its own words quote the text, which may be a Secret's
        }
    }

    /** Whether the text ends between documents. */
    boolean complete() {
        return open.isEmpty() && skipping == 0;
    }

    private void take(JsonToken token) {
        if (skipping > 0) {
            skipping += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            return;
        }
        switch (token) {
            case PROPERTY_NAME -> field = parser.currentName();
            case START_OBJECT -> enter(new LinkedHashMap<>(), null);
            case START_ARRAY -> enter(null, new ArrayList<>());
            case END_OBJECT, END_ARRAY -> leave();
            case VALUE_STRING -> value(texts.shared(parser.getString()));
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> value(parser.getNumberValue());
            case VALUE_TRUE -> value(true);
            case VALUE_FALSE -> value(false);
            case VALUE_NULL -> value(null);
            default -> throw new MalformedException("unexpected " + token);
        }
    }

    private void enter(@Nullable Map<String, Object> map, @Nullable List<Object> list) {
        Frame outer = open.peek();
        if ((outer == null || outer.items) && map == null) {
            throw new MalformedException("a document or an item is no object");
        }
        Trim below = outer == null ? Trim.NOTHING : trim(outer);
        if (below.equals(Trim.DROP)) {
            skipping = 1;
            field = null;
            return;
        }
        boolean items = list != null && open.size() == 1 && ITEMS.equals(field);
        open.push(new Frame(map, list, field, below, items));
        field = null;
    }

    private Trim trim(Frame outer) {
        if (outer.items || open.size() == 1 && OBJECT.equals(field)) {
            return trim;
        }
        return field == null ? outer.trim : outer.trim.at(field);
    }

    private void leave() {
        Frame closed = open.pop();
        Frame outer = open.peek();
        if (closed.items) {
            return;
        }
        Map<String, Object> map = closed.map;
        if (map != null && outer == null) {
            receiver.document(map);
        } else if (map != null && outer != null && outer.items) {
            receiver.item(map);
        } else if (outer != null) {
            field = closed.field;
            put(outer, map != null ? map : closed.list);
        }
    }

    private void value(@Nullable Object value) {
        Frame outer = open.peek();
        if (outer == null || outer.items) {
            throw new MalformedException("a document or an item is no object");
        }
        if (field == null || !outer.trim.at(field).equals(Trim.DROP)) {
            put(outer, value);
        }
        field = null;
    }

    private void put(Frame outer, @Nullable Object value) {
        if (outer.map != null && field != null) {
            outer.map.put(field, value);
        } else if (outer.list != null) {
            outer.list.add(value);
        }
        field = null;
    }
}
