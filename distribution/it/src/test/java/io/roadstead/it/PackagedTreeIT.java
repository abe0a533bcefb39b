package io.roadstead.it;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.roadstead.testkit.lab.CommandResult;
import io.roadstead.testkit.lab.Etcd;
import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.ManagedProcess;
import io.roadstead.testkit.lab.Tool;

/** The tree as it is shipped, by its launcher; needs neither root nor a network beside loopback. */
@Timeout(120)
final class PackagedTreeIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String[] NO_ENVIRONMENT = {"env", "-i"};

    @TempDir
    private Path directory;
    private PackagedTree tree;

    @BeforeEach
    void unpacked() {
        tree = PackagedTree.asBuilt();
    }

    @Test
    void theLauncherPassesOverAnOldJavaAndTakesTheOneThatSuits() throws IOException {
        var old = javaHome("old", "17.0.2", "old java");
        var fitting = javaHome("fitting", "25.0.1", "fitting java");

        var byHome = run(NO_ENVIRONMENT, "PATH=/usr/bin:/bin", "JAVA_HOME=" + old, "ROADSTEAD_JAVA_HOME=" + fitting);
        var byPath = run(NO_ENVIRONMENT, "PATH=" + fitting.resolve("bin") + ":/usr/bin:/bin", "JAVA_HOME=" + old);

        assertThat(List.of(byHome.output().strip(), byPath.output().strip())).containsOnly("fitting java");
    }

    @Test
    void withoutAnyFittingJavaTheLauncherSaysWhatToDo() throws IOException {
        // its usual places are made to lie below a directory where there are none
        var script =
                Files.readString(tree.launcher()).replace("/usr/lib/jvm/", directory + "/none/").replace("/opt/", directory + "/none/");
        var launcher = Files.writeString(directory.resolve("roadstead"), script);
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
        var old = javaHome("old", "17.0.2", "old java");
        var tools = Files.createDirectory(directory.resolve("tools"));
        for (var tool : List.of("sed", "dirname", "readlink", "sh")) {
            Files.copy(Path.of("/bin", tool).toRealPath(), tools.resolve(tool), StandardCopyOption.COPY_ATTRIBUTES);
        }

        var result = CommandResult
                .of(List.of("env", "-i", "PATH=" + tools, "HOME=" + directory, "JAVA_HOME=" + old, launcher.toString(), "status"));

        assertThat(result.exitCode()).isEqualTo(5);
        assertThat(result.errors()).contains("no JDK 25 or newer", "ROADSTEAD_JAVA_HOME").hasLineCount(1);
    }

    @Test
    void configurationsAreCheckedWithFileLineAndRemedy() throws IOException {
        assertRefused("roadstead { node.name = a", "bad.conf:");
        assertRefused("roadstead.source.manifests.direktory = /tmp", "bad.conf:1", "did you mean 'directory'?");
        assertRefused("roadstead.stop-timeout = soon", "bad.conf:1", "roadstead.stop-timeout");
        assertRefused("roadstead {\n  node.nmae = a\n}", "bad.conf:2", "roadstead.node.nmae", "did you mean 'name'?");

        var good = check(Files.writeString(directory.resolve("good.conf"), "roadstead.node.name = a\n"));
        assertThat(good.exitCode()).as(good.errors() + good.output()).isZero();
        assertThat(good.output()).contains("can be used");

        assertThat(tree.roadstead("agent", "--config", directory.resolve("bad.conf").toString()).exitCode()).isEqualTo(3);
        assertThat(tree.roadstead("agent", "--config", directory.resolve("none.conf").toString()).exitCode()).isEqualTo(3);
    }

    @Test
    void withoutAnAgentACommandNamesTheSocketAndHowToStartOne() {
        var socket = directory.resolve("none.sock").toString();

        var result = tree.roadstead("status", "--socket", socket);

        assertThat(result.exitCode()).isEqualTo(7);
        assertThat(result.errors()).contains(socket, "roadstead agent --config");
        assertThat(tree.roadstead("stauts").exitCode()).isEqualTo(2);
        assertThat(tree.roadstead("bgp", "routes", "sideways").exitCode()).isEqualTo(2);
    }

    @Test
    void anAgentShowsItsConfigurationWithoutSecretsOnASocketOfItsOwnersAndEndsWithZero() throws IOException {
        var secret = Files.writeString(directory.resolve("secret"), "hunter2\n");
        try (var agent = agent("""
                roadstead.bgp.instances.main {
                  local-asn = 65001
                  router-id = 192.0.2.1
                  peers.tor { asn = 65000, address = 127.0.0.1, port = 1, password-file = "%s", advertise = [ pod-cidr ] }
                }
                """.formatted(secret))) {
            var permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(socket()));
            assertThat(permissions).isEqualTo("rw-------");

            for (var format : List.of("summary", "json", "yaml")) {
                var view = ask("config", "view", "-o", format);
                assertThat(view).contains("roadstead.node.name", "password").doesNotContain("hunter2");
            }
            assertThat(ask("status")).contains("test-node");
            assertThat(ask("metrics")).contains("roadstead_").doesNotContain("hunter2");
            var none = tree.roadstead("explain", "service", "default/none", "--socket", socket().toString());
            assertThat(none.exitCode()).isEqualTo(8);
            assertThat(none.errors()).contains("default/none");

            agent.terminate();
            assertThat(agent.awaitExit(SOON)).isZero();
            assertThat(agent.output()).doesNotContain("hunter2");
        }
        assertThat(socket()).doesNotExist();
    }

    @Test
    void aBrokenJarDoesNotStopTheRestUnlessStrict() throws IOException {
        tree = tree.copyTo(directory);
        Files.writeString(tree.plugins().resolve("broken.jar"), "this is no jar");

        try (var agent = agent("")) {
            assertThat(ask("plugin", "list")).contains("broken.jar", "refused", "peer-bgp");
            assertThat(ask("status")).contains("broken.jar");
            assertThat(agent.isAlive()).isTrue();
        }
        try (var strict = start("roadstead.plugins.strict = true")) {
            assertThat(strict.awaitExit(SOON)).isEqualTo(4);
            assertThat(strict.output()).contains("broken.jar");
        }
    }

    /** Netty stays while what came with the plugin goes: a second one finds whatever the first has left there. Names are looked up, as they are by most. */
    @Test
    void thePluginThatJoinsClustersIsExchangedWhileTheAgentRuns() throws IOException {
        Labs.require(Tool.ETCD, Tool.ETCDCTL);
        tree = tree.copyTo(directory);
        var plugin = tree.plugins().resolve("mesh-etcd");
        var aside = directory.resolve("aside");
        try (var etcd = Etcd.start(); var agent = agent("""
                roadstead {
                  cluster { name = west, id = 1 }
                  mesh { backend = etcd, etcd { own.endpoints = ["http://localhost:%d"], lease-ttl = 25s } }
                }
                """.formatted(etcd.port()))) {
            for (int round = 0; round < 3; round++) {
                awaitPublished(etcd);

                Files.move(plugin, aside);

                eventually(SOON, () -> assertThat(ask("status", "--verbose")).doesNotContain("mesh-etcd")
                        .contains("no loaded plugin provides this backend"));
                assertThat(ask("plugin", "list")).doesNotContain("mesh-etcd");
                etcd.deletePrefix("cilium/");

                Files.move(aside, plugin);
            }
            awaitPublished(etcd);
            assertThat(agent.isAlive()).isTrue();
        }
    }

    @Test
    void pluginsAreInstalledLockedAndVerified() throws IOException {
        assertThat(tree.roadstead("plugin", "verify").successfulOutput().lines().filter(line -> line.contains("as locked")))
                .hasSize(tree.pluginCount());
        tree = tree.copyTo(directory);
        var lock = tree.home().resolve("plugins.lock");

        tree.roadstead("plugin", "install", PackagedTree.customAdvertiser().toString()).successfulOutput();

        assertThat(lock).content().contains("custom-advertiser 1.0.0 ");
        assertThat(tree.plugins().resolve("custom-advertiser-1.0.0.jar")).hasSameBinaryContentAs(PackagedTree.customAdvertiser());
        Files.writeString(lock, Files.readString(lock).replaceAll("(?m)^(peer-bgp \\S+ ).*$", "$1" + "0".repeat(64)));
        Files.delete(tree.plugins().resolve("custom-advertiser-1.0.0.jar"));
        var differs = tree.roadstead("plugin", "verify");
        assertThat(differs.exitCode()).isEqualTo(3);
        assertThat(differs.output()).contains("DIFFERS", "MISSING");
        tree.roadstead("plugin", "lock").successfulOutput();
        assertThat(tree.roadstead("plugin", "verify").exitCode()).isZero();
    }

    @Test
    void theShellCompletionIsAScript() throws IOException {
        var completion = Files.writeString(directory.resolve("completion"), tree.roadstead("generate-completion").successfulOutput());

        CommandResult.of(List.of("bash", "-n", completion.toString())).successfulOutput();

        assertThat(completion).content().contains("_complete_roadstead", "route-policies");
    }

    @Test
    void theArchiveHoldsTheTreeAndNobodyElseMayWriteToIt() throws IOException {
        var archive = tree.home().resolveSibling(tree.home().getFileName() + ".tar.gz");
        var listing = CommandResult.of(List.of("tar", "-tvzf", archive.toString())).successfulOutput();
        CommandResult.of(List.of("tar", "-xzf", archive.toString(), "-C", directory.toString(), "--no-same-owner", "-p"))
                .successfulOutput();
        var unpacked = directory.resolve(String.valueOf(tree.home().getFileName()));

        assertThat(listing.lines()).allSatisfy(line -> assertThat(line).doesNotMatch("^.{5}w.*").doesNotMatch("^.{8}w.*"));
        assertThat(List.of("bin/roadstead", "conf/roadstead.conf", "plugins.lock", "LICENSE", "README.md")).allSatisfy(
                file -> assertThat(unpacked.resolve(file)).hasSameBinaryContentAs(tree.home().resolve(file)));
        assertThat(unpacked.resolve("bin/roadstead")).isExecutable();
        tree = new PackagedTree(unpacked.toRealPath());
        assertThat(tree.roadstead("plugin", "verify").exitCode()).isZero();
        assertThat(check(tree.home().resolve("conf/roadstead.conf")).exitCode()).isZero();
    }

    /** Until the agent has written to its store by the plugin that is there, and has nothing to complain of. */
    private void awaitPublished(Etcd etcd) {
        eventually(SOON, () -> {
            assertThat(etcd.all("cilium/cluster-config/")).as(ask("mesh", "status")).containsKey("cilium/cluster-config/west");
            assertThat(ask("status", "--verbose")).contains("mesh-etcd").doesNotContain("no loaded plugin provides this backend");
        });
    }

    private void assertRefused(String hocon, String... parts) throws IOException {
        var result = check(Files.writeString(directory.resolve("bad.conf"), hocon));
        assertThat(result.exitCode()).as(hocon).isEqualTo(3);
        assertThat(result.output() + result.errors()).contains(parts);
    }

    private CommandResult check(Path config) {
        return tree.roadstead("config", "check", "--config", config.toString());
    }

    /** An agent that answers. */
    private ManagedProcess agent(String hocon) throws IOException {
        return start(hocon).await(SOON, "listens", () -> Files.exists(socket()));
    }

    private ManagedProcess start(String hocon) throws IOException {
        Files.createDirectories(directory.resolve("manifests"));
        var config = Files.writeString(directory.resolve("agent.conf"), """
                roadstead {
                  node.name = test-node
                  state-directory = "%1$s/state"
                  source { type = manifests, manifests.directory = "%1$s/manifests" }
                  add-ons.admin-http.socket = "%1$s/admin.sock"
                }
                """.formatted(directory) + hocon);
        return ManagedProcess.of(tree.launcher().toString(), "agent", "--config", config.toString()).start();
    }

    private Path socket() {
        return directory.resolve("admin.sock");
    }

    private String ask(String... words) {
        return tree.roadstead(Stream.concat(Stream.of(words), Stream.of("--socket", socket().toString())).toArray(String[]::new))
                .successfulOutput();
    }

    /** The launcher's status verb in that environment. */
    private CommandResult run(String[] before, String... environment) {
        var command = new ArrayList<>(List.of(before));
        command.addAll(List.of(environment));
        command.addAll(List.of("HOME=" + directory, tree.launcher().toString(), "status"));
        return CommandResult.of(command);
    }

    /** What looks like a Java of that version, and says who it is. */
    private Path javaHome(String name, String version, String says) throws IOException {
        var home = Files.createDirectories(directory.resolve(name));
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        var java = Files.writeString(Files.createDirectories(home.resolve("bin")).resolve("java"), "#!/bin/sh\necho " + says + "\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        return home;
    }
}
