package io.roadstead.plugin.mesh.etcd.diagnose;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import javax.net.ssl.SSLSocket;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.time.Scheduler;
import io.roadstead.api.time.TimerHandle;
import io.roadstead.plugin.mesh.etcd.client.Dialer;
import io.roadstead.plugin.mesh.etcd.client.Target;
import io.roadstead.plugin.mesh.etcd.client.TlsFailure;
import io.roadstead.plugin.mesh.etcd.diagnose.Diagnosis.Subject;
import io.roadstead.plugin.mesh.etcd.tls.TlsFiles;

/** One endpoint, from its name to the server's version, and on to {@link StoreDiagnosis}. Runs once, on the diagnosis' loop, where it waits. */
final class EndpointDiagnosis {
    private static final int MOST_ADDRESSES = 4;

    private final Dialer dialer;
    private final Scheduler timers;
    private final Budget budget;
    private final Subject subject;
    private final URI endpoint;
    private final TlsFiles.@Nullable Material material;
    private final Steps steps;
    private final String host;
    private final String name;

    EndpointDiagnosis(Dialer dialer, Scheduler timers, Budget budget, Subject subject, URI endpoint,
            TlsFiles.@Nullable Material material,
            Steps steps) {
        this.dialer = dialer;
        this.timers = timers;
        this.budget = budget;
        this.subject = subject;
        this.endpoint = endpoint;
        this.material = material;
        this.steps = steps;
        this.host = Target.host(endpoint);
        this.name = subject.target().serverName() == null ? host : subject.target().serverName();
    }

    void run() {
        List<InetAddress> addresses = resolve();
        InetAddress address = addresses.isEmpty() ? null : reach(addresses);
        if (addresses.isEmpty()) {
            steps.skipped(endpoint.toString(), "there is no address to connect to", "tcp");
        }
        if (address == null || material == null || !talk(address, material)) {
            if (address == null || material == null) {
                steps.skipped(endpoint.toString(), address == null ? "no connection" : "the files of TLS cannot be used", "tls",
                        "certificate", "version");
            }
            steps.skipped(endpoint.toString(), "not reached", "revision", "permissions", "cluster-config");
            return;
        }
        new StoreDiagnosis(dialer, budget, subject, endpoint, address, steps).run();
    }

    private List<InetAddress> resolve() {
        try {
            List<InetAddress> addresses =
                    dialer.resolve(subject.target(), endpoint).toCompletableFuture().get(budget.step().toMillis(), TimeUnit.MILLISECONDS);
            boolean alias = subject.target().addresses().containsKey(host.toLowerCase(Locale.ROOT));
            steps.ok("dns", host, addresses.stream().map(InetAddress::getHostAddress).collect(Collectors.joining(" "))
                    + (alias ? ", by cilium-host-aliases" : ""));
            return addresses;
        } catch (ExecutionException e) {
            steps.failed("dns", host, "is not known: " + words(e.getCause() == null ? e : e.getCause()),
                    "correct the endpoint, add the name to DNS, or map it by cilium-host-aliases");
        } catch (TimeoutException e) {
            steps.failed("dns", host, "no answer in time",
                    "see that the DNS servers in /etc/resolv.conf answer");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            steps.failed("dns", host, "the agent is stopping", "try again");
        }
        return List.of();
    }

    /** The first address that answers; null when none does. */
    private @Nullable InetAddress reach(List<InetAddress> addresses) {
        InetAddress reached = null;
        for (InetAddress address : addresses.stream().limit(MOST_ADDRESSES).toList()) {
            String target = text(address);
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(address, Target.port(endpoint)), (int) budget.step().toMillis());
                steps.ok("tcp", target, "connected");
                reached = reached == null ? address : reached;
            } catch (ConnectException e) {
                steps.failed("tcp", target, "refused", "see that etcd runs there and listens at this address and port");
            } catch (SocketTimeoutException e) {
                steps.failed("tcp", target, "no answer in time",
                        "see what drops packets on the way: firewall, route, a dead node");
            } catch (NoRouteToHostException e) {
                steps.failed("tcp", target, "no route", "see ip route get " + address.getHostAddress());
            } catch (IOException e) {
                steps.failed("tcp", target, words(e), "see the network of this node");
            }
        }
        return reached;
    }

    /** TLS where there is some, and the first words. Whether asking the store makes sense. */
    private boolean talk(InetAddress address, TlsFiles.Material present) {
        String target = text(address);
        try (Socket socket = new Socket()) {
            TimerHandle end = timers.schedule(budget.step().multipliedBy(2), () -> close(socket));
            try {
                socket.connect(new InetSocketAddress(address, Target.port(endpoint)), (int) budget.step().toMillis());
                socket.setSoTimeout((int) budget.step().toMillis());
                if (endpoint.getScheme().equals("http")) {
                    steps.skipped(target, "the endpoint is http", "tls", "certificate");
                    return version(socket, target, false);
                }
                return encrypted(socket, target, present);
            } finally {
                end.cancel();
            }
        } catch (IOException | GeneralSecurityException e) {
            failedTls(target, e);
            steps.skipped(target, "no TLS", "certificate", "version");
            return false;
        }
    }

    private boolean encrypted(Socket socket, String target, TlsFiles.Material present) throws IOException, GeneralSecurityException {
        TlsProbe probe = new TlsProbe(present);
        SSLSocket encrypted = probe.wrap(socket, name);
        TlsProbe.Seen seen = probe.shake(encrypted);
        steps.ok("tls", target, seen.protocol() + " " + seen.cipher());
        boolean trusted = serverCertificate(target, seen);
        return version(encrypted, target, true) && trusted;
    }

    private void failedTls(String target, Exception failure) {
        TlsFailure words = switch (failure) {
            case SocketTimeoutException _ -> new TlsFailure("no answer in time", "see that it is etcd that listens there");
            case SocketException _ -> TlsFailure.ended(); // reset, if the server had not read all that we said
            default -> TlsFailure.of(failure).orElseGet(() -> new TlsFailure(words(failure), "see that it is etcd that listens there"));
        };
        steps.failed("tls", target, words.problem(), words.remedy());
    }

    /** Whether a connection is made in spite of what the certificate is. */
    private boolean serverCertificate(String target, TlsProbe.Seen seen) {
        String found = seen.chain().isEmpty() ? "none was shown" : CertificateWords.describe(seen.chain().getFirst(), budget.now());
        Exception refused = seen.untrust() != null ? seen.untrust() : seen.misname();
        if (refused != null || seen.chain().isEmpty()) {
            TlsFailure words = TlsFailure.of(refused == null ? new IOException("no certificate") : refused)
                    .orElseGet(() -> new TlsFailure("it cannot be verified", "see that it is etcd that listens there"));
            boolean anyway = subject.target().tls() instanceof TlsFiles tls && tls.insecureSkipVerify();
            if (anyway) {
                steps.warning("certificate", target, words.problem() + ", believed all the same: " + found, words.remedy());
            } else {
                steps.failed("certificate", target, words.problem() + ": " + found, words.remedy());
            }
            return anyway;
        }
        String verified = found + ", verified for " + name;
        switch (CertificateWords.dates(seen.chain().getFirst(), budget.now())) {
            case OK, SKIPPED -> steps.ok("certificate", target, verified);
            case WARNING, FAILED -> steps.warning("certificate", target, verified, "have that cluster renew the certificate of its etcd");
        }
        return true;
    }

    private boolean version(Socket socket, String target, boolean encrypted) {
        try {
            String version = TlsProbe.version(socket, name);
            if (version.isEmpty()) {
                steps.failed("version", target, "what answers is no etcd", "correct the endpoint");
                return false;
            }
            boolean shown = encrypted && material != null && material.key() != null;
            steps.ok("version", target, "etcd " + version + (shown ? ", takes our certificate" : ""));
            return true;
        } catch (IOException e) {
            TlsFailure words = TlsFailure.of(e)
                    .orElseGet(() -> new TlsFailure(
                            e instanceof SocketTimeoutException ? "no answer" : "ended without an answer: " + words(e),
                            encrypted
                                    ? "see etcd's log for why it took no request of ours; without a certificate in cert-file it may be that"
                                    : "see that it is etcd that listens there; when it asks for TLS write https"));
            steps.failed("version", target, words.problem(), words.remedy());
            return false;
        }
    }

    private String text(InetAddress address) {
        String literal = address.getHostAddress();
        return (literal.contains(":") ? "[" + literal + "]" : literal) + ":" + Target.port(endpoint);
    }

    private static String words(Throwable failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException ignored) { // it is being given up
        }
    }
}
