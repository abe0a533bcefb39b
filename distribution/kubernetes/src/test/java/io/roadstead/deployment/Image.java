package io.roadstead.deployment;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.roadstead.testkit.lab.CommandResult;

/** What the image holds, put together as its Dockerfile does it: the packaged tree, and a runtime of the modules that are listed for it. */
final class Image {

    private static final String HOME_IN_IMAGE = "/opt/roadstead";
    /**
     * Needed by no code that runs: typesafe-config's and SnakeYAML's beans, which we do not use, name {@code java.beans}. It would add more than a fourth to
     * the runtime.
     */
    private static final Set<String> LEFT_OUT = Set.of("java.desktop");

    private Image() {
    }

    static Path tree() {
        var tree = System.getProperty("it.tree");
        if (tree == null) {
            throw new IllegalStateException("no property it.tree: run this by Maven");
        }
        return Path.of(tree).toAbsolutePath().normalize();
    }

    static Path directory() {
        return Project.kubernetes().resolve("image");
    }

    /** As the file says. */
    static List<String> modules() {
        return Project.text(directory().resolve("modules")).lines().toList();
    }

    /** As the jars of the tree need them. */
    static Set<String> neededModules() {
        var jars = jars();
        var command =
                new ArrayList<>(List.of(jdk("jdeps"), "--multi-release", feature(), "--ignore-missing-deps", "--print-module-deps", "-cp",
                        String.join(File.pathSeparator, jars)));
        command.addAll(jars);
        var modules = CommandResult.of(command).successfulOutput().lines().filter(line -> !line.startsWith("Warning:")).findFirst();
        var needed = new TreeSet<>(List.of(modules.orElseThrow().split(",")));
        needed.removeAll(LEFT_OUT);
        return needed;
    }

    /** Makes the runtime, below Maven's own directory. */
    static Path makeRuntime() {
        var runtime = Project.kubernetes().resolve("target/runtime");
        delete(runtime);
        CommandResult.of(List.of(jdk("jlink"), "--add-modules", String.join(",", modules()), "--strip-java-debug-attributes",
                "--no-header-files", "--no-man-pages", "--generate-cds-archive", "--output", runtime.toString())).successfulOutput();
        return runtime;
    }

    /** The image's entry point with arguments, run outside of a container. */
    static List<String> command(Path runtime, String... arguments) {
        var command = new ArrayList<>(List.of(runtime.resolve("bin/java").toString()));
        command.addAll(options());
        command.addAll(List.of(arguments));
        return command;
    }

    /** Of the JVM, with paths of the tree instead of the image's. */
    static List<String> options() {
        return Project.text(directory().resolve("agent.args")).lines().filter(line -> !line.startsWith("#"))
                .map(line -> line.replace(HOME_IN_IMAGE, tree().toString())).toList();
    }

    private static List<String> jars() {
        try (Stream<Path> files = Files.walk(tree())) {
            return files.map(Path::toString).filter(name -> name.endsWith(".jar")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("build it: mvn -pl distribution/package -am verify -DskipTests", e);
        }
    }

    private static String jdk(String tool) {
        return Path.of(System.getProperty("java.home"), "bin", tool).toString();
    }

    private static String feature() {
        return Integer.toString(Runtime.version().feature());
    }

    private static void delete(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path each, @Nullable IOException failure) throws IOException {
                    Files.delete(each);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
