package io.roadstead.plugin.mesh.etcd.diagnose;

import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.mesh.MeshDiagnosis.Check;
import io.roadstead.api.time.Loop;
import io.roadstead.api.time.Scheduler;
import io.roadstead.plugin.mesh.etcd.client.Dialer;
import io.roadstead.plugin.mesh.etcd.client.Target;
import io.roadstead.plugin.mesh.etcd.tls.TlsFiles;

/**
 * Tries a cluster's etcd step by step, beside the connection that is open: its files, then each endpoint's name, address, TLS, certificates and version, and then
 * what we may read there. Waits on a loop of its own, at most five seconds in each step and forty in all.
 */
public final class Diagnosis {

    private final Dialer dialer;
    private final Loop loop;
    private final Scheduler timers;
    private final InstantSource clock;

    /**
     * @param loop   for nothing else: it waits
     * @param timers of another loop, to end what takes too long
     */
    public Diagnosis(Dialer dialer, Loop loop, Scheduler timers, InstantSource clock) {
        this.dialer = dialer;
        this.loop = loop;
        this.timers = timers;
        this.clock = clock;
    }

    /**
     * What is to be tried.
     *
     * @param cluster its name
     * @param own     whether it is the own cluster, in whose etcd we write
     * @param origin  where its configuration stands
     */
    public record Subject(String cluster, boolean own, Target target, String origin) {
    }

    /** The steps in the order in which they were tried. */
    public CompletionStage<List<Check>> diagnose(Subject subject) {
        return loop.submit(() -> {
            Steps steps = new Steps();
            Budget budget = new Budget(clock);
            TlsFiles.Material material = configuration(subject, steps);
            for (URI endpoint : subject.target.endpoints()) {
                if (budget.isSpent()) {
                    steps.skipped(endpoint.toString(), "the endpoints before took too long", "dns", "tcp", "tls", "certificate", "version",
                            "revision",
                            "permissions", "cluster-config");
                } else {
                    new EndpointDiagnosis(dialer, timers, budget, subject, endpoint, material, steps).run();
                }
            }
            return steps.checks();
        });
    }

    /** Null when there are files of TLS that cannot be used. */
    private TlsFiles.@Nullable Material configuration(Subject subject, Steps steps) {
        Target target = subject.target;
        if (!(target.tls() instanceof TlsFiles tls)) {
            steps.ok("configuration", subject.origin, endpoints(target) + ", not encrypted" + user(target));
            return new TlsFiles.Material(List.of(), List.of(), null);
        }
        try {
            TlsFiles.Material material = tls.read();
            String authorities = tls.trustedCa() == null ? "authorities of the Java runtime"
                    : material.authorities().size() + " from " + tls.trustedCa();
            if (tls.insecureSkipVerify()) {
                steps.warning("configuration", subject.origin, endpoints(target) + ", any server is believed" + user(target),
                        "remove insecure-skip-tls-verify and name trusted-ca-file");
            } else {
                steps.ok("configuration", subject.origin, endpoints(target) + ", trusted authorities: " + authorities + user(target));
            }
            clientCertificate(subject, tls, material, steps);
            return material;
        } catch (RoadsteadException e) {
            steps.failed("configuration", subject.origin, e.subject() + ": " + e.problem(), e.remedy());
            return null;
        }
    }

    private void clientCertificate(Subject subject, TlsFiles tls, TlsFiles.Material material, Steps steps) {
        if (tls.certificate() == null) {
            if (subject.target.credentials() == null) {
                steps.warning("client certificate", subject.origin, "none is configured, and no user either",
                        "name cert-file and key-file, unless that etcd asks nobody who they are");
            } else {
                steps.ok("client certificate", subject.origin, "none is configured; the user logs in by password");
            }
            return;
        }
        String file = tls.certificate().toString();
        String found = CertificateWords.describe(material.chain().getFirst(), clock.instant());
        switch (CertificateWords.dates(material.chain().getFirst(), clock.instant())) {
            case FAILED -> steps.failed("client certificate", file, found,
                    "write one that is valid now with its key; it is read at the next connection");
            case WARNING -> steps.warning("client certificate", file, found, "renew it; the new one is read at the next connection");
            default -> steps.ok("client certificate", file, found);
        }
    }

    private static String endpoints(Target target) {
        return String.join(" ", target.endpoints().stream().map(URI::toString).toList());
    }

    private static String user(Target target) {
        return target.credentials() == null ? "" : ", user " + target.credentials().username();
    }
}
