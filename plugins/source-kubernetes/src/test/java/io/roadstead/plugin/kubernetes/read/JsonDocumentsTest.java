package io.roadstead.plugin.kubernetes.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.json.JsonFactory;

final class JsonDocumentsTest {
    private static final String LIST = """
            {"kind":"NodeList","metadata":{"resourceVersion":"7","continue":""},"items":[
             {"metadata":{"name":"ä","labels":{"a":"1","empty":""},"managedFields":[{"manager":{"deep":[1]}}],
               "annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{}","kept":"x"}},
              "spec":{"n":5,"f":1.5,"big":12345678901234567890,"t":true,"no":false,"nil":null,"list":[[1,"b"],{"c":null}]},
              "status":{"images":[{"names":["x"]}],"conditions":"gone","addresses":[]}},
             {}
            ]}
            """;
    private static final Map<String, Object> FIRST = Map.of("metadata",
            Map.of("name", "ä", "labels", Map.of("a", "1", "empty", ""), "annotations", Map.of("kept", "x")), "status",
            Map.of("addresses", List.of()));

    private final List<Map<String, Object>> items = new ArrayList<>();
    private final List<Map<String, Object>> documents = new ArrayList<>();

    @Test
    void aListIsHandedOutByItsItemsAndTrimmedWhereverItsTextIsCut() {
        byte[] text = LIST.getBytes(StandardCharsets.UTF_8);
        for (int cut = 0; cut <= text.length; cut++) {
            items.clear();
            documents.clear();
            JsonDocuments reader = reader(Kind.NODE);
            feed(reader, Arrays.copyOf(text, cut));
            feed(reader, Arrays.copyOfRange(text, cut, text.length));

            assertThat(items).hasSize(2);
            assertThat(items.getFirst()).containsAllEntriesOf(FIRST);
            assertThat(String.valueOf(items.getFirst().get("spec")))
                    .isEqualTo("{n=5, f=1.5, big=12345678901234567890, t=true, no=false, nil=null, list=[[1, b], {c=null}]}");
            assertThat(items.get(1)).isEmpty();
            assertThat(documents).containsExactly(Map.of("kind", "NodeList", "metadata", Map.of("resourceVersion", "7", "continue", "")));
            assertThat(reader.complete()).isTrue();
        }
    }

    @Test
    void documentsOfAWatchAreTrimmedInTheirObject() {
        JsonDocuments reader = reader(Kind.SECRET);

        feed(reader,
                "{\"type\":\"ADDED\",\"object\":{\"data\":{\"password\":\"cA==\",\"other\":\"eA==\"},\"metadata\":{\"managedFields\":[]}}}\n{\"type\":\"X\"}\n{\"ty");

        assertThat(documents).containsExactly(
                Map.of("type", "ADDED", "object", Map.of("data", Map.of("password", "cA=="), "metadata", Map.of())),
                Map.of("type", "X"));
        assertThat(reader.complete()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "1", "\"a\"", "null", "{]", "{\"a\":}", "nope", "{\"items\":[1]}", "{\"items\":[[{}]]}",
        "{\"items\":[{\"a\":01}]}", "}",
        "{\"a\":\"\u0001\"}", "<html>"})
    void whatIsNoObjectIsMalformed(String text) {
        JsonDocuments reader = reader(Kind.NODE);

        assertThatThrownBy(() -> feed(reader, text + " ")).isInstanceOf(MalformedException.class);
    }

    @Test
    void noBytesBreakItOtherwiseThanAsMalformed() {
        byte[] text = LIST.getBytes(StandardCharsets.UTF_8);
        Random random = new Random(7);
        for (int i = 0; i < 5000; i++) {
            byte[] changed = text.clone();
            for (int n = random.nextInt(1, 4); n > 0; n--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            try {
                feed(reader(Kind.NODE), changed);
            } catch (MalformedException expected) {
                assertThat(expected).hasMessageNotContaining("\n\n");
            }
        }
    }

    private JsonDocuments reader(Kind kind) {
        return new JsonDocuments(new JsonFactory(), Trim.of(kind), new Texts(), new JsonDocuments.Receiver() {
            @Override
            public void item(Map<String, Object> object) {
                items.add(object);
            }

            @Override
            public void document(Map<String, Object> document) {
                documents.add(document);
            }
        });
    }

    private static void feed(JsonDocuments reader, String text) {
        feed(reader, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void feed(JsonDocuments reader, byte[] bytes) {
        reader.feed(ByteBuffer.wrap(bytes));
    }
}
