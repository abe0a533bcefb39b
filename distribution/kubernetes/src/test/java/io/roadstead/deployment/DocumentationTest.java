package io.roadstead.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

/** That the newcomer's page speaks of what is there, and of all of it. Its resources are applied by {@link DefinitionsTest}. */
class DocumentationTest {

    private static final Pattern PATH = Pattern.compile("(?<![\\w/])(?:\\.\\./)?(distribution/[\\w./-]*\\w)");

    private final String page = Project.text(Project.root().resolve("docs/kubernetes.md"));

    @Test
    void everyOverlayAndComponentIsDescribed() {
        assertThat(Stream.concat(Overlays.all(), Stream.of("listen", "kube-system-secrets", "pod-monitor").map(Overlays::component)))
                .allMatch(Files::isDirectory).allSatisfy(directory -> assertThat(page).contains("`" + directory.getFileName() + "`"));
        assertThat(Overlays.components().stream().map(component -> component.getFileName().toString()))
                .containsExactlyInAnyOrder("listen", "kube-system-secrets", "pod-monitor", "datapath", "mesh", "controller");
    }

    @Test
    void pathsExist() {
        assertThat(PATH.matcher(page).results().map(path -> path.group(1)).distinct()).hasSizeGreaterThan(5)
                .allMatch(path -> Files.exists(Project.root().resolve(path)));
    }

    @Test
    void theExampleOfAnOwnOverlayNamesWhatExists() {
        var example =
                Pattern.compile("(?s)cat > kustomization.yaml <<'END'\\n(.*?)\\nEND").matcher(page).results().findFirst().orElseThrow();
        var kustomization = Project.objects(example.group(1)).getFirst();

        assertThat(kustomization.path("resources").valueStream().map(path -> Path.of(path.asText().replaceFirst("^\\.\\./", ""))))
                .isNotEmpty()
                .allMatch(path -> Files.exists(Project.root().resolve(path).resolve("kustomization.yaml")));
        assertThat(kustomization.path("components")).as("what a cluster may lack the definitions of is the reader's to add").isEmpty();
        assertThat(kustomization.at("/images/0/name").asText()).isEqualTo(image().split(":", -1)[0]);
        assertThat(kustomization.at("/images/0/newTag").asText()).isEqualTo(image().split(":", -1)[1]);
    }

    @Test
    void theImagesTagIsTheProjectsVersion() {
        var version = Pattern.compile("<artifactId>distribution</artifactId>\\s*<version>([^<]+)<")
                .matcher(Project.text(Project.kubernetes().resolve("pom.xml"))).results().findFirst().orElseThrow().group(1);

        assertThat(image()).isEqualTo("roadstead:" + version);
        assertThat(Project.text(Image.directory().resolve("Dockerfile"))).contains("target/roadstead-" + version + " ", image());
        assertThat(Kustomization.of(Overlays.named("controller")).object("Deployment", "roadstead-controller").findValuesAsText("image"))
                .containsExactly(image());
    }

    private static String image() {
        return Kustomization.of(Overlays.named("bgp-only")).object("DaemonSet", "roadstead-agent").findValuesAsText("image").getFirst();
    }
}
