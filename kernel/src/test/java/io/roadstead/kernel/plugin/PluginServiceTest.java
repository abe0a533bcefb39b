package io.roadstead.kernel.plugin;

import static io.roadstead.kernel.plugin.PluginFixture.simple;
import static io.roadstead.kernel.plugin.PluginFixture.withConstructor;
import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.roadstead.api.plugin.AddOnFactory;
import io.roadstead.kernel.registry.Extension;
import io.roadstead.testkit.PluginJarBuilder;

class PluginServiceTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    private Path root;
    private PluginFixture fixture;

    @BeforeEach
    void make() {
        fixture = new PluginFixture(root);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void startsDependenciesFirstAndStopsInReverse() {
        simple("a").dependencies("b@>=1.0.0 & <2.0.0").writeTo(fixture.file("a.jar"));
        simple("b").dependencies("c").writeTo(fixture.file("b.jar"));
        simple("c").writeTo(fixture.file("c.jar"));

        fixture.start();
        assertThat(fixture.row("a.jar").dependencies()).containsExactly("b@>=1.0.0 & <2.0.0");
        assertThat(fixture.row("a.jar").extensions()).containsExactly("AddOn a");
        fixture.service.stop();
        fixture.service.stop();

        assertThat(fixture.events()).containsExactly("+c", "+b", "+a", "-a", "-b", "-c");
        assertThat(fixture.service.plugins()).isEmpty();
    }

    @Test
    void aJarThatIsDroppedInStartsAndOneThatIsRemovedStopsAndTheOthersAreNotTouched() throws IOException {
        simple("stays").writeTo(fixture.file("stays.jar"));
        fixture.start();

        simple("guest").writeTo(fixture.file("guest.jar"));
        eventually(SOON, () -> assertThat(fixture.running()).containsExactlyInAnyOrder("stays", "guest"));
        Files.delete(fixture.file("guest.jar"));
        eventually(SOON, () -> assertThat(fixture.running()).containsExactly("stays"));

        assertThat(fixture.events()).containsExactly("+stays", "+guest", "-guest");
    }

    @Test
    void aReplacedPluginAndItsDependentsRestartAndTheOthersDoNot() {
        simple("base").writeTo(fixture.file("base.jar"));
        simple("above").dependencies("base@>=1.0.0 & <2.0.0").writeTo(fixture.file("above.jar"));
        simple("other").writeTo(fixture.file("other.jar"));
        fixture.start();

        simple("base").version("1.1.0").writeTo(fixture.file("base.jar"));
        eventually(SOON, () -> assertThat(fixture.row("base.jar").version()).isEqualTo("1.1.0"));

        assertThat(fixture.running()).containsExactlyInAnyOrder("base", "above", "other");
        assertThat(fixture.events()).containsExactly("+base", "+above", "+other", "-above", "-base", "+base", "+above");
    }

    @Test
    void aReplacementThatADependentCouldNotLiveWithIsRefusedAndBothRunOn() {
        simple("base").writeTo(fixture.file("base.jar"));
        simple("above").dependencies("base@>=1.0.0 & <2.0.0").writeTo(fixture.file("above.jar"));
        fixture.start();

        simple("base").version("2.0.0").writeTo(fixture.file("base.jar"));
        fixture.service.rescan();

        assertThat(fixture.row("base.jar").version()).isEqualTo("1.0.0");
        assertThat(fixture.row("base.jar").problem())
                .isEqualTo(
                        "the file has changed, the plugin runs on as it was: is version 2.0.0 of base, which does not fit the running above");
        assertThat(fixture.events()).containsExactly("+base", "+above");

        simple("above").version("2.0.0").dependencies("base@>=2.0.0 & <3.0.0").writeTo(fixture.file("above.jar"));
        fixture.service.rescan();
        assertThat(fixture.row("base.jar").version()).isEqualTo("2.0.0");
        assertThat(fixture.row("above.jar").version()).isEqualTo("2.0.0");
    }

    @Test
    void aJarThatIsStillBeingCopiedOverARunningOneChangesNothingUntilItIsComplete() throws IOException {
        simple("p").writeTo(fixture.file("p.jar"));
        fixture.start();
        byte[] next = Files.readAllBytes(simple("p").version("1.1.0").writeTo(root.resolve("next.jar")));

        Files.write(fixture.file("p.jar"), Arrays.copyOf(next, next.length / 2));
        eventually(SOON, () -> assertThat(fixture.row("p.jar").problem()).contains("runs on as it was: is not a complete jar"));
        assertThat(fixture.row("p.jar").state()).isEqualTo("started");
        assertThat(fixture.row("p.jar").version()).isEqualTo("1.0.0");

        Files.write(fixture.file("p.jar"), next);
        eventually(SOON, () -> assertThat(fixture.row("p.jar").version()).isEqualTo("1.1.0"));
        assertThat(fixture.row("p.jar").problem()).isEmpty();
    }

    @Test
    void removingAPluginStopsItsDependentsWhichComeBackWithIt() throws IOException {
        Path base = simple("base").writeTo(fixture.file("base.jar"));
        simple("above").dependencies("base").writeTo(fixture.file("above.jar"));
        fixture.start();
        Path aside = root.resolve("aside.jar");

        Files.move(base, aside);
        fixture.service.rescan();
        assertThat(fixture.running()).isEmpty();
        assertThat(fixture.row("above.jar").problem()).isEqualTo("needs plugin base, which is not there");
        Files.move(aside, base);
        fixture.service.rescan();

        assertThat(fixture.running()).containsExactlyInAnyOrder("base", "above");
    }

    @Test
    void renamingAFileRestartsNothingAndASecondFileOfARunningPluginIsRefused() throws IOException {
        Path first = simple("p").writeTo(fixture.file("p-1.jar"));
        fixture.start();

        Files.move(first, fixture.file("p.jar"));
        fixture.service.rescan();
        assertThat(fixture.row("p.jar").state()).isEqualTo("started");
        simple("p").version("1.1.0").writeTo(fixture.file("a-newer.jar"));
        fixture.service.rescan();

        assertThat(fixture.row("a-newer.jar").problem()).isEqualTo("has the plugin id p, and so has p.jar");
        assertThat(fixture.row("p.jar").state()).isEqualTo("started");
        assertThat(fixture.events()).containsExactly("+p");
    }

    @Test
    void aFolderThatVanishesOrALockThatBreaksWhileRunningChangesNothing() throws IOException {
        simple("p").writeTo(fixture.file("p.jar"));
        fixture.start();

        Files.writeString(fixture.lockFile, "broken");
        fixture.service.rescan();
        assertThat(fixture.running()).containsExactly("p");
        assertThat(fixture.service.plugins().getLast().problem()).contains("plugins.lock: 1 is not <id> <version> <sha256>");

        Files.delete(fixture.lockFile);
        Files.move(fixture.folder, root.resolve("moved"));
        fixture.service.rescan();
        assertThat(fixture.running()).containsExactly("p");
        assertThat(fixture.service.plugins()).hasSize(2).last().satisfies(row -> assertThat(row.problem()).contains("does not exist"));

        Files.move(root.resolve("moved"), fixture.folder);
        fixture.service.rescan();
        assertThat(fixture.service.plugins()).hasSize(1);
        assertThat(fixture.events()).containsExactly("+p");
    }

    @Test
    void aPluginThatFailedIsNotTriedAgainUntilItsFileChanges() {
        withConstructor("p", "public Factory() { System.setProperty(\"test.tries\", System.getProperty(\"test.tries\", \"\") + \"x\");"
                + " throw new IllegalStateException(); }").writeTo(fixture.file("p.jar"));
        fixture.start();
        fixture.service.rescan();

        assertThat(System.clearProperty("test.tries")).isEqualTo("x");
        assertThat(fixture.row("p.jar").state()).isEqualTo("failed");
        simple("p").version("1.0.1").writeTo(fixture.file("p.jar"));
        fixture.service.rescan();
        assertThat(fixture.row("p.jar").state()).isEqualTo("started");
    }

    @Test
    void aDirectoryPluginSeesItsLibrariesAndFollowsTheirChanges() throws IOException {
        PluginJarBuilder library = PluginJarBuilder.library().source("lib.Text",
                "package lib; public class Text { public String toString() { return \"1\"; } }");
        Path directory = withConstructor("p",
                "private final Object text = new lib.Text(); @Override public String toString() { return text.toString(); }")
                .writeDirectory(fixture.file("p"), Map.of("text.jar", library));
        fixture.start();
        assertThat(factory("p")).hasToString("1");

        PluginJarBuilder.library().source("lib.Text", "package lib; public class Text { public String toString() { return \"2\"; } }")
                .writeTo(directory.resolve("lib/text.jar"));

        eventually(SOON, () -> assertThat(factory("p")).hasToString("2"));
    }

    @Test
    void referenceConfComesFromThePluginsOwnJarOnly() {
        simple("a").resource("reference.conf", "a = 1").writeTo(fixture.file("a.jar"));
        simple("b").dependencies("a").writeTo(fixture.file("b.jar"));
        fixture.start();

        assertThat(extension("a").referenceConf()).isEqualTo("a = 1");
        assertThat(extension("b").referenceConf()).isEmpty();
    }

    @Test
    void whatIsLoadedIsAPrivateCopyAndOldCopiesAreRemoved() throws IOException {
        simple("p").writeTo(fixture.file("p.jar"));
        fixture.start();
        Files.move(simple("p").version("1.1.0").writeTo(root.resolve("p2.jar")), fixture.file("p.jar"),
                StandardCopyOption.REPLACE_EXISTING);
        fixture.service.rescan();

        try (var copies = Files.list(fixture.work)) {
            assertThat(copies.map(copy -> copy.getFileName().toString())).containsExactly(fixture.row("p.jar").sha256() + ".jar");
        }
        assertThat(factory("p").getClass().getProtectionDomain().getCodeSource().getLocation().getPath()).contains(fixture.work.toString());
    }

    @Test
    void theHashOfADirectoryIsThatOfWhatSha256sumPrints() throws IOException {
        Path directory = simple("p").writeDirectory(fixture.file("p"), Map.of("l.jar", PluginJarBuilder.library().resource("x", "y")));
        Files.writeString(directory.resolve(".hidden"), "not counted");

        PluginContent content = PluginContent.of(directory);

        assertThat(content.listing()).isEqualTo(PluginContent.of(directory.resolve("lib/l.jar")).sha256() + "  lib/l.jar\n"
                + PluginContent.of(directory.resolve("p.jar")).sha256() + "  p.jar\n");
        assertThat(PluginLock.of(List.of(PluginContent.entry(directory))).text()).isEqualTo("p 1.0.0 " + content.sha256() + "\n");
    }

    private Object factory(String id) {
        return extension(id).factory();
    }

    private Extension<?> extension(String id) {
        return fixture.lifecycle.submit(() -> fixture.registry.<AddOnFactory<?>>extensions(AddOnFactory.class).stream()
                .filter(extension -> extension.pluginId().equals(id)).findFirst().orElseThrow()).join();
    }
}
