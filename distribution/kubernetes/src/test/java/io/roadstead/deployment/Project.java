package io.roadstead.deployment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.roadstead.yaml.YamlText;

/** Files of the project that are deployed or that document it. */
final class Project {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Project() {
    }

    /** Root of the project. */
    static Path root() {
        var root = System.getProperty("it.root");
        if (root == null) {
            throw new IllegalStateException("no property it.root: run this by Maven");
        }
        return Path.of(root).toAbsolutePath().normalize();
    }

    /** {@code distribution/kubernetes}. */
    static Path kubernetes() {
        return root().resolve("distribution/kubernetes");
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The documents of a file that are maps. */
    static List<ObjectNode> objects(Path file) {
        try {
            return objects(text(file));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(root().relativize(file) + ": " + e.getMessage(), e);
        }
    }

    /** The documents of a text that are maps. */
    static List<ObjectNode> objects(String yaml) {
        var objects = new ArrayList<ObjectNode>();
        for (var document : documents(yaml)) {
            if (MAPPER.valueToTree(document.tree()) instanceof ObjectNode object) {
                objects.add(object);
            }
        }
        return objects;
    }

    /** The items of a file that is one list. */
    static JsonNode list(Path file) {
        JsonNode list = MAPPER.valueToTree(documents(text(file)).getFirst().tree());
        if (!list.isArray()) {
            throw new IllegalArgumentException(root().relativize(file) + " is not a list");
        }
        return list;
    }

    /** The documents of a text. */
    static List<YamlText.Document> documents(String yaml) {
        try {
            return YamlText.read(yaml);
        } catch (YamlText.SyntaxException e) {
            throw new IllegalArgumentException("line " + e.line() + ": " + e.problem(), e);
        }
    }

    /** Regular files below a directory whose names end so, build directories left out; sorted. */
    static List<Path> files(Path directory, String... endings) {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile).filter(file -> Stream.of(endings).anyMatch(file.toString()::endsWith))
                    .filter(file -> !directory.relativize(file).startsWith("target") && !directory.relativize(file).startsWith("src"))
                    .sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
