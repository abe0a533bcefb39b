package io.roadstead.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.roadstead.testkit.lab.CommandResult;

/**
 * The tree that operators unpack, and its launcher.
 *
 * @param home a path without links
 */
record PackagedTree(Path home) {

    /** As Maven built it; not to be changed. */
    static PackagedTree asBuilt() {
        try {
            return new PackagedTree(Path.of(property("it.tree")).toRealPath());
        } catch (IOException e) {
            throw new UncheckedIOException("build it: mvn -pl distribution/package -am verify -DskipTests", e);
        }
    }

    /** Root of the project. */
    static Path project() {
        return Path.of(property("it.root")).normalize();
    }

    static Path customAdvertiser() {
        return project().resolve("examples/custom-advertiser/target/custom-advertiser.jar");
    }

    static Path customAlgorithm() {
        return project().resolve("examples/custom-algorithm/target/custom-algorithm.jar");
    }

    Path launcher() {
        return home.resolve("bin/roadstead");
    }

    Path plugins() {
        return home.resolve("plugins");
    }

    /** Files and directories in the plugins folder. */
    int pluginCount() {
        try (Stream<Path> entries = Files.list(plugins())) {
            return (int) entries.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs the launcher to its end, in the test's environment. */
    CommandResult roadstead(String... arguments) {
        var command = new ArrayList<>(List.of(launcher().toString()));
        command.addAll(List.of(arguments));
        return CommandResult.of(command);
    }

    /** A tree of one's own below that directory, permissions included. */
    PackagedTree copyTo(Path directory) {
        var copy = directory.resolve("tree");
        try {
            Files.walkFileTree(home, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes) throws IOException {
                    Files.copy(each, copy.resolve(home.relativize(each)), StandardCopyOption.COPY_ATTRIBUTES);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path each, BasicFileAttributes attributes) throws IOException {
                    Files.copy(each, copy.resolve(home.relativize(each)), StandardCopyOption.COPY_ATTRIBUTES);
                    return FileVisitResult.CONTINUE;
                }
            });
            return new PackagedTree(copy.toRealPath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String property(String name) {
        var value = System.getProperty(name);
        if (value == null) {
            throw new IllegalStateException("no property " + name + ": run this by Maven");
        }
        return value;
    }
}
