package io.roadstead.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.JarFile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginJarBuilderTest {

    @TempDir
    private Path directory;

    @Test
    void aJarHasManifestClassesResourcesAndTheExtensionIndex() throws IOException {
        Path jar =
                PluginJarBuilder.plugin("hello").manifest("Plugin-Provider", "me").resource("reference.conf", "a = 1").source("hello.Hello", """
                package hello;
                @org.pf4j.Extension
                public class Hello implements org.pf4j.ExtensionPoint {
                }
                """).writeTo(directory.resolve("hello.jar"));

        try (JarFile file = new JarFile(jar.toFile()); InputStream index = file.getInputStream(file.getEntry("META-INF/extensions.idx"))) {
            assertThat(file.getManifest().getMainAttributes().getValue("Plugin-Id")).isEqualTo("hello");
            assertThat(file.getManifest().getMainAttributes().getValue("Plugin-Requires")).isEqualTo(">=1.0.0 & <2.0.0");
            assertThat(file.getEntry("reference.conf")).isNotNull();
            assertThat(file.getEntry("hello/Hello.class")).isNotNull();
            assertThat(new String(index.readAllBytes(), StandardCharsets.UTF_8)).contains("hello.Hello");
        }
    }

    @Test
    void aDirectoryHasOneJarAndItsLibrariesAndTheJarIsCompiledAgainstThem() {
        Path plugin =
                PluginJarBuilder.plugin("big").source("big.Big", "package big; public class Big extends small.Small { }").writeDirectory(
                        directory.resolve("big"),
                        Map.of("small.jar", PluginJarBuilder.library().source("small.Small", "package small; public class Small { }")));

        assertThat(plugin.resolve("big.jar")).exists();
        assertThat(plugin.resolve("lib/small.jar")).exists();
    }

    @Test
    void sourceThatDoesNotCompileIsReportedWithTheCompilersMessage() {
        assertThatThrownBy(
                () -> PluginJarBuilder.plugin("bad").source("Bad", "class Bad { int x = y; }").writeTo(directory.resolve("bad.jar")))
                .hasMessageContaining("does not compile").hasMessageContaining("symbol");
    }

    @Test
    void theLeakCheckTellsAHeldLoaderFromAFreeOne() throws Exception {
        Path jar = PluginJarBuilder.library().source("a.A", "package a; public class A { }").writeTo(directory.resolve("a.jar"));
        URLClassLoader held = new URLClassLoader(new URL[] {jar.toUri().toURL()});

        UnloadLeakCheck free = checkOfALoaderThatIsDropped(jar);
        UnloadLeakCheck leaking = UnloadLeakCheck.of(held);

        free.assertUnloaded();
        assertThatThrownBy(leaking::assertUnloaded).isInstanceOf(AssertionError.class).hasMessageContaining("still held");
        held.close();
    }

    private static UnloadLeakCheck checkOfALoaderThatIsDropped(Path jar) throws Exception {
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()})) {
            loader.loadClass("a.A").getConstructor().newInstance();
            return UnloadLeakCheck.of(loader);
        }
    }
}
