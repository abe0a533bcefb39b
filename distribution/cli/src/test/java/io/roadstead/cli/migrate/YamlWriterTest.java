package io.roadstead.cli.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.roadstead.yaml.YamlText;

class YamlWriterTest {

    private static String write(Map<String, ?> tree) {
        return YamlWriter.write(List.of(new YamlWriter.Document(List.of(), tree)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a b", "true", "No", "on", "y", "~", "null", "1", "1e3", "0x10", "10.0.0.1", "10.0.0.0/8", "::1",
        "a:b", "a: b",
        "a #b", "#a", "- a", "[a]", "{a}", "*a", "&a", "!a", "|", ">", "%a", "@a", "`a", "'a'", "\"a\"", "a\\b", " a ", "a\nb", "a\tb",
        "\u00e4",
        "\u2028", "\ufeff", "2026-01-01", ".5", ".inf", "<<", "=", "app.kubernetes.io/name", "---", "...", "12:30:45", "-1", "a-"})
    void everyTextIsReadAsItWas(String text) throws Exception {
        Map<String, Object> tree = Map.of("key", List.of(text, Map.of(text, text)));

        String yaml = write(tree);

        assertThat(YamlText.read(yaml).getFirst().tree()).as(yaml).isEqualTo(tree);
        assertThat(new YAMLMapper().readValue(yaml, Object.class)).as("by a reader of YAML 1.1: %s", yaml).isEqualTo(tree);
    }

    @Test
    void looksAsPeopleWriteIt() {
        Map<String, Object> first = new LinkedHashMap<>();
        first.put("name", "a");
        first.put("peers", List.of(Map.of("address", "10.0.0.1"), 7, List.of()));
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("kind", "Kind");
        tree.put("empty", Map.of());
        tree.put("flag", true);
        tree.put("list", List.of(first, "text"));

        assertThat(YamlWriter.write(List.of(new YamlWriter.Document(List.of("a  comment", "word ".repeat(30)), tree),
                new YamlWriter.Document(List.of(), Map.of("a", 1L))))).isEqualTo("""
                        # a comment
                        # word word word word word word word word word word word word word word word word word word word word word word word
                        # word word word word word word word
                        kind: Kind
                        empty: {}
                        flag: true
                        list:
                        - name: a
                          peers:
                          - address: "10.0.0.1"
                          - 7
                          - []
                        - text
                        ---
                        a: 1
                        """);
    }
}
