package io.roadstead.kernel.plugin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Set;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.kernel.plugin.PluginLock.Entry;

/** Decides whether a plugin's content may be loaded. Immutable. */
final class PluginVerifier {

    private final LockMode mode;
    private final PluginLock lock;
    private final List<PublicKey> keys;

    PluginVerifier(LockMode mode, PluginLock lock, List<String> trustedKeys) {
        this.mode = mode;
        this.lock = lock;
        this.keys = trustedKeys.stream().map(PluginVerifier::key).toList();
    }

    /**
     * Why the plugin is trusted: {@code lock}, {@code signature}, {@code unlisted} or {@code unchecked}.
     *
     * @param signature the detached signature's file, {@code <jar>.sig} or {@code <directory>.sig}; need not exist
     */
    String verify(PluginManifest manifest, PluginContent content, Path copy, Path signature, String subject) {
        Entry entry = mode == LockMode.OFF ? null : lock.entries().get(manifest.id());
        if (entry != null) {
            if (!entry.sha256().equals(content.sha256()) || !entry.version().equals(manifest.version())) {
                throw new RoadsteadException(CommonErrorCode.PLUGIN_NOT_LOCKED, subject,
                        "is " + manifest.id() + " " + manifest.version() + " " + content.sha256() + ", but plugins.lock has "
                                + entry.version() + " "
                                + entry.sha256(),
                        "put the locked file back, or accept this one with roadstead plugin install");
            }
            return "lock";
        }
        if (!keys.isEmpty()) {
            verifySignature(content, copy, signature, subject);
            return "signature";
        }
        if (mode == LockMode.ENFORCE) {
            throw new RoadsteadException(CommonErrorCode.PLUGIN_NOT_LOCKED, subject,
                    "plugin " + manifest.id() + " is not in plugins.lock, and lock-mode is enforce",
                    "add the line " + new Entry(manifest.id(), manifest.version(), content.sha256()));
        }
        return mode == LockMode.OFF ? "unchecked" : "unlisted";
    }

    /** Refuses what others than its owner may change. */
    static void requirePrivate(Path path, String subject) {
        try {
            if (!Files.getFileStore(path).supportsFileAttributeView("posix")) {
                return;
            }
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
            if (permissions.contains(PosixFilePermission.GROUP_WRITE) || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
                throw new RoadsteadException(CommonErrorCode.PLUGIN_FOLDER_UNSAFE, subject, "may be written to by others than its owner",
                        "run chmod go-w " + path);
            }
        } catch (IOException e) {
            throw new RoadsteadException(CommonErrorCode.PLUGIN_UNREADABLE, subject, "cannot be read: " + e,
                    "make it readable for the agent's user", e);
        }
    }

    private void verifySignature(PluginContent content, Path copy, Path signatureFile, String subject) {
        if (!Files.exists(signatureFile)) {
            throw new RoadsteadException(CommonErrorCode.PLUGIN_SIGNATURE, subject, "is neither in plugins.lock nor signed",
                    "put its signature beside it as " + signatureFile.getFileName() + ", or add it to plugins.lock");
        }
        try {
            byte[] signed = content.listing().isEmpty() ? Files.readAllBytes(copy) : content.listing().getBytes(StandardCharsets.UTF_8);
            byte[] signature = Files.readAllBytes(signatureFile);
            for (PublicKey key : keys) {
                Signature check = Signature.getInstance("Ed25519");
                check.initVerify(key);
                check.update(signed);
                // Ed25519 signatures have 64 bytes; others make the provider throw.
                if (signature.length == 64 && check.verify(signature)) {
                    return;
                }
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new RoadsteadException(CommonErrorCode.PLUGIN_SIGNATURE, subject, "its signature cannot be checked: " + e.getMessage(),
                    "sign it anew", e);
        }
        throw new RoadsteadException(CommonErrorCode.PLUGIN_SIGNATURE, subject, "its signature is not by a trusted key",
                "get the file from its author again, or add the author's key");
    }

    private static PublicKey key(String base64) {
        try {
            return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(Base64.getMimeDecoder().decode(base64)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new RoadsteadException(CommonErrorCode.PLUGIN_SIGNATURE, "trusted key " + base64,
                    "is not an Ed25519 public key: " + e.getMessage(),
                    "give the base-64 lines of the PEM file that openssl pkey -pubout writes", e);
        }
    }
}
