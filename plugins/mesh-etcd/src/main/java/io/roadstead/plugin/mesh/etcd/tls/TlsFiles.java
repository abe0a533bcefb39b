package io.roadstead.plugin.mesh.etcd.tls;

import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.SSLException;

import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import org.jspecify.annotations.Nullable;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.plugin.mesh.etcd.client.TlsSource;

/**
 * TLS as the files say that it names, read anew for each connection: a renewed certificate, key or authority counts from the next handshake on.
 *
 * @param trustedCa          authorities to trust, PEM; null for those of the Java runtime
 * @param certificate        of this client with its chain, PEM; null when it shows none. Its CN is the user, as etcd sees it
 * @param key                of the certificate, PEM; null exactly when the certificate is
 * @param insecureSkipVerify whether any server is believed to be who it says
 */
public record TlsFiles(@Nullable Path trustedCa, @Nullable Path certificate, @Nullable Path key, boolean insecureSkipVerify)
        implements TlsSource {

    /** As Cilium's client and etcd have it: nothing older than TLS 1.2. */
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    public TlsFiles {
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException("a certificate takes a key, and a key a certificate");
        }
    }

    /** What the files hold now: certificate and key belong together. Throws as {@link #context} does. */
    public Material read() {
        List<X509Certificate> authorities = trustedCa == null ? List.of() : Pem.certificates("trusted-ca-file", trustedCa);
        if (certificate == null || key == null) {
            return new Material(authorities, List.of(), null);
        }
        List<X509Certificate> chain = Pem.certificates("cert-file", certificate);
        return new Material(authorities, chain, PrivateKeys.read("key-file", key, chain.getFirst()));
    }

    @Override
    public SslContext context() {
        Material material = read();
        SslContextBuilder builder = GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK).protocols(PROTOCOLS);
        if (insecureSkipVerify) {
            builder.trustManager(new TrustEverybody());
        } else if (!material.authorities.isEmpty()) {
            builder.trustManager(material.authorities);
        }
        if (material.key != null) {
            builder.keyManager(material.key, material.chain);
        }
        try {
            return builder.build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new RoadsteadException(CommonErrorCode.CONFIG_SYNTAX, "TLS of " + this, "cannot be set up: " + e.getMessage(),
                    "look at the files with: openssl x509 -text", e);
        }
    }

    /** Who etcd takes this client for: the common name of its certificate; empty without one, or when it cannot be read. */
    public String commonName() {
        try {
            List<X509Certificate> chain = certificate == null ? List.of() : Pem.certificates("cert-file", certificate);
            return chain.isEmpty() ? "" : commonName(chain.getFirst().getSubjectX500Principal().getName());
        } catch (RoadsteadException ignored) { // said where the files are used
            return "";
        }
    }

    private static String commonName(String distinguishedName) {
        try {
            return new LdapName(distinguishedName).getRdns().stream().filter(part -> part.getType().equalsIgnoreCase("CN"))
                    .map(part -> String.valueOf(part.getValue())).findFirst().orElse("");
        } catch (InvalidNameException ignored) { // what a certificate has can be written in other ways, too
            return "";
        }
    }

    /**
     * What TLS is made of.
     *
     * @param authorities to trust; empty for those of the Java runtime
     * @param chain       of this client, its own certificate first; empty when it shows none
     * @param key         null exactly when the chain is empty
     */
    public record Material(List<X509Certificate> authorities, List<X509Certificate> chain, @Nullable PrivateKey key) {
        public Material {
            authorities = List.copyOf(authorities);
            chain = List.copyOf(chain);
        }

        /** Without the key. */
        @Override
        public String toString() {
            return "Material[authorities=" + authorities.size() + ", chain=" + chain.size() + "]";
        }
    }
}
