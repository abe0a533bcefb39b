package io.roadstead.kernel.plugin;

import static io.roadstead.kernel.plugin.PluginFixture.simple;
import static io.roadstead.kernel.plugin.PluginFixture.withConstructor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.roadstead.api.view.PluginView;
import io.roadstead.testkit.PluginJarBuilder;

/** Each bad plugin is refused alone with cause and remedy, beside a good one that runs. */
class BadPluginTest {

    @TempDir
    private Path root;
    private PluginFixture fixture;

    @BeforeEach
    void dropAGoodPlugin() {
        fixture = new PluginFixture(root);
        simple("good").writeTo(fixture.file("good.jar"));
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void truncated() throws IOException {
        byte[] whole = Files.readAllBytes(simple("bad").writeTo(fixture.file("bad.jar")));
        Files.write(fixture.file("bad.jar"), Arrays.copyOf(whole, whole.length / 2));

        assertRefused("bad.jar", "is not a complete jar: zip END header not found", "copy it again");
    }

    @Test
    void noManifest() {
        PluginJarBuilder.library().resource("x", "y").writeTo(fixture.file("bad.jar"));

        assertRefused("bad.jar", "has no manifest", "build it as a plugin jar with Plugin-Id");
    }

    @Test
    void manifestWithoutVersionOrWithUnknownEntries() {
        simple("a").without("Plugin-Version").writeTo(fixture.file("a.jar"));
        simple("b").manifest("Plugin-Depends", "x").writeTo(fixture.file("b.jar"));
        simple("c").version("one").writeTo(fixture.file("c.jar"));
        simple("d").manifest("Plugin-Id", "Dee Dee").writeTo(fixture.file("d.jar"));

        assertRefused("a.jar", "its manifest has no Plugin-Version", "Plugin-Version");
        assertRow("b.jar", "refused", "unknown manifest entry Plugin-Depends", "Plugin-Dependencies");
        assertRow("c.jar", "refused", "Plugin-Version one is not a semantic version", "1.0.0");
        assertRow("d.jar", "refused", "Plugin-Id Dee Dee is not made of", "call it dee-dee");
    }

    @Test
    void apiRangeThatExcludesThisAgentIsUnboundedOrIsNone() {
        simple("a").requires(">=2.0.0 & <3.0.0").writeTo(fixture.file("a.jar"));
        simple("b").requires(">=1.0.0").writeTo(fixture.file("b.jar"));
        simple("c").requires("!").writeTo(fixture.file("c.jar"));
        simple("d").without("Plugin-Requires").writeTo(fixture.file("d.jar"));

        assertRefused("a.jar", "is made for core-api >=2.0.0 & <3.0.0, but this agent has 1.0.0", "use a version of the plugin that fits");
        assertRow("b.jar", "refused", "Plugin-Requires >=1.0.0 has no upper bound", "write Plugin-Requires: >=1.0.0 & <2.0.0");
        assertRow("c.jar", "refused", "is not a range of versions", "write Plugin-Requires: >=1.0.0 & <2.0.0");
        assertRow("d.jar", "refused", "has no Plugin-Requires", "");
    }

    @Test
    void missingDependencyAndThoseThatNeedItsDependents() {
        simple("a").dependencies("absent@>=1.0.0 & <2.0.0").writeTo(fixture.file("a.jar"));
        simple("b").dependencies("a").writeTo(fixture.file("b.jar"));
        simple("c").dependencies("good@>=2.0.0 & <3.0.0").writeTo(fixture.file("c.jar"));
        simple("d").dependencies("good?").writeTo(fixture.file("d.jar"));

        assertRefused("a.jar", "needs plugin absent@>=1.0.0 & <2.0.0, which is not there", "add absent to the plugins folder");
        assertRow("b.jar", "refused", "needs plugin a, which cannot be loaded itself", "see what is said about a");
        assertRow("c.jar", "refused", "needs plugin good@>=2.0.0 & <3.0.0, but good is 1.0.0", "fit together");
        assertRow("d.jar", "refused", "optional dependency good?", "mandatory");
    }

    @Test
    void cyclicDependency() {
        simple("a").dependencies("b").writeTo(fixture.file("a.jar"));
        simple("b").dependencies("c").writeTo(fixture.file("b.jar"));
        simple("c").dependencies("a, good").writeTo(fixture.file("c.jar"));
        simple("d").dependencies("a").writeTo(fixture.file("d.jar"));

        assertRefused("a.jar", "is in a circle of dependencies: a → b → c → a", "move what they share");
        assertRow("b.jar", "refused", "is in a circle", "");
        assertRow("c.jar", "refused", "is in a circle", "");
        assertRow("d.jar", "refused", "needs plugin a, which cannot be loaded itself", "");
    }

    @Test
    void constructorThatThrowsInjectedOrNot() {
        withConstructor("a", "public Factory() { throw new IllegalStateException(\"planted\"); }").writeTo(fixture.file("a.jar"));
        withConstructor("b", "@jakarta.inject.Inject Factory(PluginContext c) { throw new IllegalStateException(\"planted\"); }")
                .writeTo(fixture.file("b.jar"));
        simple("c").dependencies("a").writeTo(fixture.file("c.jar"));

        assertRefused("a.jar", "failed", "IllegalStateException: planted", "");
        assertRow("b.jar", "failed", "IllegalStateException: planted", "");
        assertRow("c.jar", "refused", "needs plugin a, which cannot be loaded itself", "");
        assertThat(Thread.getAllStackTraces().keySet()).noneMatch(thread -> thread.getName().startsWith("a/"));
    }

    @Test
    void whatTheKernelDoesNotOfferAndClassesThatAreNotThere() {
        withConstructor("a", "@jakarta.inject.Inject Factory(java.util.concurrent.Executor e) { }").writeTo(fixture.file("a.jar"));
        withConstructor("b", "public Factory() { Gone.call(); }")
                .source("test.b.Gone", "package test.b; class Gone { static void call() { } }")
                .writeTo(fixture.file("b-whole.jar"));
        removeEntry(fixture.file("b-whole.jar"), fixture.file("b.jar"), "test/b/Gone.class");
        withConstructor("c", "public Factory(String text) { }").writeTo(fixture.file("c.jar"));
        simple("d").source("test.d.Other", "package test.d; @org.pf4j.Extension public class Other implements org.pf4j.ExtensionPoint { }")
                .writeTo(fixture.file("d.jar"));

        assertRefused("a.jar", "failed", "java.util.concurrent.Executor", "it can have InstantSource, Metrics, PluginContext");
        assertRow("b.jar", "failed", "ClassNotFoundException: test.b.Gone", "");
        assertRow("c.jar", "failed", "test.c.Factory has no constructor that the kernel can call", "jakarta.inject.Inject");
        assertRow("d.jar", "failed", "test.d.Other is neither an ExtensionFactory nor a CapabilityProvider", "");
    }

    @Test
    void duplicateIdNamesBothFilesAndRunsNeither() {
        simple("twin").writeTo(fixture.file("a.jar"));
        simple("twin").version("2.0.0").writeTo(fixture.file("b.jar"));

        assertRefused("a.jar", "has the plugin id twin, and so has b.jar", "remove one of the two files");
        assertRow("b.jar", "refused", "has the plugin id twin, and so has a.jar", "remove one of the two files");
    }

    @Test
    void sameExtensionTypeAsAnotherPlugins() {
        withConstructor("zzz", "").source("test.zzz.Good", """
                package test.zzz;
                @org.pf4j.Extension
                public final class Good implements io.roadstead.api.plugin.AddOnFactory<Factory.Conf> {
                    @Override public String type() { return "good"; }
                    @Override public Class<Factory.Conf> configType() { return Factory.Conf.class; }
                    @Override public io.roadstead.api.plugin.AddOn<Factory.Conf> create(String n, Factory.Conf c,
                            io.roadstead.api.plugin.PluginContext x) { throw new IllegalStateException(); }
                }
                """).writeTo(fixture.file("zzz.jar"));

        assertRefused("zzz.jar", "failed", "brings AddOn good, which plugin good already brings", "remove one of the two plugins");
        assertThat(fixture.events()).contains("+zzz", "-zzz").doesNotContain("-good");
    }

    @Test
    void hashThatIsNotTheLockedOneAndUnlistedWhenTheLockIsEnforced() throws IOException {
        PluginLock.Entry good = PluginContent.entry(fixture.file("good.jar"));
        simple("bad").writeTo(fixture.file("bad.jar"));
        Files.writeString(fixture.lockFile, "# comment\n" + good + "\nbad 1.0.0 " + "0".repeat(64) + "\n");

        assertRefused("bad.jar", "but plugins.lock has 1.0.0 " + "0".repeat(64), "put the locked file back");
        assertThat(fixture.row("good.jar").verified()).isEqualTo("lock");

        Files.writeString(fixture.lockFile, good + "\n");
        fixture.service.rescan();
        assertThat(fixture.row("bad.jar").verified()).isEqualTo("unlisted");
        fixture.service.stop();
        settings(LockMode.ENFORCE, List.of());
        assertRefused("bad.jar", "plugin bad is not in plugins.lock, and lock-mode is enforce", "add the line bad 1.0.0 ");
    }

    @Test
    void aLockThatCannotBeReadKeepsTheAgentFromStarting() throws IOException {
        Files.writeString(fixture.lockFile, "good 1.0.0\n");

        assertThatThrownBy(fixture::start).hasMessageContaining("plugins.lock: 1: is not <id> <version> <sha256>");
    }

    @Test
    void signatureThatIsMissingOrByAnotherKey() throws Exception {
        KeyPair trusted = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        KeyPair other = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        sign(trusted, Files.readAllBytes(fixture.file("good.jar")), "good.jar.sig");
        sign(other, Files.readAllBytes(simple("a").writeTo(fixture.file("a.jar"))), "a.jar.sig");
        simple("b").writeTo(fixture.file("b.jar"));
        Files.writeString(simple("c").writeTo(fixture.file("c.jar")).resolveSibling("c.jar.sig"), "too short");
        Path directory = simple("dir").writeDirectory(fixture.file("dir"), Map.of());
        privateTree(directory);
        sign(trusted, PluginContent.of(directory).listing().getBytes(StandardCharsets.UTF_8), "dir.sig");
        settings(LockMode.PINNED, List.of(Base64.getEncoder().encodeToString(trusted.getPublic().getEncoded())));

        assertRefused("a.jar", "its signature is not by a trusted key", "add the author's key");
        assertRow("b.jar", "refused", "is neither in plugins.lock nor signed", "put its signature beside it as b.jar.sig");
        assertRow("c.jar", "refused", "its signature is not by a trusted key", "");
        assertThat(fixture.row("good.jar").verified()).isEqualTo("signature");
        assertThat(fixture.row("dir").verified()).isEqualTo("signature");
    }

    @Test
    void aFileThatOthersMayWriteToAndAFolderLikeThat() throws IOException {
        simple("bad").writeTo(fixture.file("bad.jar"));
        Files.setPosixFilePermissions(fixture.file("bad.jar"), PosixFilePermissions.fromString("rw-rw-r--"));

        assertRefused("bad.jar", "may be written to by others than its owner", "run chmod go-w ");

        fixture.service.stop();
        Files.setPosixFilePermissions(fixture.folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatThrownBy(fixture::start).hasMessageContaining("plugins folder " + fixture.folder + ": may be written to by others");
    }

    @Test
    void aDirectoryWithoutOneJarOrWithABrokenLibrary() throws IOException {
        Files.createDirectories(fixture.file("empty"));
        Path broken =
                simple("broken").writeDirectory(fixture.file("broken"), Map.of("lib.jar", PluginJarBuilder.library().resource("x", "y")));
        Files.writeString(broken.resolve("lib/lib.jar"), "not a jar");
        privateTree(fixture.file("empty"));
        privateTree(broken);

        assertRefused("empty", "has 0 jars directly in it, not one", "libraries in lib/");
        assertRow("broken", "refused", "is not a complete jar", "");
    }

    @Test
    void strictRefusesToStartAndListsEveryProblem() {
        simple("a").dependencies("absent").writeTo(fixture.file("a.jar"));
        PluginJarBuilder.library().resource("x", "y").writeTo(fixture.file("b.jar"));
        withConstructor("c", "public Factory() { throw new IllegalStateException(\"planted\"); }").writeTo(fixture.file("c.jar"));
        strict(Set.of());

        assertThatThrownBy(fixture::start).hasMessageContaining("needs plugin absent").hasMessageContaining("b.jar: has no manifest");
        assertThat(fixture.events()).isEmpty();

        strict(Set.of("a", "b"));
        fixture.file("b.jar").toFile().delete();
        assertThatThrownBy(fixture::start).hasMessageContaining("planted");
        assertThat(fixture.events()).containsExactly("+good", "-good");

        strict(Set.of("a", "c"));
        assertThat(fixture.start().running()).containsExactly("good");
        assertRow("a.jar", "disabled", "", "");
    }

    private void assertRefused(String file, String problem, String remedy) {
        assertRefused(file, "refused", problem, remedy);
    }

    private void assertRefused(String file, String state, String problem, String remedy) {
        fixture.start();
        assertRow(file, state, problem, remedy);
        assertThat(fixture.running()).contains("good");
        assertThat(fixture.events()).contains("+good");
    }

    private void assertRow(String file, String state, String problem, String remedy) {
        PluginView row = fixture.row(file);
        assertThat(row.problem()).contains(problem);
        assertThat(row.remedy()).contains(remedy);
        assertThat(row.state()).isEqualTo(state);
    }

    private void settings(LockMode mode, List<String> keys) {
        fixture.settings = new PluginSettings(fixture.folder, fixture.lockFile, mode, false, Set.of(), keys, false, fixture.work,
                fixture.settings.settle());
    }

    private void strict(Set<String> disabled) {
        fixture.settings =
                new PluginSettings(fixture.folder, fixture.lockFile, LockMode.PINNED, true, disabled, List.of(), false, fixture.work,
                        fixture.settings.settle());
    }

    private void sign(KeyPair pair, byte[] content, String file) throws GeneralSecurityException, IOException {
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(pair.getPrivate());
        signature.update(content);
        Files.write(fixture.file(file), signature.sign());
    }

    private static void privateTree(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (Path file : files.toList()) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(Files.isDirectory(file) ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }
    }

    private static void removeEntry(Path from, Path to, String entry) {
        try (var in = new ZipInputStream(Files.newInputStream(from)); var out = new ZipOutputStream(Files.newOutputStream(to))) {
            for (var next = in.getNextEntry(); next != null; next = in.getNextEntry()) {
                if (!next.getName().equals(entry)) {
                    out.putNextEntry(new ZipEntry(next.getName()));
                    in.transferTo(out);
                }
            }
            Files.delete(from);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
