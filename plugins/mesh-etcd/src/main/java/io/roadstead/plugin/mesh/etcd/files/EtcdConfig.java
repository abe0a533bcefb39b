package io.roadstead.plugin.mesh.etcd.files;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.config.Secret;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.plugin.mesh.etcd.client.Credentials;
import io.roadstead.plugin.mesh.etcd.client.Target;
import io.roadstead.plugin.mesh.etcd.tls.TlsFiles;

/**
 * What the text of one {@code etcd.config} means: YAML as Cilium's agents and {@code etcdctl} read it.
 *
 * @param notes what stands in it and has no effect here, each a clause
 */
record EtcdConfig(Target target, List<String> notes) {

    /** How Cilium tells a configuration from the certificates and keys that lie beside it. */
    private static final String MARK = "endpoints:";
    private static final Set<String> USED = Set.of("endpoints", "trusted-ca-file", "ca-file", "cert-file", "key-file", "insecure-transport",
            "insecure-skip-tls-verify", "username", "password", "cilium-host-aliases");
    /** Of etcd's own client. Its connection is kept up, and its members are tried, as {@code roadstead.mesh.etcd} says. */
    private static final Set<String> WITHOUT_EFFECT =
            Set.of("dial-timeout", "dial-keep-alive-time", "dial-keep-alive-timeout", "auto-sync-interval",
                    "reject-old-cluster", "permit-without-stream", "max-call-send-msg-size", "max-call-recv-msg-size");

    EtcdConfig {
        notes = List.copyOf(notes);
    }

    /** Whether the text is one at all. */
    static boolean isOne(String text) {
        return text.contains(MARK);
    }

    /**
     * Reads it.
     *
     * @param subject   what the text is, for messages
     * @param directory that relative names of files are relative to
     * @throws RoadsteadException when it cannot be used
     */
    static EtcdConfig parse(String subject, Path directory, String text) {
        YamlFields fields = YamlFields.parse(subject, text);
        List<String> notes = new ArrayList<>();
        boolean plain = fields.flag("insecure-transport");
        List<URI> endpoints = endpoints(fields, plain);
        boolean encrypted = endpoints.stream().anyMatch(endpoint -> endpoint.getScheme().equals("https"));
        TlsFiles tls = tls(fields, directory);
        Credentials credentials = credentials(fields);
        noteWithoutEffect(fields, encrypted, notes);
        return new EtcdConfig(new Target(endpoints, encrypted ? tls : null, null, credentials, aliases(fields)), notes);
    }

    private static List<URI> endpoints(YamlFields fields, boolean plain) {
        List<URI> endpoints = new ArrayList<>();
        for (String text : fields.texts("endpoints")) {
            endpoints.add(endpoint(fields, "endpoints[" + endpoints.size() + "]", text.strip(), plain));
        }
        if (endpoints.isEmpty()) {
            throw fields.missing("endpoints", "write '- https://HOST:2379' below it");
        }
        return endpoints;
    }

    private static URI endpoint(YamlFields fields, String name, String text, boolean plain) {
        try {
            // Without a scheme etcd's client encrypts when it has something to encrypt with, which is unless it was forbidden.
            URI uri = new URI(text.contains("://") ? text : (plain ? "http://" : "https://") + text);
            boolean whole = uri.getHost() != null && uri.getRawUserInfo() == null && uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && (uri.getRawPath().isEmpty() || uri.getRawPath().equals("/")) && uri.getPort() <= 0xffff && uri.getPort() != 0;
            String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
            if (whole && (scheme.equals("http") || scheme.equals("https"))) {
                if (plain && scheme.equals("https")) {
                    throw fields.wrong("insecure-transport", "is true, and yet an endpoint is https", "remove it, or write http");
                }
                return new URI(scheme, null, uri.getHost(), Target.port(uri), null, null, null);
            }
        } catch (URISyntaxException ignored) { // said below, without what may be a password in it
        }
        throw fields.wrong(name, "is not http://HOST:PORT or https://HOST:PORT", "correct it");
    }

    private static TlsFiles tls(YamlFields fields, Path directory) {
        Path authorities = file(fields, directory, "trusted-ca-file").or(() -> file(fields, directory, "ca-file")).orElse(null);
        Path certificate = file(fields, directory, "cert-file").orElse(null);
        Path key = file(fields, directory, "key-file").orElse(null);
        if (certificate == null && key != null) {
            throw fields.missing("cert-file", "name the certificate that belongs to key-file");
        }
        if (certificate != null && key == null) {
            throw fields.missing("key-file", "name the key that belongs to cert-file");
        }
        return new TlsFiles(authorities, certificate, key, fields.flag("insecure-skip-tls-verify"));
    }

    private static Optional<Path> file(YamlFields fields, Path directory, String name) {
        return fields.text(name).map(text -> {
            if (text.indexOf('\0') >= 0) {
                throw fields.wrong(name, "is not the name of a file", "correct it");
            }
            return directory.resolve(text);
        });
    }

    private static @Nullable Credentials credentials(YamlFields fields) {
        Optional<String> user = fields.text("username");
        Optional<String> password = fields.text("password");
        if (user.isPresent() != password.isPresent()) {
            throw fields.missing(user.isPresent() ? "password" : "username",
                    "write both, or neither when the certificate's CN is the user");
        }
        return user.flatMap(name -> password.map(secret -> new Credentials(name, Secret.of(secret)))).orElse(null);
    }

    private static Map<String, List<InetAddress>> aliases(YamlFields fields) {
        Map<String, List<InetAddress>> aliases = new HashMap<>();
        for (YamlFields alias : fields.mappings("cilium-host-aliases")) {
            String host = alias.text("hostname").orElseThrow(() -> alias.missing("hostname", "name the host"));
            List<InetAddress> addresses = new ArrayList<>();
            for (String text : alias.texts("ips")) {
                try {
                    addresses.add(InetAddress.ofLiteral(text));
                } catch (IllegalArgumentException ignored) {
                    throw alias.wrong("ips", "holds something that is not an IP address", "correct it");
                }
            }
            if (addresses.isEmpty()) {
                throw alias.missing("ips", "write at least one address");
            }
            aliases.merge(host.toLowerCase(Locale.ROOT), addresses, (one, other) -> Stream.concat(one.stream(), other.stream()).toList());
        }
        return aliases;
    }

    private static void noteWithoutEffect(YamlFields fields, boolean encrypted, List<String> notes) {
        for (String name : fields.unknown(USED)) {
            switch (name.toLowerCase(Locale.ROOT)) {
                case "dial-timeout", "dial-keep-alive-time", "dial-keep-alive-timeout", "auto-sync-interval" -> {
                    fields.duration(name.toLowerCase(Locale.ROOT));
                    notes.add(name + " has no effect: roadstead.mesh.etcd says how connections are made and kept");
                }
                default -> notes.add(WITHOUT_EFFECT.contains(name.toLowerCase(Locale.ROOT)) ? name + " has no effect"
                        : name + " is not known");
            }
        }
        if (!encrypted && (fields.text("cert-file").isPresent() || fields.text("trusted-ca-file").isPresent())) {
            notes.add("no endpoint is https: the certificates have no effect, and nothing is encrypted");
        }
        if (fields.text("ca-file").isPresent()) {
            notes.add(fields.text("trusted-ca-file").isPresent() ? "ca-file has no effect beside trusted-ca-file"
                    : "ca-file is deprecated: write trusted-ca-file");
        }
    }
}
