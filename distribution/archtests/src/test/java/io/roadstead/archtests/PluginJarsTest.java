package io.roadstead.archtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.roadstead.api.plugin.ExtensionFactory;

/** What lies in the built plugins: their own classes, a full manifest, and nothing that the kernel serves. */
class PluginJarsTest {

    /** What every plugin sees through the kernel; a second copy would make types that are not the same. */
    private static final List<String> SERVED = List.of("io/roadstead/api/", "io/roadstead/kernel/", "io/roadstead/testkit/", "org/slf4j/",
            "ch/qos/logback/", "jakarta/inject/", "org/pf4j/", "org/jspecify/");

    @Test
    void everyPluginIsLookedAt() {
        assertThat(pluginJars()).hasSizeGreaterThanOrEqualTo(6);
    }

    @ParameterizedTest
    @MethodSource("pluginJars")
    void packsNothingThatTheKernelServes(Path jar) throws IOException {
        for (Path packed : withLibraries(jar)) {
            assertThat(entries(packed)).as(packed.toString())
                    .noneMatch(entry -> entry.endsWith(".class")
                            && SERVED.stream().anyMatch(entry.replaceFirst("^META-INF/versions/\\d+/", "")::startsWith));
        }
    }

    @ParameterizedTest
    @MethodSource("pluginJars")
    void manifestNamesThePluginAndABoundedRangeOfTheApi(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            Attributes manifest = file.getManifest().getMainAttributes();

            assertThat(manifest.getValue("Plugin-Id")).matches("[a-z0-9]+(-[a-z0-9]+)*");
            assertThat(manifest.getValue("Plugin-Version")).matches("\\d+\\.\\d+\\.\\d+(-.+)?");
            assertThat(manifest.getValue("Plugin-Requires")).matches(">=\\d+\\.\\d+\\.\\d+ & <\\d+\\.\\d+\\.\\d+");
        }
    }

    @ParameterizedTest
    @MethodSource("pluginJars")
    void extensionsExistAndBringTheirDefaults(Path jar) throws IOException {
        assertThat(entries(jar).stream().filter("META-INF/extensions.idx"::equals)).hasSize(1);
        List<Class<?>> extensions = extensions(jar);

        assertThat(extensions).isNotEmpty().doesNotHaveDuplicates();
        assertThat(extensions).allSatisfy(type -> assertThat(entries(jar)).contains(type.getName().replace('.', '/') + ".class"));
        if (extensions.stream().anyMatch(ExtensionFactory.class::isAssignableFrom)) {
            assertThat(entries(jar)).contains("reference.conf");
        }
    }

    /** Jars of the class path with a Plugin-Id. */
    static Stream<Path> pluginJars() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator)).map(Path::of)
                .filter(path -> path.toString().endsWith(".jar")).filter(PluginJarsTest::isPlugin);
    }

    private static boolean isPlugin(Path jar) {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.getManifest() != null && file.getManifest().getMainAttributes().getValue("Plugin-Id") != null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The jar, and what its build put into {@code plugin/<id>/} beside it. */
    private static List<Path> withLibraries(Path jar) throws IOException {
        Path directory = jar.resolveSibling("plugin");
        if (!Files.isDirectory(directory)) {
            return List.of(jar);
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return Stream.concat(Stream.of(jar), files.filter(path -> path.toString().endsWith(".jar"))).toList();
        }
    }

    private static List<String> entries(Path jar) {
        try (JarFile file = new JarFile(jar.toFile())) {
            return Collections.list(file.entries()).stream().map(JarEntry::getName).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Class<?>> extensions(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            String index =
                    new String(file.getInputStream(file.getJarEntry("META-INF/extensions.idx")).readAllBytes(), StandardCharsets.UTF_8);
            return index.lines().map(line -> line.replaceFirst("#.*", "").strip()).filter(line -> !line.isEmpty())
                    .<Class<?>>map(PluginJarsTest::load).toList();
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, PluginJarsTest.class.getClassLoader());
        } catch (ClassNotFoundException missing) {
            throw new AssertionError("META-INF/extensions.idx names a class that does not exist: " + name, missing);
        }
    }
}
