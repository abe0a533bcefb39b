package io.roadstead.testkit.lab;

import static io.roadstead.testkit.lab.Eventually.eventually;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * A real etcd with its data in a private directory, and etcdctl to it. Confined to the test's thread. Keeps its ports and its settings over stops and restarts.
 *
 * <p>Traps: with a {@link Builder#tls} authority only clients with a certificate of it get in, and etcdctl is one of them, named {@code root}; after
 * {@link #enableAuth} what a certificate may do is what the user of its common name may.
 */
public final class Etcd implements AutoCloseable {

    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
    private static final int OPERATIONS_PER_TRANSACTION = 100; // etcd takes 128
    private static final int TRANSACTIONS_PER_COMMAND = 200;

    private final LabDirectory directory;
    private final Builder settings;
    private final String name;
    private final String address;
    private final int clientPort;
    private final int peerPort;
    private String initialCluster;
    private String token;
    private @Nullable ManagedProcess process;

    private Etcd(Builder settings, String name) {
        this.settings = settings;
        this.name = name;
        directory = LabDirectory.create("etcd");
        token = directory.file("").getFileName().toString();
        address = settings.address;
        clientPort = settings.namespace == null ? FreePorts.next() : settings.port;
        peerPort = settings.namespace == null ? FreePorts.next() : settings.port + 1;
        initialCluster = name + "=" + peerUrl();
        settings.writeCertificates(directory);
    }

    /** A single server on loopback, without TLS, that answers. */
    public static Etcd start() {
        return builder().start();
    }

    /** Settings of a server to be. */
    public static Builder builder() {
        return new Builder();
    }

    /** The URL that clients use. */
    public String endpoint() {
        return (settings.authority == null ? "http://" : "https://") + bracketed(address) + ":" + clientPort;
    }

    /** The address that clients connect to. */
    public String address() {
        return address;
    }

    /** The port that clients connect to. */
    public int port() {
        return clientPort;
    }

    /** Asks it to end, and waits until it has. Its data stays. */
    public void stop() {
        if (process != null) {
            process.close();
            process = null;
        }
    }

    /** Ends it without a farewell. Its data stays. */
    public void kill() {
        if (process != null) {
            process.kill();
            process = null;
        }
    }

    /** Starts it again, and waits until it answers. */
    public void restart() {
        stop();
        launch();
        awaitAnswer();
    }

    /** Starts it again without any data: another cluster id, revisions from 1. */
    public void wipe() {
        token = token + "x";
        wipeKeepingId();
    }

    /** The same with the cluster id that it had: nothing but the revisions tells. */
    public void wipeKeepingId() {
        stop();
        LabDirectory.deleteAll(directory.file("data"));
        launch();
        awaitAnswer();
    }

    /** Stores one key. */
    public void put(String key, String value) {
        ctl("put", "--", key, value);
    }

    /** Stores many, a hundred per revision, as fast as etcdctl can. */
    public void put(Map<String, String> values) {
        transact(values.entrySet().stream().map(entry -> "put -- " + quoted(entry.getKey()) + " " + quoted(entry.getValue())).toList());
    }

    /** Removes keys. */
    public void delete(Collection<String> keys) {
        transact(keys.stream().map(key -> "del -- " + quoted(key)).toList());
    }

    /** Removes one key. */
    public void delete(String key) {
        ctl("del", "--", key);
    }

    /** Removes everything that begins with the prefix. */
    public void deletePrefix(String prefix) {
        ctl("del", "--prefix", "--", prefix);
    }

    /** All keys that begin with the prefix, with their values. */
    public Map<String, String> all(String prefix) {
        var all = new TreeMap<String, String>();
        json("get", "--prefix", "--", prefix).path("kvs").forEach(entry -> all.put(text(entry.path("key")), text(entry.path("value"))));
        return all;
    }

    /** The lease of each key that begins with the prefix; 0 for none. */
    public Map<String, Long> leases(String prefix) {
        var leases = new TreeMap<String, Long>();
        json("get", "--prefix", "--", prefix).path("kvs")
                .forEach(entry -> leases.put(text(entry.path("key")), entry.path("lease").asLong()));
        return leases;
    }

    /** Ends a lease, and with it the keys that hang on it. */
    public void revoke(long lease) {
        ctl("lease", "revoke", Long.toHexString(lease));
    }

    /** The leases that there are. */
    public List<Long> leases() {
        return Json.elements(json("lease", "list").path("leases")).map(lease -> lease.path("ID").asLong(lease.path("id").asLong()))
                .toList();
    }

    /** The revision of the newest change. */
    public long revision() {
        return json("get", "--limit=1", "--", "x").path("header").path("revision").asLong();
    }

    /** In hexadecimal digits. */
    public String clusterId() {
        return Long.toHexString(Long.parseUnsignedLong(json("get", "--limit=1", "--", "x").path("header").path("cluster_id").asText()));
    }

    /** Forgets what happened before now. */
    public void compact() {
        ctl("compact", "--physical=true", Long.toString(revision()));
    }

    /** Takes writes again after {@link Builder#quota} had been reached: room is made and the alarm is switched off. */
    public void makeRoom() {
        compact();
        ctl("defrag");
        ctl("alarm", "disarm");
    }

    /** Whether it leads its cluster. */
    public boolean leads() {
        var status = json("endpoint", "status").path(0).path("Status");
        return status.path("header").path("member_id").asText("?").equals(status.path("leader").asText());
    }

    /** Gives the lead of its cluster, which it has, to another member. */
    public void yieldTo(Etcd other) {
        var member = other.json("endpoint", "status").path(0).path("Status").path("header").path("member_id").asText();
        ctl("move-leader", Long.toHexString(Long.parseUnsignedLong(member)));
        eventually(START_TIMEOUT, other::leads, leads -> leads);
    }

    /**
     * Lets a user in, in etcd's sense the common name of a certificate, with a role of that name that may read the prefixes.
     *
     * @param readable prefixes; without any the user may do nothing
     */
    public void user(String user, String... readable) {
        ctl("role", "add", user);
        for (var prefix : readable) {
            ctl("role", "grant-permission", "--prefix=true", user, "read", prefix);
        }
        ctl("user", "add", user, "--no-password");
        ctl("user", "grant-role", user, user);
    }

    /** As {@link #user}, with read and write. */
    public void writer(String user, String... writable) {
        user(user);
        for (var prefix : writable) {
            ctl("role", "grant-permission", "--prefix=true", user, "readwrite", prefix);
        }
    }

    /** Makes root, who may do everything and is who etcdctl logs in as, and asks for permission from now on. Needs {@link Builder#tls}. */
    public void enableAuth() {
        ctl("role", "add", "root");
        ctl("user", "add", "root", "--no-password");
        ctl("user", "grant-role", "root", "root");
        ctl("auth", "enable");
    }

    /** What etcdctl says; throws {@link LabException} when it fails. */
    public String ctl(String... words) {
        return tryCtl(words).successfulOutput();
    }

    /** What etcdctl says, and how it ended. */
    public CommandResult tryCtl(String... words) {
        return run(Stream.concat(ctlCommand().stream(), Stream.of(words)).toList());
    }

    /** Files that etcdctl uses as {@code root}; only with {@link Builder#tls}. */
    public Path file(String fileName) {
        return directory.file(fileName);
    }

    /** Everything it said so far. */
    public String logs() {
        return LabDirectory.read(directory.file("log"));
    }

    @Override
    public void close() {
        stop();
        directory.close();
    }

    @Override
    public String toString() {
        return "etcd " + name + " at " + endpoint();
    }

    private JsonNode json(String... words) {
        return Json
                .parse(ctl(Stream.concat(Stream.of(words).limit(1), Stream.concat(Stream.of("--write-out=json"), Stream.of(words).skip(1)))
                        .toArray(String[]::new)));
    }

    private void transact(List<String> operations) {
        var script = new StringBuilder("set -e\n");
        int transactions = 0;
        for (int from = 0; from < operations.size(); from += OPERATIONS_PER_TRANSACTION) {
            var batch = operations.subList(from, Math.min(operations.size(), from + OPERATIONS_PER_TRANSACTION));
            var file = directory.write("txn" + transactions, "\n" + String.join("\n", batch) + "\n\n\n");
            script.append(String.join(" ", ctlCommand())).append(" txn < ").append(file).append(" > /dev/null\n");
            if (++transactions == TRANSACTIONS_PER_COMMAND) {
                runScript(script);
                transactions = 0;
            }
        }
        runScript(script);
    }

    private void runScript(StringBuilder script) {
        run(List.of("sh", directory.write("transactions.sh", script.toString()).toString())).successfulOutput();
        script.setLength(0);
        script.append("set -e\n");
    }

    /** As etcdctl's transactions read it: like a string of Go. */
    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }

    private CommandResult run(List<String> command) {
        return settings.namespace == null ? CommandResult.of(command) : settings.namespace.tryRun(command.toArray(String[]::new));
    }

    private List<String> ctlCommand() {
        var command = new ArrayList<>(List.of("env", "ETCDCTL_API=3", Tool.ETCDCTL.path("etcdctl"), "--endpoints=" + endpoint(),
                "--command-timeout=20s"));
        if (settings.authority != null) {
            command.addAll(List.of("--cacert=" + file("ca.crt"), "--cert=" + file("root.crt"), "--key=" + file("root.key")));
        }
        return command;
    }

    private void launch() {
        var command = new ArrayList<>(List.of(Tool.ETCD.path("etcd"), "--name", name, "--data-dir", file("data").toString(),
                "--listen-client-urls", endpoint(), "--advertise-client-urls", endpoint(), "--listen-peer-urls", peerUrl(),
                "--initial-advertise-peer-urls", peerUrl(), "--initial-cluster", initialCluster, "--initial-cluster-token", token,
                "--logger", "zap", "--log-level", "warn"));
        if (settings.quotaBytes > 0) {
            command.addAll(List.of("--quota-backend-bytes", Long.toString(settings.quotaBytes)));
        }
        if (settings.authority != null) {
            command.addAll(List.of("--cert-file", file("server.crt").toString(), "--key-file", file("server.key").toString(),
                    "--trusted-ca-file", file("ca.crt").toString(), "--client-cert-auth"));
        }
        command.addAll(settings.arguments);
        var builder = ManagedProcess.of(command).log(file("log"));
        process = (settings.namespace == null ? builder : builder.in(settings.namespace)).start();
    }

    private void awaitAnswer() {
        if (process != null) {
            process.await(START_TIMEOUT, "answers etcdctl",
                    () -> tryCtl("--command-timeout=2s", "get", "--limit=1", "--", "x").exitCode() == 0
                            || logs().contains("permission denied"));
        }
    }

    private String peerUrl() {
        return "http://" + bracketed(address) + ":" + peerPort;
    }

    private static String bracketed(String address) {
        return address.contains(":") ? "[" + address + "]" : address;
    }

    private static String text(JsonNode base64) {
        return new String(Base64.getDecoder().decode(base64.asText()), StandardCharsets.UTF_8);
    }

    /** A server to be: where it listens, with what. */
    public static final class Builder {

        private final List<String> arguments = new ArrayList<>();
        private @Nullable Namespace namespace;
        private String address = "127.0.0.1";
        private int port;
        private long quotaBytes;
        private @Nullable Certificates authority;
        private Certificates.@Nullable Issued server;

        private Builder() {
        }

        /** In the namespace, at an address that it has; the port after this one is for its peers. On loopback, at free ports, if not said. */
        public Builder in(Namespace namespace, String address, int port) {
            this.namespace = namespace;
            this.address = address;
            this.port = port;
            return this;
        }

        /** How much it stores before it refuses writes. */
        public Builder quota(long bytes) {
            quotaBytes = bytes;
            return this;
        }

        /** With TLS, a server's certificate for these names and its address, and for clients with a certificate of the same authority only. */
        public Builder tls(Certificates authority, String... names) {
            return tls(authority, authority.server("etcd", Stream.concat(Stream.of(names), Stream.of(address)).toArray(String[]::new)));
        }

        /** With TLS and this certificate of the server. */
        public Builder tls(Certificates authority, Certificates.Issued server) {
            this.authority = authority;
            this.server = server;
            return this;
        }

        /** Further words of etcd's command line. */
        public Builder arguments(String... words) {
            arguments.addAll(List.of(words));
            return this;
        }

        /** One server, which answers when this returns. */
        public Etcd start() {
            return startCluster(1).getFirst();
        }

        /** A cluster of so many servers on loopback, all of which answer when this returns. */
        public List<Etcd> startCluster(int members) {
            var cluster = IntStream.range(0, members).mapToObj(i -> new Etcd(this, "m" + i)).toList();
            var peers = new LinkedHashMap<String, String>();
            cluster.forEach(member -> peers.put(member.name, member.peerUrl()));
            try {
                for (var member : cluster) {
                    member.initialCluster =
                            peers.entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue())
                                    .collect(Collectors.joining(","));
                    member.token = cluster.getFirst().token;
                    member.launch();
                }
                cluster.forEach(Etcd::awaitAnswer);
                return cluster;
            } catch (RuntimeException | AssertionError e) {
                cluster.forEach(Etcd::close);
                throw e;
            }
        }

        private void writeCertificates(LabDirectory directory) {
            if (authority != null && server != null) {
                authority.write(directory.file("ca.crt"));
                server.write(directory.file(""), "server");
                authority.client("root").write(directory.file(""), "root");
            }
        }
    }
}
