package io.roadstead.deployment;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Resources of cilium.io that labs apply and documentation shows. */
final class Examples {

    private static final Pattern YAML_BLOCK = Pattern.compile("(?s)```yaml\\n(.*?)```");

    private Examples() {
    }

    static Stream<ObjectNode> all() {
        return Stream.concat(labs(), documentation()).filter(object -> object.path("apiVersion").asText().startsWith("cilium.io/"))
                .filter(object -> !List.of("CiliumNode", "CiliumBGPPeeringPolicy").contains(object.path("kind").asText()));
    }

    private static Stream<ObjectNode> labs() {
        return Stream.of("examples/seed-lab", "examples/mesh-lab", "examples/quickstart/src")
                .flatMap(directory -> Project.files(Project.root().resolve(directory), ".yaml").stream())
                .flatMap(file -> Project.objects(file).stream());
    }

    /** Blocks that are marked as YAML. */
    static Stream<ObjectNode> documentation() {
        return Stream.concat(Stream.of(Project.root().resolve("README.md")), Project.files(Project.root().resolve("docs"), ".md").stream())
                .flatMap(file -> YAML_BLOCK.matcher(Project.text(file)).results())
                .flatMap(block -> Project.objects(block.group(1)).stream());
    }
}
