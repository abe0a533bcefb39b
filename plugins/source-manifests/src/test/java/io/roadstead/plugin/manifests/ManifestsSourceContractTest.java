package io.roadstead.plugin.manifests;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

import io.roadstead.api.source.ClusterSource;
import io.roadstead.testkit.ClusterSourceContract;

final class ManifestsSourceContractTest extends ClusterSourceContract {
    @TempDir
    private Path base;
    private Fixture fixture;

    @BeforeEach
    void begin() {
        fixture = new Fixture(base);
    }

    @Override
    protected ClusterSource<?> newSource() {
        return fixture.source();
    }

    @Override
    protected void putNode(String name, Map<String, String> labels) {
        write(name, "kind: Node\nmetadata:\n  name: " + name + "\n  labels: {" + labels.entrySet().stream()
                .map(label -> label.getKey() + ": '" + label.getValue() + "'").collect(Collectors.joining(", ")) + "}\n");
    }

    @Override
    protected void putService(String name) {
        write(name, Fixture.service(name));
    }

    @Override
    protected void deleteNode(String name) {
        fixture.delete(name + ".yaml");
    }

    @Override
    protected void rest() {
        fixture.events();
        fixture.pass(Duration.ofSeconds(1));
        fixture.events();
    }

    private void write(String name, String text) {
        fixture.write(name + ".yaml", text);
    }
}
