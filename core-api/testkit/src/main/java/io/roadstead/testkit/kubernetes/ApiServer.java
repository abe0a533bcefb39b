package io.roadstead.testkit.kubernetes;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import org.jspecify.annotations.Nullable;

import io.roadstead.testkit.lab.Certificates;

/**
 * A Kubernetes API server in memory; what it is and is not stands at the package. Safe for any thread.
 *
 * <p>Without tokens and certificates everyone is the administrator. It starts with the namespaces that every cluster has.
 */
public final class ApiServer implements AutoCloseable {

    private static final List<String> NAMESPACES = List.of("default", "kube-node-lease", "kube-public", "kube-system");

    private final Store store;
    private final Kinds kinds = new Kinds();
    private final ApiObjects objects;
    private final Authenticator authenticator;
    private final RequestLog log = new RequestLog();
    private final HttpListener listener;
    private final Faults faults;
    private final String authority;

    private ApiServer(Builder settings) {
        store = new Store(settings.historyLimit);
        var registry = new Registry(store, kinds, settings.clock);
        objects = new ApiObjects(store, kinds, registry);
        NAMESPACES.forEach(name -> objects.apply("{apiVersion: v1, kind: Namespace, metadata: {name: " + name + "}}"));
        authenticator = new Authenticator(settings.tokens.isEmpty() && !settings.knowsUsers);
        settings.tokens.forEach(authenticator::add);
        authority = settings.authority == null ? "" : settings.authority.pem();
        var handler = new ApiHandler(store, kinds, registry, new WatchHandler(store, settings.bookmarkPeriod), authenticator,
                settings.rbac ? Optional.of(new Rbac(store)) : Optional.empty(), log, this::faults);
        listener = new HttpListener(settings.address, settings.tls(), handler);
        faults = new Faults(store, listener);
        listener.start();
    }

    /** One on loopback, without TLS and users. */
    public static ApiServer start() {
        return builder().start();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** What clients connect to. */
    public URI url() {
        var address = listener.address();
        var host = address.getAddress().getHostAddress();
        return URI.create((authority.isEmpty() ? "http://" : "https://") + (host.contains(":") ? "[" + host + "]" : host) + ":"
                + address.getPort());
    }

    /** A kubeconfig file for the administrator where there are no users, and for nobody where there are. */
    public String kubeconfig() {
        return kubeconfig("");
    }

    /** A kubeconfig file for the user with that token. */
    public String kubeconfig(String token) {
        var trust = authority.isEmpty() ? ""
                : "    certificate-authority-data: "
                        + Base64.getEncoder().encodeToString(authority.getBytes(StandardCharsets.UTF_8)) + "\n";
        return """
                apiVersion: v1
                kind: Config
                clusters:
                - name: lab
                  cluster:
                    server: %s
                %susers:
                - name: user
                  user: {%s}
                contexts:
                - name: lab
                  context: {cluster: lab, user: user}
                current-context: lab
                """.formatted(url(), trust, token.isEmpty() ? "" : "token: \"" + token + "\"");
    }

    /** The objects, past authentication, RBAC, faults and the log. */
    public ApiObjects objects() {
        return objects;
    }

    public RequestLog requests() {
        return log;
    }

    public Faults faults() {
        return faults;
    }

    /** How many watches last. */
    public int openWatches() {
        return store.locked(() -> store.watches().size());
    }

    /** The version of the newest write. */
    public long version() {
        return store.locked(store::version);
    }

    /** Forgets what happened, as compaction does: watches and pages that continue from before get 410. Watches that last go on. */
    public void expireHistory() {
        store.locked(store::forgetHistory);
    }

    /** Sends a bookmark to each watch that asked for them. */
    public void sendBookmarks() {
        store.locked(() -> store.watches().forEach(watch -> watch.offerBookmark(store.version(), false)));
    }

    /** Knows the token from now on. */
    public void addToken(String token, String user, String... groups) {
        authenticator.add(token, user(user, groups));
    }

    /** Refuses the token from now on with 401. */
    public void removeToken(String token) {
        authenticator.remove(token);
    }

    @Override
    public void close() {
        faults.clear();
        listener.close();
    }

    @Override
    public String toString() {
        return "API server at " + url();
    }

    private static User user(String name, String... groups) {
        var all = new ArrayList<>(List.of(groups));
        all.add("system:authenticated");
        return new User(name, Set.copyOf(all));
    }

    /** A server to be. */
    public static final class Builder {

        private InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        private final Map<String, User> tokens = new HashMap<>();
        private Certificates.@Nullable Issued certificate;
        private @Nullable Certificates authority;
        private boolean knowsUsers;
        private boolean rbac;
        private Duration bookmarkPeriod = Duration.ofMinutes(1);
        private int historyLimit = 20_000;
        private Clock clock = Clock.systemUTC();

        private Builder() {
        }

        /** Where it listens; port 0 for any. Loopback and any port by default. */
        public Builder listen(InetSocketAddress wanted) {
            address = wanted;
            return this;
        }

        /** Serves TLS with that certificate, and takes client certificates of the authority, whose common names are users. */
        public Builder tls(Certificates trusted, Certificates.Issued own) {
            authority = trusted;
            certificate = own;
            return this;
        }

        /** Serves TLS with a certificate of the authority for the address that it listens on. */
        public Builder tls(Certificates trusted) {
            return tls(trusted,
                    trusted.server("kube-apiserver", address.getAddress().getHostAddress(), "localhost", "kubernetes.default.svc"));
        }

        /** Knows the user by the token; whoever has none, and no certificate, gets 401. A user of {@code system:masters} may do everything. */
        public Builder token(String token, String user, String... groups) {
            tokens.put(token, user(user, groups));
            return this;
        }

        /** Asks for a token or certificate even if none is known yet. */
        public Builder authentication() {
            knowsUsers = true;
            return this;
        }

        /** Allows what roles and bindings among the objects allow, and nothing else. Needs tokens or certificates to tell users apart. */
        public Builder rbac() {
            rbac = true;
            return authentication();
        }

        /** How often watches that asked for bookmarks get one; a minute by default. */
        public Builder bookmarkPeriod(Duration period) {
            bookmarkPeriod = period;
            return this;
        }

        /** How many writes are kept for watches that continue. */
        public Builder historyLimit(int writes) {
            historyLimit = writes;
            return this;
        }

        /** What dates objects. */
        public Builder clock(Clock wanted) {
            clock = wanted;
            return this;
        }

        /** Starts it; it answers when this returns. */
        public ApiServer start() {
            return new ApiServer(this);
        }

        private @Nullable SSLContext tls() {
            var own = certificate;
            var trusted = authority;
            if (own == null || trusted == null) {
                return null;
            }
            try {
                var keys = KeyStore.getInstance(KeyStore.getDefaultType());
                keys.load(null, null);
                var chain = new ArrayList<>(List.of(own.certificate()));
                chain.addAll(own.issuers());
                keys.setKeyEntry("own", own.key(), new char[0], chain.toArray(java.security.cert.Certificate[]::new));
                keys.setCertificateEntry("authority", trusted.certificate());
                var keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                keyManagers.init(keys, new char[0]);
                var trustManagers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                trustManagers.init(keys);
                var context = SSLContext.getInstance("TLS");
                context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
                return context;
            } catch (GeneralSecurityException | java.io.IOException e) {
                throw new IllegalStateException("cannot serve TLS with " + own.certificate().getSubjectX500Principal(), e);
            }
        }
    }
}
