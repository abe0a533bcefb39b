package io.roadstead.plugin.mesh.etcd;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.config.Doc;
import io.roadstead.api.config.Secret;
import io.roadstead.plugin.mesh.etcd.client.Credentials;
import io.roadstead.plugin.mesh.etcd.client.Target;
import io.roadstead.plugin.mesh.etcd.tls.TlsFiles;

/** How one cluster's etcd is reached. */
@Doc("How one cluster's etcd is reached: by endpoints, or as a file says.")
public record StoreConfig(
        @Doc(value = "Servers of one etcd cluster, of which one at a time is used.",
                example = "[\"https://east.mesh.example:2379\"]") List<String> endpoints,
        @Doc("A file in the format of etcd.config instead, followed as it changes.") @Nullable Path file,
        @Doc("Certificates, for https.") @Nullable Tls tls,
        @Doc("Who logs in by password; the certificate's common name is the user otherwise.") @Nullable String username,
        @Doc("The password.") @Nullable Secret password) {

    public StoreConfig {
        endpoints = List.copyOf(endpoints);
        if (endpoints.isEmpty() == (file == null)) {
            throw new IllegalArgumentException(
                    file == null ? "endpoints are missing; write them, or file" : "file stands beside endpoints; remove one");
        }
        if (file != null && (tls != null || username != null || password != null)) {
            throw new IllegalArgumentException("file says everything; remove tls, username and password");
        }
        if ((username == null) != (password == null)) {
            throw new IllegalArgumentException("username and password go together; write both, or neither");
        }
        if (file == null) {
            target(endpoints, tls, username, password);
        }
    }

    /** Empty when a file says it. */
    Optional<Target> target() {
        return file == null ? Optional.of(target(endpoints, tls, username, password)) : Optional.empty();
    }

    private static Target target(List<String> endpoints, @Nullable Tls tls, @Nullable String username, @Nullable Secret password) {
        List<URI> uris = new ArrayList<>();
        for (String endpoint : endpoints) {
            try {
                uris.add(new URI(endpoint.contains("://") ? endpoint : (tls == null ? "http://" : "https://") + endpoint));
            } catch (URISyntaxException e) {
                throw new IllegalArgumentException("endpoints hold " + endpoint + ", which is not http://host:port or https://host:port",
                        e);
            }
        }
        Tls secure = tls == null ? new Tls(null, null, null, null, null) : tls;
        return new Target(uris, secure.files(), secure.serverName,
                username == null || password == null ? null : new Credentials(username, password),
                Map.of());
    }

    /** Certificates. Files are read again for each connection. */
    @Doc("Certificates, PEM. Files are read again for each connection.")
    public record Tls(
            @Doc("Authorities to trust; those of the Java runtime when not given.") @Nullable Path trustedCaFile,
            @Doc("This client's certificate, whose common name is the user in etcd's eyes.") @Nullable Path certFile,
            @Doc("The certificate's key.") @Nullable Path keyFile,
            @Doc("The name that the server's certificate must be for; the endpoint's host when not given.") @Nullable String serverName,
            @Doc("Whether any server is believed to be who it says; false when not given.") @Nullable Boolean insecureSkipVerify) {

        public Tls {
            if ((certFile == null) != (keyFile == null)) {
                throw new IllegalArgumentException("cert-file and key-file go together; write both, or neither");
            }
        }

        private TlsFiles files() {
            return new TlsFiles(trustedCaFile, certFile, keyFile, insecureSkipVerify != null && insecureSkipVerify);
        }
    }
}
