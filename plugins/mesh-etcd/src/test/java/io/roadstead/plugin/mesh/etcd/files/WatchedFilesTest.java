package io.roadstead.plugin.mesh.etcd.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.roadstead.plugin.mesh.etcd.client.TargetSource.Targets;
import io.roadstead.testkit.FakePluginContext;
import io.roadstead.testkit.lab.Certificates;

final class WatchedFilesTest {

    private static final Duration SETTLED = Duration.ofMillis(200);
    private static final Duration GONE = Duration.ofSeconds(1);
    private static final Duration RETRY = Duration.ofSeconds(5);

    @TempDir
    private Path temporary;

    private Path directory = Path.of("");
    private FakePluginContext context = new FakePluginContext("mesh-etcd", directory);
    private final List<Targets> told = new ArrayList<>();

    @BeforeEach
    void makeDirectory() throws IOException {
        directory = Files.createDirectory(temporary.resolve("clustermesh"));
        context = new FakePluginContext("mesh-etcd", temporary.resolve("state"));
    }

    @AfterEach
    void nothingStaysBehind() {
        context.unload();
    }

    @Test
    void everyFileIsAClusterCalledLikeTheFile() throws IOException {
        write("lyon", plain("a:1"));
        write("graz", plain("b:1"));

        start();

        assertThat(last().byCluster()).containsOnlyKeys("lyon", "graz");
        assertThat(last().byCluster().get("lyon").endpoints()).containsExactly(URI.create("http://a:1"));
        assertThat(last().problems()).isEmpty();
        assertThat(told).hasSize(1);
    }

    @Test
    void anEmptyDirectoryIsToldOnce() {
        start();
        context.directoryChanged(directory);
        context.scheduler().advance(RETRY);

        assertThat(told).containsExactly(new Targets(Map.of(), List.of()));
    }

    @Test
    void certificatesKeysAndHiddenFilesBesideAreNoClusters() throws IOException {
        write("common-etcd-client-ca.crt", "-----BEGIN CERTIFICATE-----");
        write("common-etcd-client.key", "-----BEGIN PRIVATE KEY-----");
        write("readme", "nothing");
        write("binary", new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        write(".lyon.swp", plain("a:1"));
        Files.createDirectory(directory.resolve("sub"));

        start();

        assertThat(last()).isEqualTo(new Targets(Map.of(), List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Lyon", "lyon.yaml", "-lyon", "lyon-", "default", "a23456789012345678901234567890123", "l_yon"})
    void aConfigurationWhoseNameIsNoClustersIsAProblem(String name) throws IOException {
        write(name, plain("a:1"));
        write("graz", plain("b:1"));

        start();

        assertThat(last().byCluster()).containsOnlyKeys("graz");
        assertThat(last().problems()).singleElement().asString().contains("/" + name + " ").contains("call it as its cluster is called");
    }

    @Test
    void aNameMayHaveThirtyTwoCharacters() throws IOException {
        write("a2345678901234567890123456789012", plain("a:1"));
        write("0", plain("a:1"));

        start();

        assertThat(last().byCluster()).hasSize(2);
        assertThat(last().problems()).isEmpty();
    }

    @Test
    void aFileThatAppearsOrChangesIsTold() throws IOException {
        start();

        write("lyon", plain("a:1"));
        changed();
        assertThat(last().byCluster()).containsOnlyKeys("lyon");

        write("lyon", plain("b:1"));
        changed();
        assertThat(last().byCluster().get("lyon").endpoints()).containsExactly(URI.create("http://b:1"));
        assertThat(told).hasSize(3);
    }

    @Test
    void whatMeansTheSameIsNotToldAgain() throws IOException {
        write("lyon", plain("a:1"));
        start();

        write("lyon", "# a comment\n" + plain("a:1"));
        changed();
        write("readme", "text");
        changed();

        assertThat(told).hasSize(1);
    }

    @Test
    void aMistakeLeavesInForceWhatWasSaidBefore() throws IOException {
        write("lyon", plain("a:1"));
        start();

        write("lyon", "endpoints: 7");
        changed();
        context.scheduler().advance(RETRY.multipliedBy(3));

        assertThat(last().byCluster().get("lyon").endpoints()).containsExactly(URI.create("http://a:1"));
        assertThat(last().problems()).singleElement().asString().contains("lyon: endpoints is not a list").contains("stays in force");

        write("lyon", plain("b:1"));
        changed();

        assertThat(last().byCluster().get("lyon").endpoints()).containsExactly(URI.create("http://b:1"));
        assertThat(last().problems()).isEmpty();
    }

    @Test
    void aMistakeFromTheStartIsAProblemAlone() throws IOException {
        write("lyon", "endpoints: 7");
        write("graz", plain("b:1"));

        start();

        assertThat(last().byCluster()).containsOnlyKeys("graz");
        assertThat(last().problems()).singleElement().asString().contains("endpoints is not a list; write");
    }

    @Test
    void aFileThatIsGoneTakesItsClusterAlong() throws IOException {
        write("lyon", plain("a:1"));
        write("graz", plain("b:1"));
        start();

        Files.delete(directory.resolve("lyon"));
        changed();
        assertThat(told).hasSize(1);
        context.scheduler().advance(GONE);

        assertThat(last().byCluster()).containsOnlyKeys("graz");
        assertThat(last().problems()).isEmpty();
        assertThat(context.scheduler().timers()).isZero();
    }

    @Test
    void aFileThatIsNoConfigurationAnyMoreTakesItsClusterAlong() throws IOException {
        write("lyon", plain("a:1"));
        start();

        write("lyon", "");
        changed();
        context.scheduler().advance(GONE);

        assertThat(last()).isEqualTo(new Targets(Map.of(), List.of()));
    }

    @Test
    void aFileThatCannotBeReadTakesItsClusterAlongAndIsAProblem() throws IOException {
        write("lyon", plain("a:1"));
        start();

        write("lyon", plain("a:1") + "#".repeat(ConfigFile.MAX_BYTES));
        changed();
        context.scheduler().advance(GONE);

        assertThat(last().byCluster()).isEmpty();
        assertThat(last().problems()).singleElement().asString().contains("lyon has more than");
    }

    @Test
    void aFileThatIsOnlyBeingReplacedStays() throws IOException {
        write("lyon", plain("a:1"));
        start();

        Files.delete(directory.resolve("lyon"));
        changed();
        context.scheduler().advance(Duration.ofMillis(500));
        write("lyon", "");
        changed();
        write("lyon", plain("a:1"));
        context.scheduler().advance(RETRY);

        assertThat(told).hasSize(1);
        Files.delete(directory.resolve("lyon"));
        changed();
        context.scheduler().advance(Duration.ofMillis(900));
        assertThat(told).as("the count begins anew").hasSize(1);
    }

    @Test
    void aMountedSecretIsFollowedThroughTheSwapOfItsLink() throws IOException {
        mount("v1", plain("a:1"), "graz", plain("c:1"));
        Files.createSymbolicLink(directory.resolve("lyon"), Path.of("..data/lyon"));
        Files.createSymbolicLink(directory.resolve("graz"), Path.of("..data/graz"));
        start();
        assertThat(last().byCluster()).containsOnlyKeys("lyon", "graz");

        mount("v2", plain("b:1"), "other", "");
        Files.delete(directory.resolve("graz"));
        changed();
        context.scheduler().advance(GONE);

        assertThat(last().byCluster()).containsOnlyKeys("lyon");
        assertThat(last().byCluster().get("lyon").endpoints()).containsExactly(URI.create("http://b:1"));
        assertThat(context.watchedDirectories()).containsExactlyInAnyOrder(directory, directory.resolve("..v2").toRealPath());
    }

    @Test
    void whatALinkPointsToElsewhereIsFollowed() throws IOException {
        var elsewhere = Files.createDirectory(temporary.resolve("elsewhere")).toRealPath();
        Files.writeString(elsewhere.resolve("file"), plain("a:1"));
        Files.createSymbolicLink(directory.resolve("lyon"), elsewhere.resolve("file"));
        start();

        Files.writeString(elsewhere.resolve("file"), plain("b:1"));
        context.directoryChanged(elsewhere, "file");
        context.scheduler().advance(SETTLED);
        assertThat(last().byCluster().get("lyon").endpoints()).containsExactly(URI.create("http://b:1"));

        Files.delete(elsewhere.resolve("file"));
        context.directoryChanged(elsewhere, "file");
        context.scheduler().advance(SETTLED.plus(GONE));
        assertThat(last().byCluster()).isEmpty();
        assertThat(last().problems()).singleElement().asString().contains("lyon is a link that points to nothing");
    }

    @Test
    void aDirectoryThatGoesLeavesInForceWhatItHeld() throws IOException {
        write("lyon", plain("a:1"));
        start();

        Files.move(directory, temporary.resolve("away"));
        context.scheduler().advance(GONE);
        changed();

        assertThat(last().byCluster()).containsOnlyKeys("lyon");
        assertThat(last().problems()).singleElement().asString()
                .contains("cannot be listed, what was known stays in force: it does not exist");

        Files.move(temporary.resolve("away"), directory);
        context.scheduler().advance(RETRY);
        assertThat(last().problems()).isEmpty();
    }

    @Test
    void aDirectoryThatIsNotThereYetIsAProblemUntilItIs() throws IOException {
        Files.delete(directory);
        start();
        assertThat(last().byCluster()).isEmpty();
        assertThat(last().problems()).singleElement().asString().contains("cannot be listed: it does not exist");

        Files.createDirectory(directory);
        write("lyon", plain("a:1"));
        context.scheduler().advance(RETRY);

        assertThat(last().byCluster()).containsOnlyKeys("lyon");
        assertThat(last().problems()).isEmpty();
    }

    @Test
    void filesOfCertificatesThatAreMissingAreAProblemUntilTheyAreThere() throws IOException {
        var certificates = temporary.resolve("certificates");
        write("lyon", """
                endpoints: [https://a:1]
                trusted-ca-file: ../certificates/ca.crt
                cert-file: ../certificates/client.crt
                key-file: ../certificates/client.key
                """);
        start();
        assertThat(last().byCluster()).containsOnlyKeys("lyon");
        assertThat(last().problems()).singleElement().asString().startsWith("cluster lyon: trusted-ca-file ")
                .contains("ca.crt: does not exist; put it there");

        Files.createDirectory(certificates);
        var authority = Certificates.authority("ca");
        authority.write(certificates.resolve("ca.crt"));
        context.scheduler().advance(RETRY);
        assertThat(last().problems()).singleElement().asString().contains("cert-file ").contains("client.crt: does not exist");

        authority.client("remote").write(certificates, "client");
        context.scheduler().advance(RETRY);
        assertThat(last().problems()).isEmpty();
        assertThat(context.scheduler().timers()).isZero();
    }

    @Test
    void whatIsInsecureIsAProblem() throws IOException {
        write("lyon", "{endpoints: [https://a:1], insecure-skip-tls-verify: true}");
        write("graz", "{endpoints: [http://a:1], username: joe, password: s3cret}");

        start();

        assertThat(last().byCluster()).hasSize(2);
        assertThat(last().problems()).hasSize(2).anyMatch(problem -> problem.contains("lyon: insecure-skip-tls-verify is on"))
                .anyMatch(problem -> problem.contains("graz: the password of joe is sent unencrypted"))
                .noneMatch(problem -> problem.contains("s3cret"));
    }

    @Test
    void aSingleFileMayBeCalledAnything() throws IOException {
        var files = WatchedFiles.single(context, context.loop("mesh"), "lyon", directory.resolve("etcd.config"));
        files.start(told::add);
        context.scheduler().runReady();
        assertThat(last().byCluster()).isEmpty();
        assertThat(last().problems()).singleElement().asString().contains("etcd.config does not exist; write it");

        write("etcd.config", "nothing");
        changed();
        assertThat(last().problems()).singleElement().asString().contains("etcd.config has no endpoints:");

        write("etcd.config", plain("a:1"));
        write("graz", plain("b:1"));
        changed();
        assertThat(last().byCluster()).containsOnlyKeys("lyon");
        assertThat(last().problems()).isEmpty();
    }

    @Test
    void nothingIsToldAfterItWasClosed() throws IOException {
        var files = WatchedFiles.directory(context, context.loop("mesh"), directory);
        write("lyon", "endpoints: 7");
        files.start(told::add);
        context.scheduler().runReady();

        files.close();
        write("lyon", plain("a:1"));
        changed();
        context.scheduler().advance(RETRY);

        assertThat(told).hasSize(1);
        assertThat(context.watchedDirectories()).isEmpty();
        assertThat(context.scheduler().timers()).isZero();
    }

    private void start() {
        WatchedFiles.directory(context, context.loop("mesh"), directory).start(told::add);
        context.scheduler().runReady();
    }

    private void changed() {
        context.directoryChanged(directory);
        context.scheduler().advance(SETTLED);
    }

    private Targets last() {
        return told.getLast();
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }

    private void write(String name, byte[] content) throws IOException {
        Files.write(directory.resolve(name), content);
    }

    /** As the kubelet does: a new directory, then one rename of the link to it. */
    private void mount(String version, String lyon, String other, String text) throws IOException {
        var content = Files.createDirectory(directory.resolve(".." + version));
        Files.writeString(content.resolve("lyon"), lyon);
        Files.writeString(content.resolve(other), text);
        var link = Files.createSymbolicLink(directory.resolve("..data_tmp"), content.getFileName());
        Files.move(link, directory.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static String plain(String endpoint) {
        return "endpoints: ['http://" + endpoint + "']\n";
    }
}
