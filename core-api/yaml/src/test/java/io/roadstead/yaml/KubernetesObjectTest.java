package io.roadstead.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.roadstead.yaml.YamlText.SyntaxException;

final class KubernetesObjectTest {

    private static List<KubernetesObject> objects(String text) throws SyntaxException {
        return YamlText.read(text).stream().flatMap(document -> KubernetesObject.allOf(document).stream()).toList();
    }

    @Test
    void listsAreUnfoldedAndElementsTakeTheirTypeFromThem() throws SyntaxException {
        List<KubernetesObject> objects = objects("""
                kind: List
                apiVersion: v1
                items:
                - kind: ServiceList
                  apiVersion: v1
                  items:
                  - metadata:
                      name: a
                - kind: Node
                  apiVersion: v1
                ---
                kind: Pod
                """);

        assertThat(objects).extracting(KubernetesObject::tree).containsExactly(
                Map.of("kind", "Service", "apiVersion", "v1", "metadata", Map.of("name", "a")), Map.of("kind", "Node", "apiVersion", "v1"),
                Map.of("kind", "Pod"));
        assertThat(objects.getFirst().lineOf("metadata.name")).isEqualTo(7);
        assertThat(objects.get(1).line()).isEqualTo(8);
        assertThat(objects.get(1).lineOf("metadata.name")).isEqualTo(8);
        assertThat(objects.getLast().lineOf("kind")).isEqualTo(11);
    }

    @Test
    void whatIsNoObjectIsSaidWithItsLine() throws SyntaxException {
        List<KubernetesObject> objects = objects("""
                just text
                ---
                kind: List
                items:
                - 7
                """);

        assertThat(objects).extracting(KubernetesObject::tree).containsOnlyNulls();
        assertThat(objects).extracting(KubernetesObject::remedy).containsExactly("begin it with apiVersion, kind and metadata",
                "remove it");
        assertThat(objects).extracting(KubernetesObject::line).containsExactly(0, 4);
    }

    @Test
    void bytesThatAreNoTextAreRefusedWithTheirLine() throws SyntaxException {
        byte[] binary = "a: 1\nb: \u00ff".getBytes(StandardCharsets.ISO_8859_1);

        assertThatThrownBy(() -> YamlText.decode(binary)).isInstanceOfSatisfying(SyntaxException.class,
                refused -> assertThat(refused.line()).isEqualTo(1)).hasMessage("is not UTF-8 text");
        assertThat(YamlText.decode("\ufeffa: ä".getBytes(StandardCharsets.UTF_8))).isEqualTo("a: ä");
    }
}
