package io.roadstead.deployment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.roadstead.testkit.lab.CommandResult;
import io.roadstead.testkit.lab.ManagedProcess;

/**
 * The image, built of the project's Dockerfile by buildah. No registry is asked: the base is made of this machine's C library and the few programs that
 * {@code bin/roadstead} and the Dockerfile call, and the JDK is the one that runs the tests.
 */
final class BuiltImage {

    /** For a minute's work on a machine under load. */
    private static final Duration BUILD = Duration.ofMinutes(4);
    private static final List<String> PROGRAMS =
            List.of("/bin/sh", "/usr/bin/dirname", "/usr/bin/readlink", "/usr/bin/sed", "/usr/bin/paste",
                    "/usr/bin/rm", "/usr/bin/chmod");
    private static final Pattern PATH = Pattern.compile("(?<=\\s)/\\S+");
    private static final Path JAVA = Path.of(System.getProperty("java.home"));

    private final JsonNode description;
    private final Path root;

    private BuiltImage(JsonNode description, Path root) {
        this.description = description;
        this.root = root;
    }

    /** Builds it; everything lies below the directory, and nothing is mounted. */
    static BuiltImage build(Path directory) throws IOException {
        var base = makeBase(Files.createDirectory(directory.resolve("base")));
        build(directory, Files.writeString(directory.resolve("base.Dockerfile"), "FROM scratch\nCOPY . /\n"), "base", base);
        build(directory, Files.writeString(directory.resolve("jdk.Dockerfile"), "FROM localhost/base\nENV PATH=/opt/java/bin:/usr/bin\n"),
                "jdk", base);
        var volumes = new ArrayList<>(List.of("--volume", JAVA + ":/opt/java:ro"));
        for (var outside : directoriesOutsideOfTheJdk()) {
            volumes.addAll(List.of("--volume", outside + ":" + outside + ":ro"));
        }
        volumes.addAll(List.of("--build-arg", "JDK=localhost/jdk", "--build-arg", "BASE=localhost/base"));
        build(directory, Image.directory().resolve("Dockerfile"), "roadstead", Project.root(), volumes.toArray(String[]::new));

        run(directory, "from", "--pull-never", "--name", "container", "localhost/roadstead");
        var root = Path.of(run(directory, "mount", "container").strip());
        var description = new ObjectMapper().readTree(run(directory, "inspect", "--type", "image", "localhost/roadstead")).path("OCIv1");
        return new BuiltImage(description, root);
    }

    /** What the image says of how it is run: {@code User}, {@code Entrypoint}, {@code Env}. */
    JsonNode configuration() {
        return description.path("config");
    }

    List<String> words(String key) {
        return configuration().path(key).valueStream().map(JsonNode::asText).toList();
    }

    /** Of a container made of it. */
    Path root() {
        return root;
    }

    private static Path makeBase(Path base) throws IOException {
        for (var name : List.of("bin", "lib", "lib64")) {
            Files.createDirectories(base.resolve("usr").resolve(name));
            Files.createSymbolicLink(base.resolve(name), Path.of("usr", name));
        }
        var binaries = new ArrayList<>(PROGRAMS);
        Stream.of("bin/java", "lib/libjava.so", "lib/libnio.so", "lib/server/libjvm.so").map(name -> JAVA.resolve(name).toString())
                .forEach(binaries::add);
        var command = new ArrayList<>(List.of("ldd"));
        command.addAll(binaries);
        // lines like "libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x…)"; the JDK's own come with the JDK
        var libraries = PATH.matcher(CommandResult.of(command).successfulOutput()).results().map(result -> result.group())
                .filter(path -> !path.startsWith(JAVA.toString()) && !path.endsWith(":"));
        for (var file : Stream.concat(PROGRAMS.stream(), libraries).distinct().map(Path::of).toList()) {
            var target = base.resolve(file.getParent().toString().substring(1)).resolve(file.getFileName());
            Files.createDirectories(base.resolve(Path.of("/").relativize(file.getParent().toRealPath())));
            if (Files.notExists(target)) {
                Files.copy(file, target);
            }
        }
        return base;
    }

    /** Where links of the JDK lead: Debian's packages keep certificates, and some their configuration, elsewhere. */
    private static List<Path> directoriesOutsideOfTheJdk() throws IOException {
        try (var files = Files.walk(JAVA)) {
            return files.filter(Files::isSymbolicLink).filter(Files::exists).map(BuiltImage::real)
                    .filter(file -> !file.startsWith(real(JAVA)))
                    .map(Path::getParent).distinct().toList();
        }
    }

    private static Path real(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void build(Path directory, Path dockerfile, String name, Path context, String... options) {
        var arguments =
                new ArrayList<>(List.of("bud", "--pull-never", "--network", "none", "--file", dockerfile.toString(), "--tag", name));
        arguments.addAll(List.of(options));
        arguments.add(context.toString());
        var process =
                ManagedProcess.of(buildah(directory, arguments.toArray(String[]::new))).environment("TMPDIR", directory.toString()).start();
        try (process) {
            int exitCode = process.awaitExit(BUILD);
            if (exitCode != 0) {
                throw new AssertionError("exit code " + exitCode + " of buildah for " + dockerfile + "\n" + process.output());
            }
        }
    }

    private static String run(Path directory, String... arguments) {
        return CommandResult.of(buildah(directory, arguments)).successfulOutput();
    }

    private static List<String> buildah(Path directory, String... arguments) {
        var command = new ArrayList<>(
                List.of("env", "BUILDAH_ISOLATION=chroot", "buildah", "--root", directory.resolve("storage").toString(), "--runroot",
                        directory.resolve("run").toString(), "--storage-driver", "vfs"));
        command.addAll(List.of(arguments));
        return command;
    }
}
