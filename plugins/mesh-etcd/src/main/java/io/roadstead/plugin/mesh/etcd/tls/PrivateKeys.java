package io.roadstead.plugin.mesh.etcd.tls;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;

/** Reads the private key of a certificate: PKCS#8, and the older PKCS#1 (RSA) and SEC 1 (EC) that cert-manager and openssl write. Never prints any of it. */
final class PrivateKeys {
    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;
    private static final byte[] VERSION_0 = {2, 1, 0};

    private PrivateKeys() {
    }

    /**
     * The key in the file.
     *
     * @throws RoadsteadException when the file cannot be read, holds no key that is known here, or the key of another certificate
     */
    static PrivateKey read(String role, Path file, X509Certificate certificate) {
        String subject = role + " " + file;
        Pem.Block block = Pem.read(role, file).stream().filter(found -> found.label().endsWith("PRIVATE KEY")).findFirst()
                .orElseThrow(() -> new RoadsteadException(CommonErrorCode.CONFIG_SYNTAX, subject, "holds no private key",
                        "it must be PEM, with BEGIN PRIVATE KEY"));
        if (block.label().startsWith("ENCRYPTED") || block.text().contains("ENCRYPTED")) {
            throw new RoadsteadException(CommonErrorCode.CONFIG_SYNTAX, subject, "is encrypted",
                    "store it without a passphrase (openssl pkey), readable by the agent's user only");
        }
        PrivateKey key = decode(subject, block, certificate.getPublicKey());
        if (!belongsTo(key, certificate.getPublicKey())) {
            throw new RoadsteadException(CommonErrorCode.CONFIG_SYNTAX, subject, "is not the key of the certificate beside it",
                    "write both anew; when they are just being replaced, this passes");
        }
        return key;
    }

    // The cause is left out: an exception of a decoder may quote what it could not decode.
    private static PrivateKey decode(String subject, Pem.Block block, PublicKey publicKey) {
        try {
            byte[] content = block.bytes();
            byte[] pkcs8 = switch (block.label()) {
                case "PRIVATE KEY" -> content;
                case "RSA PRIVATE KEY", "EC PRIVATE KEY" -> wrap(content, publicKey.getEncoded());
                default -> throw new RoadsteadException(CommonErrorCode.CONFIG_SYNTAX, subject,
                        "is a " + block.label() + ", which is not known here",
                        "convert it by: openssl pkcs8 -topk8 -nocrypt");
            };
            return KeyFactory.getInstance(publicKey.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException | IllegalArgumentException ignored) {
            throw new RoadsteadException(CommonErrorCode.CONFIG_SYNTAX, subject,
                    "cannot be decoded as a key of the certificate's algorithm, " + publicKey.getAlgorithm(),
                    "write it again, or convert it by: openssl pkcs8 -topk8 -nocrypt");
        }
    }

    /** RFC 5208: the older forms are the content of PKCS#8, and the algorithm that is missing in them stands in the public key (RFC 5280 §4.1). */
    private static byte[] wrap(byte[] content, byte[] info) {
        int algorithm = headerLength(info, 0);
        int algorithmLength = headerLength(info, algorithm) + contentLength(info, algorithm);
        return element(SEQUENCE, VERSION_0, Arrays.copyOfRange(info, algorithm, algorithm + algorithmLength),
                element(OCTET_STRING, content));
    }

    private static int headerLength(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        return first < 0x80 ? 2 : 2 + (first & 0x7f);
    }

    private static int contentLength(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        for (int i = 0; i < (first & 0x7f); i++) {
            length = length << 8 | der[at + 2 + i] & 0xff;
        }
        return length;
    }

    private static byte[] element(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream element = new ByteArrayOutputStream();
        element.write(tag);
        int length = content.size(); // DER wants the shortest form
        if (length > 0xff) {
            element.write(0x82);
            element.write(length >>> 8);
        } else if (length > 0x7f) {
            element.write(0x81);
        }
        element.write(length);
        element.writeBytes(content.toByteArray());
        return element.toByteArray();
    }

    private static boolean belongsTo(PrivateKey key, PublicKey publicKey) {
        String algorithm = switch (publicKey.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> publicKey.getAlgorithm();
        };
        byte[] message = "roadstead".getBytes(StandardCharsets.US_ASCII);
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(message);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(message);
            return signature.verify(signed);
        } catch (GeneralSecurityException ignored) { // of another size or curve
            return false;
        }
    }
}
