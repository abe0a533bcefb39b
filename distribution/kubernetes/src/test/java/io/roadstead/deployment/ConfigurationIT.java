package io.roadstead.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import io.fabric8.kubernetes.api.model.ConfigMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.roadstead.testkit.lab.CommandResult;

/** That the agent takes the configuration of every overlay and component. */
@Timeout(120)
class ConfigurationIT {

    @TempDir
    private Path directory;

    static Stream<Kustomization> deployments() {
        return Stream.concat(Overlays.all().map(Kustomization::of), Overlays.components().stream().map(Overlays::withComponent));
    }

    @ParameterizedTest
    @MethodSource("deployments")
    void configurationsAreInOrder(Kustomization deployment) {
        for (var object : deployment.objects()) {
            if (StrictModels.knows(object) && StrictModels.read(object) instanceof ConfigMap map) {
                var configuration = DeployedAgent.configuration(map.getData(), directory.resolve(map.getMetadata().getName()));
                var result = check(configuration);
                assertThat(result.exitCode()).as(map.getMetadata().getName() + ": " + result.errors() + result.output()).isZero();
                assertThat(result.errors()).isEmpty();
            }
        }
    }

    @Test
    void aKeyThatDoesNotExistIsFoundInAnIncludedFile() throws Exception {
        var configuration = DeployedAgent.configuration(Overlays.configuration("with-datapath"), directory);
        Files.writeString(directory.resolve("site.conf"), "roadstead.cluster.nmae = west\n");

        var result = check(configuration);

        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.output() + result.errors()).contains("site.conf", "nmae");
    }

    private static CommandResult check(Path configuration) {
        return CommandResult.of(List.of(Image.tree().resolve("bin/roadstead").toString(), "config", "check", "--config",
                configuration.toString()));
    }
}
