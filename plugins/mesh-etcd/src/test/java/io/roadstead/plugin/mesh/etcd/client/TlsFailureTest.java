package io.roadstead.plugin.mesh.etcd.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

import io.grpc.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What no real etcd says in the other tests. */
final class TlsFailureTest {

    @ParameterizedTest
    @CsvSource({"certificate_expired, our certificate: it has expired", "unknown_ca, our certificate: it does not trust the authority",
        "certificate_required, asks for a certificate", "bad_certificate, refused our certificate",
        "certificate_revoked, (certificate_revoked)",
        "protocol_version, no way of encrypting in common", "handshake_failure, no way of encrypting in common",
        "internal_error, the server ended TLS (internal_error)"})
    void whatAServerSaysIsAboutOurCertificate(String alert, String expected) {
        var failure = Status.UNAVAILABLE.withDescription("io exception")
                .withCause(new SSLHandshakeException("(" + alert + ") Received fatal alert: " + alert));

        assertThat(TlsFailure.of(failure.asRuntimeException())).hasValueSatisfying(words -> {
            assertThat(words.problem()).contains(expected);
            assertThat(words.remedy()).isNotEmpty();
        });
    }

    @Test
    void theInnermostReasonIsTheOneThatIsSaid() {
        var path = new CertPathValidatorException("signature check failed", null, null, -1, BasicReason.INVALID_SIGNATURE);
        var failure = new SSLHandshakeException("failed");
        failure.initCause(new CertificateException("path", path));

        assertThat(TlsFailure.of(new IOException(failure))).hasValueSatisfying(
                words -> assertThat(words.text()).isEqualTo("the server's certificate was signed by another authority of the same name; "
                        + "put the present certificate of that cluster's authority into trusted-ca-file"));
    }

    @Test
    void whatIsNotKnownIsQuoted() {
        assertThat(TlsFailure.of(new SSLException("something new")))
                .hasValueSatisfying(words -> assertThat(words.problem()).contains("something new"));
        assertThat(TlsFailure.of(new CertificateException("something new")))
                .hasValueSatisfying(words -> assertThat(words.problem()).contains("something new"));
        assertThat(TlsFailure.of(new SSLException((String) null))).isPresent();
    }

    @Test
    void whatIsNoFailureOfTlsIsNotCalledOne() {
        assertThat(TlsFailure.of(new ConnectException("refused"))).isEmpty();
        assertThat(TlsFailure.of(Status.PERMISSION_DENIED.asRuntimeException())).isEmpty();
    }
}
