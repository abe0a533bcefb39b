package io.roadstead.testkit.lab;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * An authority that issues certificates for tests, without any program: those of {@code openssl} cannot be dated freely without a database of a CA. Keys are EC
 * on P-256 unless said otherwise. Safe for any thread.
 */
public final class Certificates {

    private static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);
    private static final Duration LIFE = Duration.ofDays(365);
    /** Clocks of the same machine agree; an hour also forgives a container's. */
    private static final Duration BEFORE_NOW = Duration.ofHours(1);

    private static final String COMMON_NAME = "2.5.4.3";
    private static final String SUBJECT_KEY_ID = "2.5.29.14";
    private static final String KEY_USAGE = "2.5.29.15";
    private static final String ALTERNATIVE_NAMES = "2.5.29.17";
    private static final String BASIC_CONSTRAINTS = "2.5.29.19";
    private static final String AUTHORITY_KEY_ID = "2.5.29.35";
    private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    private static final String P_256 = "1.2.840.10045.3.1.7";
    private static final String ECDSA_SHA_256 = "1.2.840.10045.4.3.2";
    private static final String RSA_SHA_256 = "1.2.840.113549.1.1.11";

    private static final int DIGITAL_SIGNATURE = 0x80;
    private static final int KEY_CERT_SIGN = 0x04;
    private static final int CRL_SIGN = 0x02;

    private final Issued own;

    private Certificates(Issued own) {
        this.own = own;
    }

    /** A new authority, signed by itself. Two of one name have different keys. */
    public static Certificates authority(String commonName) {
        var now = Instant.now();
        return new Certificates(
                sign(null, keys(false), commonName, List.of(), now.minus(BEFORE_NOW), now.plus(AUTHORITY_LIFE), Usage.AUTHORITY));
    }

    /** An authority below this one; what it issues carries its certificate in the chain. */
    public Certificates intermediate(String commonName) {
        var now = Instant.now();
        return new Certificates(
                sign(own, keys(false), commonName, List.of(), now.minus(BEFORE_NOW), now.plus(AUTHORITY_LIFE), Usage.AUTHORITY));
    }

    /** The authority's own certificate. */
    public X509Certificate certificate() {
        return own.certificate;
    }

    /** The authority's own certificate, as peers that trust it have it. */
    public String pem() {
        return pem("CERTIFICATE", encoded(own.certificate));
    }

    /** Writes {@link #pem} to the file, replacing it at once, and returns the file. */
    public Path write(Path file) {
        return replace(file, pem());
    }

    /** For a server at these DNS names and addresses, valid now; a client may use it too, as etcd's own gateway does. */
    public Issued server(String commonName, String... names) {
        return issue(commonName).names(names).done();
    }

    /** For a client, valid now. */
    public Issued client(String commonName) {
        return issue(commonName).usage(Usage.CLIENT).done();
    }

    /** A certificate to be: for server and client, without alternative names, EC, from an hour ago for a year. */
    public Builder issue(String commonName) {
        return new Builder(commonName);
    }

    private enum Usage {
        AUTHORITY, PEER, CLIENT
    }

    /** What a certificate shall say. */
    public final class Builder {
        private final String commonName;
        private List<String> names = List.of();
        private Instant notBefore = Instant.now().minus(BEFORE_NOW);
        private Instant notAfter = Instant.now().plus(LIFE);
        private Usage usage = Usage.PEER;
        private boolean rsa;

        private Builder(String commonName) {
            this.commonName = commonName;
        }

        /** Alternative names: DNS names and addresses. */
        public Builder names(String... names) {
            this.names = List.of(names);
            return this;
        }

        /** When it is valid; whole seconds count. */
        public Builder valid(Instant from, Instant until) {
            notBefore = from;
            notAfter = until;
            return this;
        }

        /** Ended an hour ago. */
        public Builder expired() {
            var now = Instant.now();
            return valid(now.minus(LIFE), now.minus(BEFORE_NOW));
        }

        /** Begins in a day. */
        public Builder notYetValid() {
            var now = Instant.now();
            return valid(now.plus(Duration.ofDays(1)), now.plus(LIFE));
        }

        /** For clients only. */
        public Builder clientOnly() {
            return usage(Usage.CLIENT);
        }

        /** With an RSA key of 2048 bits. */
        public Builder rsa() {
            rsa = true;
            return this;
        }

        private Builder usage(Usage wanted) {
            usage = wanted;
            return this;
        }

        public Issued done() {
            return sign(own, keys(rsa), commonName, names, notBefore, notAfter, usage);
        }
    }

    /**
     * A certificate with its key.
     *
     * @param issuers authorities between it and the one that signed itself; most have none
     */
    public record Issued(X509Certificate certificate, PrivateKey key, List<X509Certificate> issuers) {
        public Issued {
            issuers = List.copyOf(issuers);
        }

        /** The certificate, and after it those of its {@link #issuers}. */
        public String pem() {
            var text = new StringBuilder(Certificates.pem("CERTIFICATE", encoded(certificate)));
            issuers.forEach(issuer -> text.append(Certificates.pem("CERTIFICATE", encoded(issuer))));
            return text.toString();
        }

        /** The key as PKCS#8, {@code BEGIN PRIVATE KEY}. */
        public String keyPem() {
            return Certificates.pem("PRIVATE KEY", key.getEncoded());
        }

        /** The key in the older form of its algorithm: PKCS#1 {@code BEGIN RSA PRIVATE KEY}, or SEC 1 {@code BEGIN EC PRIVATE KEY}. */
        public String oldKeyPem() {
            return switch (key) {
                case RSAPrivateCrtKey rsa -> Certificates.pem("RSA PRIVATE KEY", Der.sequence(Der.integer(0), Der.integer(rsa.getModulus()),
                        Der.integer(rsa.getPublicExponent()), Der.integer(rsa.getPrivateExponent()), Der.integer(rsa.getPrimeP()),
                        Der.integer(rsa.getPrimeQ()), Der.integer(rsa.getPrimeExponentP()), Der.integer(rsa.getPrimeExponentQ()),
                        Der.integer(rsa.getCrtCoefficient())));
                case ECPrivateKey ec -> Certificates.pem("EC PRIVATE KEY", Der.sequence(Der.integer(1), Der.octets(fixed(ec.getS())),
                        Der.contextConstructed(0, Der.objectIdentifier(P_256))));
                default -> throw new LabException("no older form for " + key.getAlgorithm());
            };
        }

        /** Writes {@code <name>.crt} and {@code <name>.key} into the directory, replacing each at once; the key is for its owner's eyes. */
        public Written write(Path directory, String name) {
            return new Written(replace(directory.resolve(name + ".crt"), pem()), replace(directory.resolve(name + ".key"), keyPem()));
        }
    }

    /** Where a certificate and its key lie. */
    public record Written(Path certificate, Path key) {
    }

    private static Issued sign(@Nullable Issued issuer, KeyPair keys, String commonName, List<String> names, Instant from, Instant until,
            Usage usage) {
        var signing = issuer == null ? keys.getPrivate() : issuer.key;
        var algorithm = signing.getAlgorithm().equals("RSA") ? Der.sequence(Der.objectIdentifier(RSA_SHA_256), Der.nothing())
                : Der.sequence(Der.objectIdentifier(ECDSA_SHA_256));
        var subject = name(commonName);
        var issuerName = issuer == null ? subject : issuer.certificate.getSubjectX500Principal().getEncoded();
        var issuerKey = issuer == null ? keys.getPublic() : issuer.certificate.getPublicKey();
        try {
            var body = Der.sequence(Der.contextConstructed(0, Der.integer(2)),
                    Der.integer(new BigInteger(63, new SecureRandom()).setBit(62)), algorithm,
                    issuerName, Der.sequence(Der.time(from), Der.time(until)), subject, keys.getPublic().getEncoded(),
                    Der.contextConstructed(3, Der.sequence(extensions(usage, names, keyId(keys.getPublic()), keyId(issuerKey)))));
            var signature = Signature.getInstance(signing.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA");
            signature.initSign(signing);
            signature.update(body);
            var certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(Der.sequence(body, algorithm, Der.bits(signature.sign()))));
            return new Issued(certificate, keys.getPrivate(), chainAbove(issuer));
        } catch (GeneralSecurityException e) {
            throw new LabException("cannot sign a certificate for " + commonName, e);
        }
    }

    /** Whoever trusts an authority has its certificate: the one that signed itself is not sent. */
    private static List<X509Certificate> chainAbove(@Nullable Issued issuer) {
        var chain = new ArrayList<X509Certificate>();
        if (issuer != null && !issuer.certificate.getIssuerX500Principal().equals(issuer.certificate.getSubjectX500Principal())) {
            chain.add(issuer.certificate);
            chain.addAll(issuer.issuers);
        }
        return chain;
    }

    private static byte[][] extensions(Usage usage, List<String> names, byte[] keyId, byte[] issuerKeyId) {
        var extensions = new ArrayList<byte[]>();
        if (usage == Usage.AUTHORITY) {
            extensions.add(extension(BASIC_CONSTRAINTS, true, Der.sequence(Der.bool(true))));
            extensions.add(extension(KEY_USAGE, true, Der.namedBits(KEY_CERT_SIGN | CRL_SIGN)));
        } else {
            extensions.add(extension(BASIC_CONSTRAINTS, true, Der.sequence()));
            extensions.add(extension(KEY_USAGE, true, Der.namedBits(DIGITAL_SIGNATURE)));
            var client = Der.objectIdentifier(CLIENT_AUTH);
            extensions.add(extension(EXTENDED_KEY_USAGE, false,
                    usage == Usage.CLIENT ? Der.sequence(client) : Der.sequence(Der.objectIdentifier(SERVER_AUTH), client)));
        }
        extensions.add(extension(SUBJECT_KEY_ID, false, Der.octets(keyId)));
        extensions.add(extension(AUTHORITY_KEY_ID, false, Der.sequence(Der.context(0, issuerKeyId))));
        if (!names.isEmpty()) {
            extensions.add(extension(ALTERNATIVE_NAMES, false,
                    Der.sequence(names.stream().map(Certificates::alternative).toArray(byte[][]::new))));
        }
        return extensions.toArray(byte[][]::new);
    }

    private static byte[] extension(String identifier, boolean critical, byte[] content) {
        return critical ? Der.sequence(Der.objectIdentifier(identifier), Der.bool(true), Der.octets(content))
                : Der.sequence(Der.objectIdentifier(identifier), Der.octets(content));
    }

    /** RFC 5280 §4.2.1.6: dNSName is 2, iPAddress is 7. */
    private static byte[] alternative(String name) {
        return name.contains(":") || name.matches("[0-9.]+") ? Der.context(7, InetAddress.ofLiteral(name).getAddress())
                : Der.context(2, name.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] name(String commonName) {
        return Der.sequence(Der.set(Der.sequence(Der.objectIdentifier(COMMON_NAME), Der.utf8(commonName))));
    }

    private static byte[] keyId(PublicKey key) {
        try {
            return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()), 20);
        } catch (GeneralSecurityException e) {
            throw new LabException("no SHA-256", e);
        }
    }

    private static KeyPair keys(boolean rsa) {
        try {
            var generator = KeyPairGenerator.getInstance(rsa ? "RSA" : "EC");
            if (rsa) {
                generator.initialize(2048);
            } else {
                generator.initialize(new ECGenParameterSpec("secp256r1"));
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new LabException("cannot make keys", e);
        }
    }

    /** SEC 1: the number in as many bytes as the curve has. */
    private static byte[] fixed(BigInteger number) {
        var bytes = number.toByteArray();
        var result = new byte[32];
        var length = Math.min(bytes.length, result.length);
        System.arraycopy(bytes, bytes.length - length, result, result.length - length, length);
        return result;
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new LabException("cannot encode a certificate", e);
        }
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label
                + "-----\n";
    }

    private static Path replace(Path file, String text) {
        try {
            var fresh = Files.createTempFile(file.toAbsolutePath().getParent(), ".", ".new",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(fresh, text);
            return Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new LabException("cannot write " + file, e);
        }
    }
}
