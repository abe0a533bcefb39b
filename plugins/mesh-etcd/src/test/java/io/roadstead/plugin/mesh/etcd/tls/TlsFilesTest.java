package io.roadstead.plugin.mesh.etcd.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.util.Base64;
import java.util.Objects;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.roadstead.api.error.RoadsteadException;
import io.roadstead.testkit.lab.Certificates;
import io.roadstead.testkit.lab.Certificates.Issued;

final class TlsFilesTest {

    @TempDir
    private Path directory;

    private final Certificates authority = Certificates.authority("ca");

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void keysAreReadInEveryForm(boolean rsa, boolean older) throws IOException {
        var issued = issued(rsa);
        var files = write(issued);
        if (older) {
            Files.writeString(files.key(),
                    (rsa ? "" : "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n") + issued.oldKeyPem());
        }

        var material = tls().read();

        assertThat(number(material.key())).isEqualTo(number(issued.key()));
        assertThat(material.chain()).containsExactly(issued.certificate());
        assertThat(material.authorities()).hasSize(1);
    }

    @Test
    void theContextSpeaksHttp2AndNothingOlderThanTls12() {
        write(issued(false));

        SslContext context = tls().context();

        assertThat(context.isClient()).isTrue();
        assertThat(context.applicationProtocolNegotiator().protocols()).containsExactly("h2");
        var engine = context.newEngine(UnpooledByteBufAllocator.DEFAULT, "etcd.example", 2379);
        assertThat(engine.getEnabledProtocols()).containsExactlyInAnyOrder("TLSv1.3", "TLSv1.2");
    }

    @Test
    void aRenewedCertificateIsReadFromTheNextContextOn() {
        write(issued(false));
        var tls = tls();
        var before = tls.read();

        var renewed = authority.client("remote");
        write(renewed);

        assertThat(tls.read().chain()).isNotEqualTo(before.chain()).containsExactly(renewed.certificate());
        assertThat(number(tls.read().key())).isEqualTo(number(renewed.key()));
    }

    @Test
    void aChainAndABundleAreReadWhole() throws IOException {
        var between = authority.intermediate("between").client("remote");
        write(between);
        Files.writeString(directory.resolve("ca.crt"),
                "# two of them\n" + authority.pem() + "\r\n" + Certificates.authority("other").pem().replace("\n", "\r\n"));

        var material = tls().read();

        assertThat(material.chain()).hasSize(2);
        assertThat(material.authorities()).hasSize(2);
    }

    @Test
    void withoutFilesTheRuntimesAuthoritiesAreTrustedAndNobodyIsShown() {
        var tls = new TlsFiles(null, null, null, false);

        assertThat(tls.read().authorities()).isEmpty();
        assertThat(tls.read().key()).isNull();
        assertThatCode(tls::context).doesNotThrowAnyException();
    }

    @Test
    void aCertificateTakesAKey() {
        assertThatThrownBy(() -> new TlsFiles(null, Path.of("a"), null, false)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TlsFiles(null, null, Path.of("a"), false)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ca.crt", "client.crt", "client.key"})
    void aFileThatCannotBeUsedIsNamedWithARemedy(String name) throws IOException {
        write(issued(false));
        var file = directory.resolve(name);
        var content = Files.readString(file);

        Files.delete(file);
        assertRefused("/" + name + ": does not exist");
        Files.createDirectory(file);
        assertRefused("/" + name + ": is not a regular file");
        Files.delete(file);
        for (var nothing : new String[] {"", "text", "-----BEGIN CERTIFICATE-----\n",
            "-----BEGIN DH PARAMETERS-----\nAAAA\n-----END DH PARAMETERS-----\n"}) {
            Files.writeString(file, nothing);
            assertRefused("/" + name + ": holds no " + (name.endsWith(".key") ? "private key" : "certificate"));
        }
        for (var body : new String[] {"", "AAAA", "A", "MIIB!!!!", Base64.getEncoder().encodeToString(new byte[500])}) {
            Files.writeString(file, content.replaceAll("(?s)-----\n.*\n-----", "-----\n" + body + "\n-----"));
            assertRefused("/" + name + ": ");
        }
        Files.write(file, new byte[(1 << 20) + 1]);
        assertRefused("/" + name + ": has more than");
        Files.writeString(file, content);
        assertThatCode(() -> tls().context()).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theKeyOfAnotherCertificateIsRefused(boolean rsa) throws IOException {
        write(issued(rsa));

        Files.writeString(directory.resolve("client.key"), issued(rsa).keyPem());
        assertRefused("client.key: is not the key of the certificate beside it");
        Files.writeString(directory.resolve("client.key"), issued(rsa).oldKeyPem());
        assertRefused("client.key: is not the key of the certificate beside it");
        Files.writeString(directory.resolve("client.key"), issued(!rsa).keyPem());
        assertRefused("client.key: cannot be decoded as a key of the certificate's algorithm, " + (rsa ? "RSA" : "EC"));
        Files.writeString(directory.resolve("client.key"), issued(!rsa).oldKeyPem());
        assertRefused("client.key: ");
    }

    @Test
    void keysThatCannotBeReadHaveARemedy() throws IOException {
        write(issued(false));
        var key = directory.resolve("client.key");

        Files.writeString(key, "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");
        assertRefused("is encrypted; store it without a passphrase");
        Files.writeString(key,
                "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,AA\n\nAAAA\n-----END EC PRIVATE KEY-----\n");
        assertRefused("is encrypted; store it without a passphrase");
        Files.writeString(key, "-----BEGIN DSA PRIVATE KEY-----\nAAAA\n-----END DSA PRIVATE KEY-----\n");
        assertRefused("is a DSA PRIVATE KEY, which is not known here; convert it by: openssl pkcs8");
    }

    @Test
    void nothingOfAKeyIsPrinted() throws IOException {
        var issued = issued(true);
        write(issued);
        assertThat(tls().read().toString()).isEqualTo("Material[authorities=1, chain=1]");

        var key = issued.keyPem();
        var line = key.lines().skip(5).findFirst().orElseThrow();
        Files.writeString(directory.resolve("client.key"), key.replace(line, line + "AAAA"));
        assertThatThrownBy(() -> tls().context()).isInstanceOf(RoadsteadException.class).hasNoCause()
                .hasMessageNotContaining(line.substring(8, 24));
    }

    /** What makes a key the one it is: the older form of EC leaves out what follows from it. */
    private static BigInteger number(@Nullable PrivateKey key) {
        return key instanceof ECPrivateKey ec ? ec.getS() : ((RSAPrivateKey) Objects.requireNonNull(key)).getPrivateExponent();
    }

    private TlsFiles tls() {
        return new TlsFiles(directory.resolve("ca.crt"), directory.resolve("client.crt"), directory.resolve("client.key"), false);
    }

    private void assertRefused(String problem) {
        assertThatThrownBy(() -> tls().context()).isInstanceOfSatisfying(RoadsteadException.class, refused -> {
            assertThat(refused.getMessage()).contains(problem);
            assertThat(refused.remedy()).isNotEmpty();
        });
    }

    private Issued issued(boolean rsa) {
        return rsa ? authority.issue("remote").clientOnly().rsa().done() : authority.client("remote");
    }

    private Certificates.Written write(Issued issued) {
        authority.write(directory.resolve("ca.crt"));
        return issued.write(directory, "client");
    }
}
