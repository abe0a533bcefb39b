package io.roadstead.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.roadstead.testkit.lab.CommandResult;

/**
 * That the other tests look at what kubectl would apply. Needs kubectl 1.21 or newer, which Debian does not have: not run without it, since it looks at the tests'
 * own {@link Kustomization} and at nothing that is shipped.
 */
class KustomizeAgreementTest {

    @TempDir
    private Path directory;

    static Stream<Path> directories() {
        return Stream.concat(Overlays.all(), Stream.of(Project.kubernetes().resolve("crds")));
    }

    static Stream<Path> components() {
        return Overlays.components().stream();
    }

    @ParameterizedTest
    @MethodSource("directories")
    void kubectlMakesTheSameOfADirectory(Path each) {
        assertThat(Project.objects(kustomize(each))).containsExactlyInAnyOrderElementsOf(Kustomization.of(each).objects());
    }

    @ParameterizedTest
    @MethodSource("components")
    void kubectlMakesTheSameOfAComponent(Path component) throws IOException {
        var base = directory.toRealPath().relativize(Project.kubernetes().toRealPath().resolve("base"));
        var relative = directory.toRealPath().relativize(component.toRealPath());
        Files.writeString(directory.resolve("kustomization.yaml"), "resources: [" + base + "]\ncomponents: [" + relative + "]\n");

        assertThat(Project.objects(kustomize(directory)))
                .containsExactlyInAnyOrderElementsOf(Overlays.withComponent(component).objects());
    }

    private static String kustomize(Path directory) {
        var kubectl = Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(":")).map(path -> Path.of(path, "kubectl"))
                .filter(Files::isExecutable).findFirst();
        assumeThat(kubectl).as("kubectl on the PATH").isPresent();
        var version = CommandResult.of(List.of(kubectl.orElseThrow().toString(), "version", "--client")).output();
        assumeThat(version).as("kubectl with a Kustomize that knows components").containsPattern("Kustomize Version: v[4-9]");
        return CommandResult.of(List.of(kubectl.orElseThrow().toString(), "kustomize", directory.toString())).successfulOutput();
    }
}
