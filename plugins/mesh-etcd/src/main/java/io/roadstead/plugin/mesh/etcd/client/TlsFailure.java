package io.roadstead.plugin.mesh.etcd.client;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.SSLException;

/**
 * Why TLS failed, in words: which side's certificate is meant, and what is wrong with it.
 *
 * @param problem a clause
 * @param remedy  what to do
 */
public record TlsFailure(String problem, String remedy) {

    private static final int MOST_CAUSES = 20;
    private static final Pattern ALERT = Pattern.compile("fatal alert: ([a-z_]+)");
    private static final Pattern NAME = Pattern.compile("[Nn]ame(?:s)? (?:DNS name )?matching (?:IP address )?(\\S+) found");

    /** As it is shown. */
    public String text() {
        return problem + "; " + remedy;
    }

    /** Empty when TLS is not what failed. */
    public static Optional<TlsFailure> of(Throwable failure) {
        Throwable tls = null;
        Throwable cause = failure;
        for (int i = 0; i < MOST_CAUSES && cause != null; i++) {
            if (cause instanceof SSLException || isCertificates(cause)) {
                tls = cause; // the innermost says most
            } else if (tls == null && String.valueOf(cause.getMessage()).contains("TLS negotiation")) { // gRPC's word for it
                return Optional.of(ended());
            }
            cause = cause.getCause();
        }
        return tls == null ? Optional.empty() : Optional.of(inWords(tls));
    }

    private static boolean isCertificates(Throwable cause) {
        return cause instanceof CertificateException || cause instanceof CertPathValidatorException
                || cause instanceof CertPathBuilderException;
    }

    private static TlsFailure inWords(Throwable tls) {
        String message = String.valueOf(tls.getMessage());
        return switch (tls) {
            case CertificateExpiredException _ -> expired(message);
            case CertificateNotYetValidException _ -> new TlsFailure("the server's certificate is not valid yet (" + message + ")",
                    "set the clocks of both machines, or wait");
            case CertPathValidatorException path -> path(path, message);
            case CertPathBuilderException _ -> unknownAuthority();
            case CertificateException _ -> certificate(message);
            default -> alert(message);
        };
    }

    private static TlsFailure path(CertPathValidatorException path, String message) {
        return switch (String.valueOf(path.getReason())) {
            case "EXPIRED" -> expired(message);
            case "INVALID_SIGNATURE" -> new TlsFailure("the server's certificate was signed by another authority of the same name",
                    "put the present certificate of that cluster's authority into trusted-ca-file");
            case "UNSPECIFIED", "NO_TRUST_ANCHOR" -> unknownAuthority();
            default ->
                    new TlsFailure("the server's certificate cannot be verified (" + message + ")", "see what openssl verify says of it");
        };
    }

    private static TlsFailure expired(String message) {
        return new TlsFailure("the server's certificate has expired (" + message + ")", "renew the certificate of that cluster's etcd");
    }

    private static TlsFailure unknownAuthority() {
        return new TlsFailure("the server's certificate is of an authority that is not trusted here",
                "put the certificate of that cluster's authority into trusted-ca-file");
    }

    private static TlsFailure certificate(String message) {
        Matcher name = NAME.matcher(message);
        if (name.find() || message.contains("subject alternative")) {
            return new TlsFailure("the server's certificate is for another name (" + message + ")",
                    "write an endpoint that the certificate names, with cilium-host-aliases where DNS does not know it, or have it issued for this one");
        }
        return new TlsFailure("the server's certificate is refused (" + message + ")", "see what openssl verify says of it");
    }

    /** RFC 8446 §6.2. What the server says is about the certificate of this side. */
    private static TlsFailure alert(String message) {
        Matcher alert = ALERT.matcher(message);
        return switch (alert.find() ? alert.group(1) : "") {
            case "certificate_expired" ->
                    new TlsFailure("the server refused our certificate: it has expired", "renew the one in cert-file");
            case "unknown_ca" -> new TlsFailure("the server refused our certificate: it does not trust the authority that issued it",
                    "have the one in cert-file issued by the authority of that cluster's etcd, or let etcd trust ours");
            case "certificate_required" ->
                    new TlsFailure("the server asks for a certificate, and none is shown", "name cert-file and key-file");
            // Go says this for each of the reasons above, as long as it is not newer than 1.20.
            case "bad_certificate" -> new TlsFailure("the server refused our certificate, or that there is none",
                    "see that the one in cert-file has not expired and is of an authority that etcd trusts");
            case "certificate_unknown", "unsupported_certificate", "certificate_revoked", "access_denied",
                    "decrypt_error" -> new TlsFailure(
                            "the server refused our certificate (" + alert.group(1) + ")",
                            "see that the one in cert-file is for client authentication and of an authority that etcd trusts");
            case "protocol_version", "handshake_failure", "insufficient_security" -> new TlsFailure(
                    "the server and this side have no way of encrypting in common (" + alert.group(1) + ")",
                    "let etcd speak TLS 1.2 or 1.3");
            case "" -> withoutAlert(message);
            default -> new TlsFailure("the server ended TLS (" + alert.group(1) + ")", "see etcd's log");
        };
    }

    private static TlsFailure withoutAlert(String message) {
        if (message.contains("SSL/TLS record") || message.contains("unrecognized SSL message")) {
            return new TlsFailure("the server does not speak TLS", "write http:// for it, or let etcd listen with https");
        } else if (message.contains("terminated the handshake") || message.contains("while SSL/TLS handshake")) {
            return ended();
        }
        return new TlsFailure("TLS failed (" + message + ")", "compare authority, names and dates of the certificates on both sides");
    }

    /** What is to be said when the connection was closed or reset while it was to be encrypted. */
    public static TlsFailure ended() {
        return new TlsFailure("the server ended the connection instead of speaking TLS", "write http:// if it has none, or see etcd's log");
    }
}
