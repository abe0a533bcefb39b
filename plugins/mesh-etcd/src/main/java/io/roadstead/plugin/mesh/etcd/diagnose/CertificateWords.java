package io.roadstead.plugin.mesh.etcd.diagnose;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import io.roadstead.api.mesh.MeshDiagnosis.Outcome;

/** What a certificate says, in words. */
final class CertificateWords {
    /** Long enough to renew one by hand. */
    private static final Duration SOON = Duration.ofDays(14);

    private CertificateWords() {
    }

    /** Whose it is, whose signature it has, and until when. */
    static String describe(X509Certificate certificate, Instant now) {
        return "subject " + certificate.getSubjectX500Principal().getName() + ", names " + names(certificate) + ", issuer "
                + certificate.getIssuerX500Principal().getName() + ", serial "
                + certificate.getSerialNumber().toString(16).toLowerCase(Locale.ROOT) + ", " + validity(certificate, now);
    }

    /** From when until when, and how long that is. */
    static String validity(X509Certificate certificate, Instant now) {
        Instant from = certificate.getNotBefore().toInstant();
        Instant until = certificate.getNotAfter().toInstant();
        String left = now.isBefore(from) ? "not valid yet"
                : now.isAfter(until) ? "expired " + days(Duration.between(until, now)) + " ago"
                        : days(Duration.between(now, until)) + " left";
        return "valid " + from + " to " + until + ", " + left;
    }

    /** FAILED outside of its time, WARNING when that ends soon. */
    static Outcome dates(X509Certificate certificate, Instant now) {
        Instant until = certificate.getNotAfter().toInstant();
        if (now.isBefore(certificate.getNotBefore().toInstant()) || now.isAfter(until)) {
            return Outcome.FAILED;
        }
        return now.plus(SOON).isAfter(until) ? Outcome.WARNING : Outcome.OK;
    }

    private static String days(Duration duration) {
        return duration.toDays() == 1 ? "1 day" : duration.toDays() + " days";
    }

    private static String names(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null ? "none" : names.stream().map(name -> String.valueOf(name.get(1))).collect(Collectors.joining(" "));
        } catch (CertificateParsingException ignored) {
            return "that cannot be read";
        }
    }
}
