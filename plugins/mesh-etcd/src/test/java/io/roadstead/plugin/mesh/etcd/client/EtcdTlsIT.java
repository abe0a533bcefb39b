package io.roadstead.plugin.mesh.etcd.client;

import static io.roadstead.plugin.mesh.etcd.client.Fixture.SOON;
import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.roadstead.api.mesh.StoreStatus;
import io.roadstead.plugin.mesh.etcd.tls.TlsFiles;
import io.roadstead.testkit.lab.Certificates;
import io.roadstead.testkit.lab.Certificates.Issued;
import io.roadstead.testkit.lab.Etcd;
import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.Tool;

/** A store with an etcd that asks for certificates: what is shown while they are wrong, and that it goes on once they are right. */
class EtcdTlsIT {

    private final Certificates authority = Certificates.authority("mesh authority");
    @TempDir
    private Path directory;
    private Fixture fixture;
    private Etcd etcd;

    @BeforeAll
    static void require() {
        Labs.require(Tool.ETCD, Tool.ETCDCTL);
    }

    @BeforeEach
    void startStore() {
        etcd = Etcd.builder().tls(authority).start();
        etcd.user("remote", "cilium/");
        etcd.enableAuth();
        etcd.put("cilium/a", "1");
        fixture = new Fixture();
        authority.write(directory.resolve("ca.crt"));
        use(authority.client("remote"));
    }

    @AfterEach
    void close() {
        if (fixture != null) {
            fixture.close();
        }
        if (etcd != null) {
            etcd.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"expired, the server's certificate has expired, renew",
        "notYetValid, the server's certificate is not valid yet, set the clocks",
        "strangeAuthority, the server's certificate is of an authority that is not trusted here, into trusted-ca-file",
        "name, the server's certificate is for another name, cilium-host-aliases"})
    void aServerThatCannotBeTrustedIsRefusedUntilItCan(String what, String problem, String remedy) {
        serve(switch (what) {
            case "expired" -> authority.issue("etcd").names("127.0.0.1").expired().done();
            case "notYetValid" -> authority.issue("etcd").names("127.0.0.1").notYetValid().done();
            case "strangeAuthority" -> Certificates.authority("stranger").server("etcd", "127.0.0.1");
            default -> authority.server("etcd", "127.0.0.2", "etcd.example");
        });
        var store = fixture.open(target(), new Fixture.Heard());

        var failure = failure(store);
        assertThat(failure).startsWith(etcd.endpoint() + ": " + problem).contains("; ").contains(remedy);

        serve(authority.server("etcd", "127.0.0.1"));
        store.reconnect("the certificate was renewed");
        eventually(SOON, store::status, StoreStatus::connected);
    }

    @ParameterizedTest
    @CsvSource({"expired", "notYetValid", "strangeAuthority"})
    void aClientThatIsRefusedLearnsThatItIsItsCertificate(String what) {
        use(switch (what) {
            case "expired" -> authority.issue("remote").clientOnly().expired().done();
            case "notYetValid" -> authority.issue("remote").clientOnly().notYetValid().done();
            default -> Certificates.authority("stranger").client("remote");
        });
        var store = fixture.open(target(), new Fixture.Heard());

        assertThat(failure(store)).contains("the server refused our certificate").contains("cert-file");

        use(authority.client("remote"));
        store.reconnect("the certificate was renewed");
        eventually(SOON, store::status, StoreStatus::connected);
    }

    @Test
    void withoutACertificateTheServerSaysWhatItWants() {
        var store =
                fixture.open(target(new TlsFiles(directory.resolve("ca.crt"), null, null, false), etcd.endpoint()), new Fixture.Heard());

        assertThat(failure(store)).containsAnyOf("the server asks for a certificate", "or that there is none").contains("cert-file");
    }

    @Test
    void filesThatAreMissingAreNamedAndReadOnceTheyAreThere() throws IOException {
        Files.delete(directory.resolve("client.key"));
        var store = fixture.open(target(), new Fixture.Heard());

        assertThat(failure(store)).contains("client.key: does not exist; put it there");

        use(authority.client("remote"));
        eventually(SOON, store::status, StoreStatus::connected);
    }

    @Test
    void aServerWithoutTlsIsCalledThat() {
        try (var plain = Etcd.start()) {
            var store = fixture.open(target(tls(), plain.endpoint().replace("http:", "https:")), new Fixture.Heard());

            assertThat(failure(store)).containsAnyOf("instead of speaking TLS; write http://", "speaks http or https as the endpoint says");
        }
    }

    @Test
    void whatStandsInTheWayBeforeTlsIsCalledByItsName() {
        var refused = fixture.open(target(tls(), "https://127.0.0.1:1"), new Fixture.Heard());
        var unknown = fixture.open(target(tls(), "https://no-such-host.invalid:2379"), new Fixture.Heard());

        assertThat(failure(refused)).contains("https://127.0.0.1:1").containsIgnoringCase("refused").contains("see that etcd runs there");
        assertThat(failure(unknown)).contains("no-such-host.invalid").contains("name").contains("correct the endpoint");
    }

    @Test
    void aRenewedCertificateOfOursIsShownAtTheNextHandshakeAndCutsNothingBefore() {
        etcd.user("renewed", "cilium/", "secret/");
        etcd.put("secret/a", "2");
        var heard = new Fixture.Heard();
        var store = fixture.open(target(), heard);
        var model = new Model();
        store.watch("cilium/", model);
        eventually(SOON, model::known, Map.of("cilium/a", "1")::equals);

        use(authority.client("renewed"));
        etcd.put("cilium/b", "3");
        eventually(SOON, model::known, Map.of("cilium/a", "1", "cilium/b", "3")::equals);
        assertThat(heard.disconnected).isEmpty();

        store.reconnect("test");
        var secret = new Model();
        store.watch("secret/", secret);
        eventually(SOON, secret::known, Map.of("secret/a", "2")::equals);
        assertThat(heard.disconnected).hasSize(1);
    }

    @Test
    void aRenewedAuthorityIsTrustedAtTheNextHandshakeAndWhatWasKnownStays() {
        var store = fixture.open(target(), new Fixture.Heard());
        var model = new Model();
        store.watch("cilium/", model);
        eventually(SOON, model::known, Map.of("cilium/a", "1")::equals);

        var renewed = Certificates.authority("mesh authority, renewed");
        etcd.stop();
        renewed.write(etcd.file("ca.crt"));
        renewed.client("root").write(etcd.file("ca.crt").getParent(), "root");
        serve(renewed.server("etcd", "127.0.0.1"));
        etcd.restart();
        assertThat(eventually(SOON, () -> store.status().failure(), text -> text.contains("trusted-ca-file"))).contains("not trusted here");
        assertThat(model.known()).isEqualTo(Map.of("cilium/a", "1"));

        renewed.write(directory.resolve("ca.crt"));
        use(renewed.client("remote"));
        etcd.put("cilium/b", "2");
        eventually(SOON, model::known, Map.of("cilium/a", "1", "cilium/b", "2")::equals);
    }

    @Test
    void aNameThatIsMappedIsTheOneThatTheCertificateMustBeFor() {
        serve(authority.server("etcd", "lyon.mesh.cilium.io"));
        var endpoint = URI.create("https://lyon.mesh.cilium.io:" + etcd.port());
        var addresses = Map.of("lyon.mesh.cilium.io", List.of(InetAddress.ofLiteral("127.0.0.1")));

        var store = fixture.open(new Target(List.of(endpoint), tls(), null, null, addresses), new Fixture.Heard());
        eventually(SOON, store::status, StoreStatus::connected);

        var named = fixture.open(new Target(List.of(URI.create(etcd.endpoint())), tls(), "lyon.mesh.cilium.io", null, Map.of()),
                new Fixture.Heard());
        eventually(SOON, named::status, StoreStatus::connected);
    }

    @Test
    void believingAnybodyIsPossibleWhenAskedFor() {
        serve(Certificates.authority("stranger").issue("etcd").expired().done());
        var insecure = new TlsFiles(directory.resolve("ca.crt"), directory.resolve("client.crt"), directory.resolve("client.key"), true);

        var store = fixture.open(target(insecure, etcd.endpoint()), new Fixture.Heard());

        eventually(SOON, store::status, StoreStatus::connected);
    }

    private String failure(EtcdStore store) {
        return eventually(SOON, () -> store.status().failure(), text -> !text.isEmpty());
    }

    private Target target() {
        return target(tls(), etcd.endpoint());
    }

    private static Target target(TlsFiles tls, String endpoint) {
        return new Target(List.of(URI.create(endpoint)), tls, null, null, Map.of());
    }

    private TlsFiles tls() {
        return new TlsFiles(directory.resolve("ca.crt"), directory.resolve("client.crt"), directory.resolve("client.key"), false);
    }

    /** From the next handshake on: etcd reads its certificate anew for each. */
    private void serve(Issued issued) {
        issued.write(etcd.file("server.crt").getParent(), "server");
    }

    private void use(Issued issued) {
        issued.write(directory, "client");
    }
}
