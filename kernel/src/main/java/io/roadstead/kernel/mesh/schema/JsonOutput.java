package io.roadstead.kernel.mesh.schema;

import java.io.IOException;
import java.io.Serial;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import org.jspecify.annotations.Nullable;

/** Writes JSON as Go's {@code encoding/json} does: compact, names of maps sorted, and escaped so that it may stand in HTML. */
final class JsonOutput {

    private static final JsonFactory JSON = new JsonFactoryBuilder().disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
            .characterEscapes(new HtmlEscapes()).build();

    private final JsonGenerator generator;

    private JsonOutput(JsonGenerator generator) {
        this.generator = generator;
    }

    /** Writes what belongs between two braces. */
    interface Body {
        void write(JsonOutput out) throws IOException;
    }

    /** Writes one value. */
    interface Item<T> {
        void write(JsonOutput out, T item) throws IOException;
    }

    static byte[] write(Body body) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = JSON.createGenerator(text)) {
            new JsonOutput(generator).object(body);
        } catch (IOException impossible) { // memory takes everything
            throw new UncheckedIOException(impossible);
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    void object(Body body) throws IOException {
        generator.writeStartObject();
        body.write(this);
        generator.writeEndObject();
    }

    JsonOutput name(String name) throws IOException {
        generator.writeFieldName(name);
        return this;
    }

    JsonOutput text(String name, String value) throws IOException {
        generator.writeStringField(name, value);
        return this;
    }

    /** Not written when empty. */
    JsonOutput textIfAny(String name, String value) throws IOException {
        return value.isEmpty() ? this : text(name, value);
    }

    JsonOutput number(String name, int value) throws IOException {
        generator.writeNumberField(name, value);
        return this;
    }

    JsonOutput flag(String name, boolean value) throws IOException {
        generator.writeBooleanField(name, value);
        return this;
    }

    void nothing() throws IOException {
        generator.writeNull();
    }

    void text(String value) throws IOException {
        generator.writeString(value);
    }

    <T> void list(Collection<T> items, Item<? super T> item) throws IOException {
        generator.writeStartArray();
        for (T each : items) {
            item.write(this, each);
        }
        generator.writeEndArray();
    }

    <T> void map(Map<String, T> map, Item<? super T> item) throws IOException {
        generator.writeStartObject();
        for (Map.Entry<String, T> each : new TreeMap<>(map).entrySet()) {
            item.write(name(each.getKey()), each.getValue());
        }
        generator.writeEndObject();
    }

    /** Beside JSON's own: {@code < > &}, and the two line ends that JavaScript knows and JSON does not. */
    private static final class HtmlEscapes extends CharacterEscapes {
        @Serial
        private static final long serialVersionUID = 1;

        @Override
        public int[] getEscapeCodesForAscii() {
            int[] codes = standardAsciiEscapesForJSON();
            codes['<'] = ESCAPE_STANDARD;
            codes['>'] = ESCAPE_STANDARD;
            codes['&'] = ESCAPE_STANDARD;
            return codes;
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int character) {
            return switch (character) {
                case '\u2028' -> new SerializedString("\\u2028");
                case '\u2029' -> new SerializedString("\\u2029");
                default -> null;
            };
        }
    }
}
