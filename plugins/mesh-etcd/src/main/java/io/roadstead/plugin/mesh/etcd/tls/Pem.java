package io.roadstead.plugin.mesh.etcd.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;

/** Reads files of PEM blocks (RFC 7468). What it throws names the file, and never what is in it. */
final class Pem {
    /** A bundle of all authorities that browsers trust has a quarter of it. */
    private static final int MAX_BYTES = 1 << 20;
    private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s*\\R(.*?)-----END \\1-----", Pattern.DOTALL);

    private Pem() {
    }

    /** One block; the text is what stands between its lines. */
    record Block(String label, String text) {
        /** @throws IllegalArgumentException when it is not base64 */
        byte[] bytes() {
            return Base64.getMimeDecoder().decode(text);
        }

        /** Never what may be a key. */
        @Override
        public String toString() {
            return label;
        }
    }

    /**
     * All blocks of a file.
     *
     * @param role what the file is for, as the configuration calls it
     * @throws RoadsteadException when it cannot be read
     */
    static List<Block> read(String role, Path file) {
        Matcher matcher = BLOCK.matcher(text(role, file));
        List<Block> blocks = new ArrayList<>();
        while (matcher.find()) {
            blocks.add(new Block(matcher.group(1), matcher.group(2)));
        }
        return blocks;
    }

    /** All certificates of a file, at least one; other blocks are passed over. Throws as {@link #read} does. */
    static List<X509Certificate> certificates(String role, Path file) {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : read(role, file)) {
            if (block.label.equals("CERTIFICATE")) {
                certificates.add(certificate(role, file, block));
            }
        }
        if (certificates.isEmpty()) {
            throw new RoadsteadException(CommonErrorCode.CONFIG_SYNTAX, role + " " + file, "holds no certificate",
                    "it must be PEM, with BEGIN CERTIFICATE");
        }
        return certificates;
    }

    private static X509Certificate certificate(String role, Path file, Block block) {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(block.bytes()));
        } catch (CertificateException | IllegalArgumentException e) {
            throw new RoadsteadException(CommonErrorCode.CONFIG_SYNTAX, role + " " + file, "holds a certificate that cannot be decoded",
                    "write it again", e);
        }
    }

    private static String text(String role, Path file) {
        String subject = role + " " + file;
        try {
            // Opening a pipe would wait for its writer.
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw new RoadsteadException(CommonErrorCode.INPUT_OUTPUT, subject, "is not a regular file", "name the file itself");
            }
            byte[] content;
            try (InputStream input = Files.newInputStream(file)) {
                content = input.readNBytes(MAX_BYTES + 1);
            }
            if (content.length > MAX_BYTES) {
                throw new RoadsteadException(CommonErrorCode.INPUT_OUTPUT, subject, "has more than " + MAX_BYTES + " bytes",
                        "name another");
            }
            return new String(content, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new RoadsteadException(CommonErrorCode.CONFIG_FILE_MISSING, subject, "does not exist",
                    "put it there, or correct its name; it is looked for again", e);
        } catch (AccessDeniedException e) {
            throw new RoadsteadException(CommonErrorCode.PERMISSION, subject, "may not be read by the agent's user",
                    "let that user read it", e);
        } catch (IOException e) {
            throw new RoadsteadException(CommonErrorCode.INPUT_OUTPUT, subject, "cannot be read: " + e.getMessage(),
                    "see to its file system", e);
        }
    }
}
