package io.roadstead.plugin.kubernetes.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

import io.fabric8.kubernetes.client.Config;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.roadstead.testkit.ManualScheduler;
import io.roadstead.testkit.lab.LabContext;

/** Where the agent connects to, and as whom. */
final class ConnectionTest {
    private static final String KUBECONFIG = """
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "https://k8s.example:6443"}}]
            users: [{name: u, user: {token: hidden-token}}]
            contexts: [{name: one, context: {cluster: c, user: u}}, {name: two, context: {cluster: c, user: u}}]
            current-context: one
            """;

    @TempDir
    private Path base;

    @Test
    void aKubeconfigSaysWhereAndAsWhom() throws IOException {
        Config config = config(options(write("config", KUBECONFIG), "two", null));

        assertThat(config.getMasterUrl()).startsWith("https://k8s.example:6443");
        assertThat(config.getAutoOAuthToken()).isEqualTo("hidden-token");
        assertThat(config.getCurrentContext().getName()).isEqualTo("two");
        assertThat(config.getUserAgent()).isEqualTo("roadstead/1");
        assertThat(config.isHttp2Disable()).isFalse();
    }

    @Test
    void anUnknownContextIsNoReasonToTakeAnother() throws IOException {
        Path file = write("config", KUBECONFIG);

        assertThatThrownBy(() -> config(options(file, "three", null))).isInstanceOfSatisfying(ConnectionException.class,
                refused -> {
                    assertThat(refused).hasMessageEndingWith("has no context three");
                    assertThat(refused.remedy()).endsWith("one of one, two");
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "- a", "users: [{name: u, user: {token: [hidden-token}}]", "users: {token: hidden-token}\ncontexts: 7"})
    void aKubeconfigThatIsNoneIsNamedWithoutWhatItSays(String text) throws IOException {
        Path file = write("config", text);

        assertThatThrownBy(() -> config(options(file, null, null))).isInstanceOf(ConnectionException.class)
                .hasMessageContaining(file.toString())
                .hasMessageNotContaining("hidden").hasNoCause();
    }

    @Test
    void certificatesThatAreNoneAreNamedWithoutWhatTheySay() throws IOException {
        Path file =
                write("config", KUBECONFIG.replace("token: hidden-token", "client-certificate-data: aGlkZGVu, client-key-data: aGlkZGVu"));
        try (Connection connection = new Connection(options(file, null, null), new ManualScheduler(), ManualScheduler::new)) {
            assertThatThrownBy(connection::get).isInstanceOf(ConnectionException.class)
                    .hasMessage("the address or the certificates of the API server cannot be used").hasNoCause();
        }
    }

    @Test
    void aMissingKubeconfigIsNamed() {
        assertThatThrownBy(() -> config(options(base.resolve("none"), null, null))).isInstanceOf(ConnectionException.class)
                .hasMessageContaining("does not exist or cannot be read");
    }

    @Test
    void aPodConnectsToItsClusterWithATokenThatIsReadAgainWhenItRotates() throws IOException {
        Path token = write("token", "first\n");
        write("ca.crt", "unused");

        Config config = config(options(null, null, null, "2001:db8::1"));

        assertThat(config.getMasterUrl()).startsWith("https://[2001:db8::1]:443");
        assertThat(config.getCaCertFile()).isEqualTo(base.resolve("ca.crt").toString());
        assertThat(config.getOauthTokenProvider().getToken()).isEqualTo("first");
        Files.writeString(token, "second");
        assertThat(config.getOauthTokenProvider().getToken()).isEqualTo("second");
        Files.delete(token);
        assertThat(config.getOauthTokenProvider().getToken()).as("while it is being replaced").isEqualTo("second");
    }

    @Test
    void noTokenGoesOverTheNetworkInClear() throws IOException {
        write("token", "first");

        Config config = config(options(null, null, "http://127.0.0.1:8001"));

        assertThat(config.getOauthTokenProvider()).isNull();
        assertThat(config.isHttp2Disable()).isTrue();
    }

    @Test
    void neitherAKubeconfigNorAPodIsSaid() {
        assertThatThrownBy(() -> config(options(null, null, null))).isInstanceOf(ConnectionException.class)
                .hasMessageContaining("neither a kubeconfig nor the environment of a Pod");
        assertThatThrownBy(() -> config(options(null, null, null, "10.96.0.1"))).isInstanceOf(ConnectionException.class)
                .hasMessageContaining("token");
    }

    @Test
    void theEnvironmentAndTheHomeDirectoryAreNotSearched() throws IOException {
        write("token", "first");

        Config config = config(options(null, null, null, "10.96.0.1"));

        assertThat(config.getAutoConfigure()).isFalse();
        assertThat(config.getNamespace()).isNull();
    }

    @Test
    void aClientIsMadeOnceUntilItIsRenewed() throws IOException {
        Path file = write("config", KUBECONFIG);
        try (Connection connection = new Connection(options(file, null, null), new ManualScheduler(), ManualScheduler::new)) {
            var first = connection.get();

            assertThat(connection.get()).isSameAs(first);
            assertThat(connection.renew(first)).isTrue();
            assertThat(connection.renew(first)).as("by the next one who noticed").isFalse();
            assertThat(connection.get()).isNotSameAs(first);
        }
    }

    @Test
    void aConnectionThatIsClosedMakesNoClient() throws IOException {
        Connection connection =
                new Connection(options(write("config", KUBECONFIG), null, null), new ManualScheduler(), ManualScheduler::new);
        connection.get();
        connection.close();

        assertThatCode(connection::close).doesNotThrowAnyException();
        assertThatThrownBy(connection::get).isInstanceOf(ConnectionException.class);
    }

    @Test
    void aCredentialPluginThatDoesNotAnswerIsEndedAndNamed() throws IOException {
        Path plugin = write("hangs-for-ever", "#!/bin/sh\necho hidden-token\nsleep 1000 | cat\n");
        Files.setPosixFilePermissions(plugin, PosixFilePermissions.fromString("rwx------"));
        Path file = write("config", KUBECONFIG.replace("token: hidden-token",
                "exec: {apiVersion: client.authentication.k8s.io/v1, command: " + plugin + ", interactiveMode: Never}"));
        try (LabContext context = new LabContext("source-kubernetes", Thread::new);
                Connection connection = new Connection(options(file, null, null), new ManualScheduler(),
                        new CredentialPlugins(() -> context.loop("credentials"), Duration.ofSeconds(1)))) {
            assertThatThrownBy(connection::get).isInstanceOfSatisfying(ConnectionException.class, late -> {
                assertThat(late).hasMessage("the credential plugin of kubeconfig " + file + " does not answer within 1 s");
                assertThat(late.remedy()).startsWith("run it by hand");
            });
        }
    }

    private static Config config(ConnectionOptions options) {
        return ClientConfigs.of(options, plugins -> {
            // none here
        });
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(base.resolve(name), text);
    }

    private ConnectionOptions options(@Nullable Path kubeconfig, @Nullable String context, @Nullable String master) {
        return options(kubeconfig, context, master, null);
    }

    private ConnectionOptions options(@Nullable Path kubeconfig, @Nullable String context, @Nullable String master, @Nullable String host) {
        return new ConnectionOptions(kubeconfig, context, master, new InCluster(host, 443, base), Duration.ofSeconds(5), "roadstead/1");
    }
}
