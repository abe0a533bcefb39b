package io.roadstead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.roadstead.testkit.PluginJarBuilder;

/** {@code plugin install}, {@code plugin lock} and {@code plugin verify} on a folder with a plugin as the distribution has it. */
final class PluginCliTest extends CliFixture {

    @TempDir
    private Path directory;
    private Path plugins;
    private Path downloads;

    @BeforeEach
    void folder() throws IOException {
        plugins = Files.createDirectories(directory.resolve("plugins"));
        downloads = Files.createDirectories(directory.resolve("downloads"));
        Files.writeString(directory.resolve("plugins.lock"), "");
        jar("1.0.0", plugins.resolve("maglev-1.0.0.jar"));
        plugin("lock");
    }

    private static Path jar(String version, Path file) {
        return PluginJarBuilder.plugin("maglev").version(version).resource("version", version).writeTo(file);
    }

    private int plugin(String verb, String... arguments) {
        List<String> common =
                List.of("plugin", verb, "--plugins", plugins.toString(), "--lock-file", directory.resolve("plugins.lock").toString());
        return run(Stream.concat(common.stream(), Stream.of(arguments)).toArray(String[]::new));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(plugins)) {
            return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
        }
    }

    @Test
    void aNewVersionTakesTheOldOnesPlace() throws IOException {
        Path next = jar("1.1.0", downloads.resolve("anything.jar"));

        assertThat(plugin("install", next.toString())).isZero();

        assertThat(out.toString()).endsWith("installed maglev 1.1.0\n");
        assertThat(files()).containsExactly("maglev-1.1.0.jar");
        assertThat(plugins.resolve("maglev-1.1.0.jar")).hasSameBinaryContentAs(next);
        assertThat(plugin("verify")).isZero();
        assertThat(out.toString()).contains("as locked");
    }

    @Test
    void anotherContentOfTheSameVersionDoesToo() throws IOException {
        Path next = PluginJarBuilder.plugin("maglev").resource("version", "built anew").writeTo(downloads.resolve("maglev.jar"));

        assertThat(plugin("install", next.toString())).isZero();

        assertThat(files()).containsExactly("maglev-1.0.0.jar");
        assertThat(plugins.resolve("maglev-1.0.0.jar")).hasSameBinaryContentAs(next);
        assertThat(plugin("verify")).isZero();
    }

    @Test
    void whatWasThereTwiceIsThereOnce() throws IOException {
        jar("0.9.0", plugins.resolve("maglev.jar"));

        assertThat(plugin("install", jar("1.1.0", downloads.resolve("maglev.jar")).toString())).isZero();

        assertThat(files()).containsExactly("maglev-1.1.0.jar");
    }

    @Test
    void whatIsInTheFolderAlreadyIsListedAndNamed() throws IOException {
        Path dropped = PluginJarBuilder.plugin("health").writeTo(plugins.resolve("health.jar"));

        assertThat(plugin("install", dropped.toString())).isZero();

        assertThat(files()).containsExactly("health-1.0.0.jar", "maglev-1.0.0.jar");
        assertThat(plugin("verify")).isZero();
    }

    @Test
    void aSignatureGoesWithItsJar() throws IOException {
        Files.writeString(plugins.resolve("maglev-1.0.0.jar.sig"), "old");
        Path next = jar("1.1.0", downloads.resolve("maglev.jar"));
        Files.writeString(downloads.resolve("maglev.jar.sig"), "new");

        assertThat(plugin("install", next.toString())).isZero();

        assertThat(files()).containsExactly("maglev-1.1.0.jar", "maglev-1.1.0.jar.sig");
        assertThat(plugins.resolve("maglev-1.1.0.jar.sig")).hasContent("new");

        assertThat(plugin("install", jar("1.1.0", downloads.resolve("unsigned.jar")).toString())).isZero();
        assertThat(files()).containsExactly("maglev-1.1.0.jar");
    }

    @Test
    void aFolderWithThePluginIsNotReplacedByAJar() throws IOException {
        PluginJarBuilder.plugin("source").writeDirectory(plugins.resolve("source"), Map.of("library.jar", PluginJarBuilder.library()));
        String lock = Files.readString(directory.resolve("plugins.lock"));

        assertThat(plugin("install", PluginJarBuilder.plugin("source").writeTo(downloads.resolve("source.jar")).toString())).isEqualTo(3);

        assertThat(err.toString()).contains("cannot install source: ", "source is a folder with that plugin; move it away first");
        assertThat(files()).containsExactly("maglev-1.0.0.jar", "source");
        assertThat(directory.resolve("plugins.lock")).hasContent(lock);
    }

    @Test
    void anotherPluginsFileIsNotOverwritten() throws IOException {
        Path other = PluginJarBuilder.plugin("other").writeTo(plugins.resolve("maglev-1.1.0.jar"));

        assertThat(plugin("install", jar("1.1.0", downloads.resolve("maglev.jar")).toString())).isEqualTo(3);

        assertThat(err.toString()).contains("is the plugin other; give that file another name");
        assertThat(files()).containsExactly("maglev-1.0.0.jar", "maglev-1.1.0.jar");
        assertThat(other).exists();
    }

    @Test
    void whatIsNoPluginIsRefusedAndNothingChanges() throws IOException {
        Path broken = Files.writeString(downloads.resolve("broken.jar"), "no jar");
        String lock = Files.readString(directory.resolve("plugins.lock"));

        assertThat(plugin("install", broken.toString())).isEqualTo(3);

        assertThat(err.toString()).contains("broken.jar");
        assertThat(files()).containsExactly("maglev-1.0.0.jar");
        assertThat(directory.resolve("plugins.lock")).hasContent(lock);
    }
}
