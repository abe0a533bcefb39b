package io.roadstead.plugin.mesh.etcd.diagnose;

import java.net.InetAddress;
import java.net.URI;
import java.util.List;

import etcdserverpb.RangeResponse;
import etcdserverpb.ResponseHeader;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.netty.handler.ssl.SslContext;
import org.jspecify.annotations.Nullable;

import io.roadstead.api.error.RoadsteadException;
import io.roadstead.plugin.mesh.etcd.client.Credentials;
import io.roadstead.plugin.mesh.etcd.client.Dialer;
import io.roadstead.plugin.mesh.etcd.client.Target;
import io.roadstead.plugin.mesh.etcd.client.TlsFailure;
import io.roadstead.plugin.mesh.etcd.diagnose.Diagnosis.Subject;
import io.roadstead.plugin.mesh.etcd.diagnose.StoreProbe.Range;
import io.roadstead.plugin.mesh.etcd.tls.TlsFiles;

/** What a server that answers lets us read, and whether a cluster has been published there. Runs once, on the diagnosis' loop, where it waits. */
final class StoreDiagnosis {
    private static final String HEARTBEAT = "cilium/.heartbeat";
    private static final String STATE = "cilium/state/";

    private final Dialer dialer;
    private final Budget budget;
    private final Subject subject;
    private final URI endpoint;
    private final InetAddress address;
    private final Steps steps;

    StoreDiagnosis(Dialer dialer, Budget budget, Subject subject, URI endpoint, InetAddress address, Steps steps) {
        this.dialer = dialer;
        this.budget = budget;
        this.subject = subject;
        this.endpoint = endpoint;
        this.address = address;
        this.steps = steps;
    }

    void run() {
        Target target = subject.target();
        try (StoreProbe probe = new StoreProbe(dialer.channel(target, endpoint, address, tls(target), dialer.nextLoop()), budget)) {
            if (logIn(probe, target.credentials())) {
                ask(probe);
            } else {
                steps.skipped(endpoint.toString(), "not logged in", "revision", "permissions", "cluster-config");
            }
        } catch (RoadsteadException e) {
            steps.failed("revision", endpoint.toString(), e.subject() + ": " + e.problem(), e.remedy());
        }
    }

    private @Nullable SslContext tls(Target target) {
        return target.tls() == null || endpoint.getScheme().equals("http") ? null : target.tls().context();
    }

    private boolean logIn(StoreProbe probe, @Nullable Credentials credentials) {
        if (credentials == null) {
            return true;
        }
        String user = "user " + credentials.username();
        try {
            steps.ok("login", user, probe.logIn(credentials) ? "logged in by password" : "etcd asks nobody who they are");
            return true;
        } catch (StatusRuntimeException e) {
            steps.failed("login", user, words(e),
                    "correct username and password, or the user: etcdctl user passwd " + credentials.username());
            return false;
        }
    }

    private void ask(StoreProbe probe) {
        String cluster = subject.cluster();
        Range config = new Range("cilium/cluster-config/" + cluster, false);
        List<Range> others = List.of(new Range(STATE, true), new Range("cilium/synced/" + cluster + "/", true));
        RangeResponse heartbeat = heartbeat(probe);
        if (heartbeat == null) {
            return;
        }
        others.forEach(range -> read(probe, range));
        RangeResponse published = read(probe, config);
        if (published == null) {
            steps.skipped(config.key(), "it may not be read", "cluster-config");
        } else if (published.getCount() == 0) {
            steps.warning("cluster-config", config.key(), "is not there: no cluster of that name has been published in this etcd",
                    subject.own() ? "see that one agent of this cluster leads: roadstead mesh status"
                            : "see that the cluster there is called " + cluster + ", and that its agents publish it");
        } else {
            steps.ok("cluster-config", config.key(), "is there");
        }
        if (subject.own()) {
            write(probe, STATE);
            write(probe, "cilium/synced/" + cluster + "/");
        }
    }

    /** Null when nothing can be asked at all. */
    private @Nullable RangeResponse heartbeat(StoreProbe probe) {
        Range range = new Range(HEARTBEAT, true);
        try {
            RangeResponse answer = probe.count(range);
            ResponseHeader header = answer.getHeader();
            steps.ok("revision", endpoint.toString(),
                    "etcd cluster " + Long.toHexString(header.getClusterId()) + " at revision " + header.getRevision());
            if (answer.getCount() == 0) {
                steps.warning("permissions", HEARTBEAT, "may be read; is not there",
                        "see that the cluster's publisher runs: without a heartbeat its readers connect anew every two minutes");
            } else {
                steps.ok("permissions", HEARTBEAT, "may be read");
            }
            return answer;
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.PERMISSION_DENIED) {
                steps.skipped(endpoint.toString(), "not told without a permission", "revision");
                denied(range, "read", e);
                return RangeResponse.getDefaultInstance();
            }
            TlsFailure words = TlsFailure.of(e).orElseGet(() -> new TlsFailure(words(e), remedy(e.getStatus())));
            steps.failed("revision", endpoint.toString(), words.problem(), words.remedy());
            steps.skipped(endpoint.toString(), "etcd does not answer", "permissions", "cluster-config");
            return null;
        }
    }

    private @Nullable RangeResponse read(StoreProbe probe, Range range) {
        try {
            RangeResponse answer = probe.count(range);
            steps.ok("permissions", range.key(), "may be read, " + answer.getCount() + (answer.getCount() == 1 ? " key" : " keys"));
            return answer;
        } catch (StatusRuntimeException e) {
            refused(range, "read", e);
            return null;
        }
    }

    private void write(StoreProbe probe, String prefix) {
        try {
            probe.deleteNothing(prefix + ".roadstead-troubleshoot");
            steps.ok("permissions", prefix, "may be written");
        } catch (StatusRuntimeException e) {
            refused(new Range(prefix, true), "readwrite", e);
        }
    }

    private void refused(Range range, String permission, StatusRuntimeException e) {
        if (e.getStatus().getCode() == Status.Code.PERMISSION_DENIED) {
            denied(range, permission, e);
        } else {
            steps.failed("permissions", range.key(), words(e), remedy(e.getStatus()));
        }
    }

    private void denied(Range range, String permission, StatusRuntimeException e) {
        String user = user();
        steps.failed("permissions", range.key(),
                "user " + user + " may not " + (permission.equals("read") ? "read" : "write") + " it: " + words(e),
                "on that etcd, for the role ROLE that etcdctl user get " + user + " names: etcdctl role grant-permission "
                        + (range.prefix() ? "--prefix=true " : "") + "ROLE " + permission + " " + range.key());
    }

    /** As etcd sees us. */
    private String user() {
        Target target = subject.target();
        if (target.credentials() != null) {
            return target.credentials().username();
        }
        return target.tls() instanceof TlsFiles tls ? tls.commonName() : "";
    }

    private static String remedy(Status status) {
        return switch (status.getCode()) {
            case DEADLINE_EXCEEDED -> "see that most members of that etcd run and reach one another, and that it is not overloaded";
            case INVALID_ARGUMENT, UNAUTHENTICATED ->
                    "etcd asks who we are: name cert-file and key-file, whose CN is a user there, or username and password";
            default -> "see etcd's log";
        };
    }

    private static String words(StatusRuntimeException e) {
        String description = e.getStatus().getDescription();
        return description == null ? e.getStatus().getCode().name() : description;
    }
}
