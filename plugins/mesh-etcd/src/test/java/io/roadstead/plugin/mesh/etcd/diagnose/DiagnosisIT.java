package io.roadstead.plugin.mesh.etcd.diagnose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.roadstead.api.config.Secret;
import io.roadstead.api.mesh.MeshDiagnosis.Check;
import io.roadstead.api.mesh.MeshDiagnosis.Outcome;
import io.roadstead.plugin.mesh.etcd.client.ClientOptions;
import io.roadstead.plugin.mesh.etcd.client.Credentials;
import io.roadstead.plugin.mesh.etcd.client.Dialer;
import io.roadstead.plugin.mesh.etcd.client.Target;
import io.roadstead.plugin.mesh.etcd.tls.TlsFiles;
import io.roadstead.plugin.netty.EpollOrNioTransport;
import io.roadstead.plugin.netty.api.NettyTransport;
import io.roadstead.testkit.lab.Certificates;
import io.roadstead.testkit.lab.Certificates.Issued;
import io.roadstead.testkit.lab.Etcd;
import io.roadstead.testkit.lab.FreePorts;
import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.Tool;

/** Against a real etcd that wants certificates and grants what {@code mesh.md} lists. */
class DiagnosisIT {

    private static final String PASSWORD = "s3cret-of-joe";

    @TempDir
    private Path directory;

    private final Certificates authority = Certificates.authority("mesh authority");
    private NettyTransport transport;
    /** The diagnosis waits on its loop, which is nobody else's. */
    private NettyTransport waiting;
    private Dialer dialer;
    private Etcd etcd;

    @BeforeAll
    static void require() {
        Labs.require(Tool.ETCD, Tool.ETCDCTL);
    }

    @BeforeEach
    void makeLoops() {
        transport = EpollOrNioTransport.best(2, Thread.ofPlatform().daemon().name("loop-", 0).factory());
        waiting = EpollOrNioTransport.best(1, Thread.ofPlatform().daemon().name("waiting-", 0).factory());
        dialer = new Dialer(transport,
                new ClientOptions(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(15), Duration.ofSeconds(25),
                        256, 1000, 1000, Duration.ofMinutes(1)));
        authority.write(directory.resolve("ca.crt"));
        write(authority.client("remote"));
    }

    @AfterEach
    void close() {
        if (dialer != null) {
            dialer.close();
        }
        if (transport != null) {
            transport.close();
        }
        if (waiting != null) {
            waiting.close();
        }
        if (etcd != null) {
            etcd.close();
        }
    }

    @Test
    void aClusterThatCanBeReadIsOkInEveryStep() {
        startGranting("cilium/.heartbeat", "cilium/state/", "cilium/cluster-config/lyon", "cilium/synced/lyon/");
        etcd.put("cilium/.heartbeat", "2026-01-01T00:00:00Z");
        etcd.put("cilium/state/nodes/v1/lyon/a", "{}");
        etcd.put("cilium/cluster-config/lyon", "{\"id\":7}");

        var checks = diagnose(target());

        assertThat(checks).extracting(Check::step).containsExactly("configuration", "client certificate", "dns", "tcp", "tls",
                "certificate", "version",
                "revision", "permissions", "permissions", "permissions", "permissions", "cluster-config");
        assertThat(checks).allSatisfy(check -> {
            assertThat(check.outcome()).as("%s", check).isEqualTo(Outcome.OK);
            assertThat(check.remedy()).isEmpty();
        });
        assertThat(found(checks, "client certificate")).contains("subject CN=remote").contains("364 days left");
        assertThat(found(checks, "certificate")).contains("subject CN=etcd").contains("names 127.0.0.1")
                .contains("issuer CN=mesh authority")
                .contains("verified for 127.0.0.1");
        assertThat(found(checks, "tls")).startsWith("TLSv1.3 TLS_");
        assertThat(found(checks, "version")).startsWith("etcd 3.").contains("takes our certificate");
        assertThat(found(checks, "revision")).isEqualTo("etcd cluster " + etcd.clusterId() + " at revision " + etcd.revision());
        assertThat(checks).filteredOn(check -> check.target().equals("cilium/state/")).singleElement()
                .satisfies(check -> assertThat(check.found()).isEqualTo("may be read, 1 key"));
    }

    @Test
    void whatMayNotBeReadNamesTheGrant() {
        startGranting("cilium/.heartbeat", "cilium/cluster-config/lyon");

        var checks = diagnose(target());

        assertThat(failed(checks)).containsExactly("permissions cilium/state/", "permissions cilium/synced/lyon/");
        assertThat(checks).filteredOn(check -> check.target().equals("cilium/state/")).singleElement().satisfies(check -> {
            assertThat(check.found()).contains("user remote may not read it").contains("permission denied");
            assertThat(check.remedy()).contains("etcdctl user get remote")
                    .endsWith("etcdctl role grant-permission --prefix=true ROLE read cilium/state/");
        });
        assertThat(checks).filteredOn(check -> check.outcome() == Outcome.WARNING).extracting(Check::step, Check::found).containsExactly(
                tuple("permissions", "may be read; is not there"),
                tuple("cluster-config", "is not there: no cluster of that name has been published in this etcd"));

        etcd.ctl("role", "grant-permission", "--prefix=true", "remote", "read", "cilium/state/");
        etcd.ctl("role", "grant-permission", "--prefix=true", "remote", "read", "cilium/synced/lyon/");
        assertThat(failed(diagnose(target()))).as("after doing so").isEmpty();
    }

    @Test
    void aUserWhoMayDoNothingIsToldSoForEveryKey() {
        startGranting();

        var checks = diagnose(target());

        assertThat(failed(checks)).containsExactlyInAnyOrder("permissions cilium/.heartbeat", "permissions cilium/state/",
                "permissions cilium/synced/lyon/", "permissions cilium/cluster-config/lyon");
        assertThat(checks.getLast().outcome()).isEqualTo(Outcome.SKIPPED);
    }

    @Test
    void aCertificateOfNobodyThereIsNotPermitted() {
        startGranting("cilium/");
        write(authority.client("stranger"));

        assertThat(failed(diagnose(target()))).hasSize(4);
    }

    @Test
    void inTheOwnStoreWritingIsTried() {
        startGranting("cilium/");

        assertThat(failed(diagnose(target(), true))).containsExactly("permissions cilium/state/", "permissions cilium/synced/lyon/");

        etcd.ctl("role", "grant-permission", "--prefix=true", "remote", "readwrite", "cilium/");
        var revision = etcd.revision();
        var checks = diagnose(target(), true);

        assertThat(failed(checks)).isEmpty();
        assertThat(checks).filteredOn(check -> check.found().equals("may be written")).hasSize(2);
        assertThat(etcd.revision()).as("trying changes nothing").isEqualTo(revision);
    }

    @ParameterizedTest
    @CsvSource({"expired, the server refused our certificate", "notYetValid, the server refused our certificate",
        "otherAuthority, the server refused our certificate"})
    void aCertificateThatTheServerRefusesIsToldFromItsAnswer(String what, String expected) {
        startGranting("cilium/");
        write(switch (what) {
            case "expired" -> authority.issue("remote").clientOnly().expired().done();
            case "notYetValid" -> authority.issue("remote").clientOnly().notYetValid().done();
            default -> Certificates.authority("mesh authority").client("remote");
        });

        var checks = diagnose(target());

        assertThat(outcome(checks, "client certificate")).isEqualTo(what.equals("otherAuthority") ? Outcome.OK : Outcome.FAILED);
        assertThat(outcome(checks, "certificate")).as("the server's").isEqualTo(Outcome.OK);
        assertThat(outcome(checks, "version")).isEqualTo(Outcome.FAILED);
        assertThat(found(checks, "version")).startsWith(expected);
        assertThat(outcome(checks, "revision")).isEqualTo(Outcome.SKIPPED);
    }

    @Test
    void withoutACertificateTheServersRefusalIsTold() {
        startGranting("cilium/");

        var checks = diagnose(
                new Target(List.of(URI.create(etcd.endpoint())), new TlsFiles(directory.resolve("ca.crt"), null, null, false), null, null,
                        Map.of()));

        assertThat(outcome(checks, "client certificate")).isEqualTo(Outcome.WARNING);
        assertThat(outcome(checks, "version")).isEqualTo(Outcome.FAILED);
        assertThat(checks).filteredOn(check -> check.step().equals("version")).singleElement()
                .satisfies(check -> assertThat(check.remedy()).contains("cert-file"));
    }

    @ParameterizedTest
    @CsvSource({"expired, the server's certificate has expired", "notYetValid, the server's certificate is not valid yet",
        "otherAuthority, the server's certificate is of an authority that is not trusted here",
        "strangeAuthority, the server's certificate is of an authority that is not trusted here",
        "name, the server's certificate is for another name"})
    void aServersCertificateThatCannotBeTrustedIsShown(String what, String expected) throws IOException {
        startGranting("cilium/");
        serve(switch (what) {
            case "expired" -> authority.issue("etcd").names("127.0.0.1").expired().done();
            case "notYetValid" -> authority.issue("etcd").names("127.0.0.1").notYetValid().done();
            case "otherAuthority" -> Certificates.authority("mesh authority").server("etcd", "127.0.0.1");
            case "strangeAuthority" -> Certificates.authority("stranger").server("etcd", "127.0.0.1");
            default -> authority.server("etcd", "127.0.0.2", "etcd.example");
        });

        var checks = diagnose(target());

        assertThat(outcome(checks, "tls")).isEqualTo(Outcome.OK);
        assertThat(outcome(checks, "certificate")).isEqualTo(Outcome.FAILED);
        assertThat(found(checks, "certificate")).startsWith(expected).contains("subject CN=etcd");
        assertThat(outcome(checks, "version")).as("a server's certificate says nothing about ours").isEqualTo(Outcome.OK);
        assertThat(outcome(checks, "revision")).as("nothing is asked of a stranger").isEqualTo(Outcome.SKIPPED);

        var anyway = diagnose(new Target(List.of(URI.create(etcd.endpoint())), tls(true), null, null, Map.of()));
        assertThat(outcome(anyway, "configuration")).isEqualTo(Outcome.WARNING);
        assertThat(outcome(anyway, "certificate")).isEqualTo(Outcome.WARNING);
        assertThat(failed(anyway)).isEmpty();
    }

    @Test
    void aNameMayBeMappedToAnAddress() throws IOException {
        startGranting("cilium/");
        serve(authority.server("etcd", "lyon.mesh.cilium.io"));
        var endpoint = URI.create("https://lyon.mesh.cilium.io:" + etcd.port());

        var checks = diagnose(new Target(List.of(endpoint), tls(false), null, null,
                Map.of("lyon.mesh.cilium.io", List.of(InetAddress.ofLiteral("127.0.0.1")))));

        assertThat(failed(checks)).isEmpty();
        assertThat(found(checks, "dns")).isEqualTo("127.0.0.1, by cilium-host-aliases");
        assertThat(found(checks, "certificate")).endsWith("verified for lyon.mesh.cilium.io");
    }

    @Test
    void certificatesThatEndWithinTwoWeeksAreAWarning() throws IOException {
        startGranting("cilium/");
        var now = Instant.now();
        serve(authority.issue("etcd").names("127.0.0.1").valid(now.minusSeconds(60), now.plus(Duration.ofDays(13))).done());
        write(authority.issue("remote").clientOnly().valid(now.minusSeconds(60), now.plus(Duration.ofDays(1))).done());

        var checks = diagnose(target());

        assertThat(failed(checks)).isEmpty();
        assertThat(outcome(checks, "client certificate")).isEqualTo(Outcome.WARNING);
        assertThat(outcome(checks, "certificate")).isEqualTo(Outcome.WARNING);
        assertThat(found(checks, "certificate")).contains("12 days left");
    }

    @Test
    void filesThatAreMissingAreNamedAndTheNetworkIsTriedAllTheSame() throws IOException {
        startGranting("cilium/");
        Files.delete(directory.resolve("client.key"));

        var checks = diagnose(target());

        assertThat(checks.getFirst().outcome()).isEqualTo(Outcome.FAILED);
        assertThat(checks.getFirst().found()).contains("key-file").contains("client.key: does not exist");
        assertThat(outcome(checks, "tcp")).isEqualTo(Outcome.OK);
        assertThat(outcome(checks, "tls")).isEqualTo(Outcome.SKIPPED);
        assertThat(outcome(checks, "revision")).isEqualTo(Outcome.SKIPPED);
    }

    @Test
    void anEndpointThatRefusesDoesNotHideTheNext() {
        startGranting("cilium/");
        var dead = "https://127.0.0.1:" + FreePorts.next();

        var checks = diagnose(new Target(List.of(URI.create(dead), URI.create(etcd.endpoint())), tls(false), null, null, Map.of()));

        assertThat(failed(checks)).containsExactly("tcp " + dead.substring("https://".length()));
        assertThat(checks).filteredOn(check -> check.step().equals("tcp") && check.outcome() == Outcome.FAILED).singleElement()
                .satisfies(check -> assertThat(check.found()).isEqualTo("refused"));
        assertThat(checks).filteredOn(check -> check.step().equals("revision")).extracting(Check::outcome).containsExactly(Outcome.SKIPPED,
                Outcome.OK);
    }

    @Test
    void aNameThatIsNotKnownIsToldByDns() {
        var checks = diagnose(new Target(List.of(URI.create("https://no-such-host.invalid:2379")), tls(false), null, null, Map.of()));

        assertThat(outcome(checks, "dns")).isEqualTo(Outcome.FAILED);
        assertThat(outcome(checks, "tcp")).isEqualTo(Outcome.SKIPPED);
        assertThat(checks).filteredOn(check -> check.step().equals("dns")).singleElement()
                .satisfies(check -> assertThat(check.remedy()).isNotEmpty());
    }

    @Test
    void http() {
        etcd = Etcd.start();

        var plain = diagnose(new Target(List.of(URI.create(etcd.endpoint())), null, null, null, Map.of()));
        assertThat(failed(plain)).isEmpty();
        assertThat(found(plain, "configuration")).contains("not encrypted");
        assertThat(found(plain, "version")).startsWith("etcd 3.");

        var encrypted = diagnose(target());
        assertThat(outcome(encrypted, "tls")).isEqualTo(Outcome.FAILED);
        assertThat(found(encrypted, "tls")).isEqualTo("the server ended the connection instead of speaking TLS");
    }

    @Test
    void httpToAServerThatWantsTls() {
        startGranting("cilium/");

        var checks = diagnose(new Target(List.of(URI.create(etcd.endpoint().replace("https", "http"))), null, null, null, Map.of()));

        assertThat(outcome(checks, "version")).isEqualTo(Outcome.FAILED);
    }

    @Test
    void aServerThatSaysNothingIsGivenUpInTime() throws IOException {
        try (var silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            var checks = diagnose(
                    new Target(List.of(URI.create("https://127.0.0.1:" + silent.getLocalPort())), tls(false), null, null, Map.of()));

            assertThat(outcome(checks, "tcp")).isEqualTo(Outcome.OK);
            assertThat(found(checks, "tls")).isEqualTo("no answer in time");
        }
    }

    @Test
    void manyServersThatSayNothingTakeNoLongerThanSomebodyWaits() throws IOException {
        try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            var endpoint = URI.create("https://127.0.0.1:" + silent.getLocalPort());

            var checks = diagnose(new Target(Collections.nCopies(12, endpoint), tls(false), null, null, Map.of()));

            assertThat(checks).filteredOn(check -> check.step().equals("cluster-config")).hasSize(12);
            assertThat(checks).filteredOn(check -> check.step().equals("dns")).extracting(Check::outcome).startsWith(Outcome.OK)
                    .endsWith(Outcome.SKIPPED);
        }
    }

    @ParameterizedTest
    @CsvSource({"right, OK", "wrong, FAILED"})
    void aUserMayLogInByPassword(String which, Outcome expected) {
        etcd = Etcd.builder().tls(authority).start();
        etcd.ctl("role", "add", "joe");
        etcd.ctl("role", "grant-permission", "--prefix=true", "joe", "read", "cilium/");
        etcd.ctl("user", "add", "joe:" + PASSWORD);
        etcd.ctl("user", "grant-role", "joe", "joe");
        etcd.enableAuth();
        var credentials = new Credentials("joe", Secret.of(which.equals("right") ? PASSWORD : PASSWORD + "x"));

        var checks = diagnose(new Target(List.of(URI.create(etcd.endpoint())), tls(false), null, credentials, Map.of()));

        assertThat(outcome(checks, "login")).isEqualTo(expected);
        assertThat(failed(checks)).hasSize(expected == Outcome.OK ? 0 : 1);
        assertThat(found(checks, "login")).isEqualTo(expected == Outcome.OK ? "logged in by password"
                : "etcdserver: authentication failed, invalid user ID or password");
    }

    private void startGranting(String... readable) {
        etcd = Etcd.builder().tls(authority).start();
        etcd.user("remote", readable);
        etcd.enableAuth();
    }

    /** From the next handshake on: etcd reads its certificate anew for each. */
    private void serve(Issued issued) {
        issued.write(etcd.file("server.crt").getParent(), "server");
    }

    private void write(Issued client) {
        client.write(directory, "client");
    }

    private TlsFiles tls(boolean insecure) {
        return new TlsFiles(directory.resolve("ca.crt"), directory.resolve("client.crt"), directory.resolve("client.key"), insecure);
    }

    private Target target() {
        var endpoint = etcd.endpoint().replace("http://", "https://");
        return new Target(List.of(URI.create(endpoint)), tls(false), null, null, Map.of());
    }

    private List<Check> diagnose(Target target) {
        return diagnose(target, false);
    }

    private List<Check> diagnose(Target target, boolean own) {
        var diagnosis = new Diagnosis(dialer, waiting.nextLoop(), transport.nextLoop(), InstantSource.system());
        try {
            var checks = diagnosis.diagnose(new Diagnosis.Subject("lyon", own, target, "/etc/mesh/lyon")).toCompletableFuture().get(120,
                    TimeUnit.SECONDS);
            assertThat(checks).allSatisfy(check -> {
                assertThat(check.toString()).doesNotContain(PASSWORD).doesNotContain("PRIVATE");
                var bad = check.outcome() == Outcome.FAILED || check.outcome() == Outcome.WARNING;
                assertThat(check.remedy().isEmpty()).as("%s", check).isEqualTo(!bad);
            });
            return checks;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> failed(List<Check> checks) {
        return checks.stream().filter(check -> check.outcome() == Outcome.FAILED).map(check -> check.step() + " " + check.target())
                .collect(Collectors.toList());
    }

    private static Outcome outcome(List<Check> checks, String step) {
        return first(checks, step).outcome();
    }

    private static String found(List<Check> checks, String step) {
        return first(checks, step).found();
    }

    private static Check first(List<Check> checks, String step) {
        return checks.stream().filter(check -> check.step().equals(step)).findFirst()
                .orElseThrow(() -> new AssertionError("no " + step + " in " + checks));
    }
}
