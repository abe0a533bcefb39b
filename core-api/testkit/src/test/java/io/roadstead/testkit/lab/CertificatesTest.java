package io.roadstead.testkit.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CertificatesTest {

    @TempDir
    private Path directory;

    private final Certificates authority = Certificates.authority("authority of a test");

    @Test
    void whatItIssuesIsTrustedByThoseWhoTrustIt() {
        assertThatCode(() -> check(authority, authority.server("etcd", "etcd.example", "127.0.0.1", "2001:db8::1")))
                .doesNotThrowAnyException();
        assertThatCode(() -> check(authority, authority.issue("etcd").rsa().done())).doesNotThrowAnyException();

        var sameName = Certificates.authority("authority of a test");

        assertThatThrownBy(() -> check(sameName, authority.server("etcd")))
                .hasStackTraceContaining(CertPathValidatorException.class.getName());
    }

    @Test
    void namesAreThoseThatWereAskedFor() throws Exception {
        var certificate = authority.server("etcd", "etcd.example", "127.0.0.1", "2001:db8::1").certificate();

        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=etcd");
        assertThat(certificate.getIssuerX500Principal().getName()).isEqualTo("CN=authority of a test");
        assertThat(certificate.getSubjectAlternativeNames()).containsExactlyInAnyOrder(List.of(2, "etcd.example"), List.of(7, "127.0.0.1"),
                List.of(7, "2001:db8:0:0:0:0:0:1"));
    }

    @Test
    void clientsAreNoServers() throws Exception {
        assertThat(authority.client("remote").certificate().getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
        assertThat(authority.server("etcd").certificate().getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
        assertThat(authority.client("remote").certificate().getBasicConstraints()).isEqualTo(-1);
    }

    @Test
    void validityIsFree() {
        var from = Instant.parse("2049-12-31T23:59:59Z");
        var late = authority.issue("late").valid(from, from.plusSeconds(1)).done().certificate();

        assertThat(late.getNotBefore()).isEqualTo(from);
        assertThat(late.getNotAfter()).isEqualTo(from.plusSeconds(1));
        assertThatThrownBy(() -> authority.issue("old").expired().done().certificate().checkValidity())
                .isInstanceOf(CertificateExpiredException.class);
        assertThatThrownBy(() -> authority.issue("new").notYetValid().done().certificate().checkValidity())
                .isInstanceOf(CertificateNotYetValidException.class);
    }

    @Test
    void anIntermediateStandsInTheChain() {
        var issued = authority.intermediate("between").server("etcd", "etcd.example");

        assertThat(issued.issuers()).hasSize(1);
        assertThat(issued.pem().split("BEGIN CERTIFICATE")).hasSize(3);
        assertThatCode(() -> check(authority, issued)).doesNotThrowAnyException();
    }

    @Test
    void keysAreWrittenForTheirOwnerOnly() throws IOException {
        var files = authority.client("remote").write(directory, "client");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files.key()))).isEqualTo("rw-------");
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("client.crt", "client.key");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void opensslReadsEveryForm(boolean rsa) throws IOException {
        Assumptions.assumeTrue(Tool.OPENSSL.isInstalled(), Tool.OPENSSL.debianPackage());
        var ca = authority.write(directory.resolve("ca.crt"));
        var issued = rsa ? authority.issue("etcd").rsa().names("127.0.0.1").done() : authority.server("etcd", "127.0.0.1");
        var files = issued.write(directory, "etcd");
        var old = Files.writeString(directory.resolve("old.key"), issued.oldKeyPem(), StandardCharsets.US_ASCII);

        assertThat(openssl("verify", "-x509_strict", "-purpose", "sslserver", "-verify_ip", "127.0.0.1", "-CAfile", ca.toString(),
                files.certificate().toString())).endsWith(": OK\n");
        var publicKey = openssl("x509", "-in", files.certificate().toString(), "-noout", "-pubkey");
        assertThat(openssl("pkey", "-in", files.key().toString(), "-pubout")).isEqualTo(publicKey);
        assertThat(openssl("pkey", "-in", old.toString(), "-pubout")).isEqualTo(publicKey);
    }

    private static String openssl(String... words) {
        var command = new ArrayList<>(List.of(Tool.OPENSSL.path("openssl")));
        command.addAll(List.of(words));
        return CommandResult.of(command).successfulOutput();
    }

    private static void check(Certificates trusted, Certificates.Issued issued) throws Exception {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(trusted.pem().getBytes(StandardCharsets.US_ASCII))));
        var factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        var chain = new ArrayList<>(List.of(issued.certificate()));
        chain.addAll(issued.issuers());
        ((X509TrustManager) factory.getTrustManagers()[0]).checkServerTrusted(chain.toArray(X509Certificate[]::new), "ECDHE_ECDSA");
    }
}
