package io.roadstead.kernel.mesh.schema;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON as Go's {@code encoding/json} does: names of fields in any case, unknown ones passed over, null and absent mean the zero value, another type refuses
 * the value. Stands on one value at a time; each method but {@link #present} takes it whole.
 */
final class JsonInput {

    private static final int MAX_DEPTH = 100;

    /** Names are not kept: those of maps are addresses, without end and of others' choice. */
    private static final JsonFactory JSON = new JsonFactoryBuilder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();

    private final JsonParser parser;

    private JsonInput(JsonParser parser) {
        this.parser = parser;
    }

    /** Takes one field's value. */
    interface Fields {
        /** Is given the name in lower case, and calls exactly one method of the input for its value. */
        void take(String name, JsonInput in) throws IOException, RefusedValueException;
    }

    /** Takes one value. */
    interface Item<T extends @Nullable Object> {
        T take(JsonInput in) throws IOException, RefusedValueException;
    }

    /** Reads a whole value, which is an object. */
    static void read(byte[] value, Fields fields) throws RefusedValueException {
        Sizes.require(value);
        // Octets that are not UTF-8 become U+FFFD, as in Go.
        try (JsonParser parser = JSON.createParser(new String(value, StandardCharsets.UTF_8))) {
            if (parser.nextToken() == null) {
                throw new RefusedValueException("is empty");
            }
            new JsonInput(parser).object(fields);
            if (parser.nextToken() != null) {
                throw new RefusedValueException("has something behind its end");
            }
        } catch (IOException notJson) {
            throw new RefusedValueException("is not JSON that can be read", notJson);
        }
    }

    /** The fields of an object. */
    void object(Fields fields) throws IOException, RefusedValueException {
        if (begins(JsonToken.START_OBJECT, "an object")) {
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                parser.nextToken();
                fields.take(name.toLowerCase(Locale.ROOT), this);
            }
        }
    }

    /** An object whose names are data; a name that comes twice counts as written last. */
    <T extends @Nullable Object> Map<String, T> map(Item<T> item) throws IOException, RefusedValueException {
        Map<String, T> map = new LinkedHashMap<>();
        if (begins(JsonToken.START_OBJECT, "an object")) {
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                parser.nextToken();
                map.put(name, item.take(this));
            }
        }
        return map;
    }

    Map<String, String> texts() throws IOException, RefusedValueException {
        return map(JsonInput::text);
    }

    <T> List<T> list(Item<? extends @Nullable T> item) throws IOException, RefusedValueException {
        List<T> list = new ArrayList<>();
        if (begins(JsonToken.START_ARRAY, "an array")) {
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                T taken = item.take(this);
                if (taken != null) {
                    list.add(taken);
                }
            }
        }
        return list;
    }

    String text() throws IOException, RefusedValueException {
        return begins(JsonToken.VALUE_STRING, "text") ? parser.getText() : "";
    }

    boolean flag() throws RefusedValueException {
        return switch (parser.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE, VALUE_NULL -> false;
            default -> throw wrongType("true or false");
        };
    }

    /** A whole number that is not negative. */
    long number(long most) throws IOException, RefusedValueException {
        if (!begins(JsonToken.VALUE_NUMBER_INT, "a whole number")) {
            return 0;
        }
        long value = parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER ? -1 : parser.getLongValue();
        if (value < 0 || value > most) {
            throw new RefusedValueException(
                    "has " + Quoted.text(parser.getText()) + " where a number of 0 to " + most + " belongs" + place());
        }
        return value;
    }

    int number(int most) throws IOException, RefusedValueException {
        return (int) number((long) most);
    }

    void skip() throws IOException {
        parser.skipChildren();
    }

    /** Whether there is a value other than null. */
    boolean present() {
        return parser.currentToken() != JsonToken.VALUE_NULL;
    }

    /** Whether the value is text. */
    boolean isText() {
        return parser.currentToken() == JsonToken.VALUE_STRING;
    }

    /** False for null. */
    private boolean begins(JsonToken wanted, String type) throws RefusedValueException {
        if (parser.currentToken() == wanted) {
            return true;
        }
        if (present()) {
            throw wrongType(type);
        }
        return false;
    }

    private RefusedValueException wrongType(String wanted) {
        return new RefusedValueException("does not have " + wanted + place());
    }

    private String place() {
        String pointer = parser.getParsingContext().pathAsPointer().toString();
        return pointer.isEmpty() ? "" : " at " + Quoted.text(pointer);
    }
}
