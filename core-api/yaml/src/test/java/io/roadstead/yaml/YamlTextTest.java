package io.roadstead.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.roadstead.yaml.YamlText.Document;
import io.roadstead.yaml.YamlText.SyntaxException;

final class YamlTextTest {

    private static Object tree(String text) throws SyntaxException {
        return YamlText.read(text).getFirst().tree();
    }

    @Test
    void scalarsHaveTheTypesOfYaml12() throws SyntaxException {
        assertThat(tree("[1, -2, 0x10, 0o10, 1.5, true, yes, null, ~, '1', !!str 2, 65001:1, 1e3, 99999999999999999999]"))
                .isEqualTo(Arrays.asList(1L, -2L,
                        16L, 8L, 1.5, true, "yes", null, null, "1", "2", "65001:1", 1000.0, 1e20));
        assertThat(tree("{80: x, true: y}")).isEqualTo(Map.of("80", "x", "true", "y"));
    }

    @Test
    void aliasesAndMergeKeysAreFollowed() throws SyntaxException {
        assertThat(tree("base: &b {x: 1, y: 2}\nc: {<<: *b, y: 3}\nd: *b\n")).isEqualTo(Map.of("base", Map.of("x", 1L, "y", 2L), "c",
                Map.of("y", 3L, "x", 1L), "d", Map.of("x", 1L, "y", 2L)));
    }

    @Test
    void aBombOfAliasesIsRefused() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 12; i++) {
            bomb.append("a").append(i).append(": &a").append(i).append(" [").append(("*a" + (i - 1) + ",").repeat(9)).append("*a")
                    .append(i - 1).append("]\n");
        }
        assertThatThrownBy(() -> YamlText.read(bomb.toString())).isInstanceOf(SyntaxException.class)
                .hasMessageContaining("more than 2000000 nodes");
    }

    @Test
    void whatContainsItselfOrNestsTooDeepIsRefused() {
        assertThatThrownBy(() -> YamlText.read("a: &a [*a]\n")).isInstanceOf(SyntaxException.class).hasMessageContaining("nested");
        assertThatThrownBy(() -> YamlText.read("[".repeat(100) + "]".repeat(100))).isInstanceOf(SyntaxException.class)
                .hasMessageContaining("nested");
        assertThatThrownBy(() -> YamlText.read("[".repeat(200_000))).isInstanceOf(SyntaxException.class);
        assertThatThrownBy(() -> YamlText.read("{a: *nowhere}")).isInstanceOf(SyntaxException.class);
    }

    @Test
    void fieldsAreFoundByTheirLines() throws SyntaxException {
        Document document = YamlText.read("""
                metadata:
                  labels:
                    app.kubernetes.io/name: web
                spec:
                  peers:
                  - name: a
                  - name: b
                    port:
                      number: 0
                """).getFirst();

        assertThat(List
                .of("", "metadata.labels.app.kubernetes.io/name", "spec.peers[1].port.number", "spec.peers[1].missing", "spec.peers[7]",
                        "spec.other[")
                .stream().map(document::lineOf)).containsExactly(0, 2, 8, 6, 4, 3);
    }

    @Test
    void errorsHaveALineAndOneLineOfText() {
        assertThatThrownBy(() -> YamlText.read("a: b\nc: [d\ne: f\n")).isInstanceOfSatisfying(SyntaxException.class, e -> {
            assertThat(e.line()).isEqualTo(2);
            assertThat(e.problem()).doesNotContain("\n");
        });
    }

    @Test
    void onlyBracketsMarkTheEndOfADocument() throws SyntaxException {
        assertThat(YamlText.read("{a: b}").getFirst().openEnded()).isFalse();
        assertThat(YamlText.read("a: {b: c}\n").getFirst().openEnded()).isTrue();
    }
}
