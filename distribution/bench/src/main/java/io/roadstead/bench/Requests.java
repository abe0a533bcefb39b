package io.roadstead.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.roadstead.api.model.service.Protocol;
import io.roadstead.testkit.lab.ManagedProcess;

/**
 * HTTP requests per second of one CPU, client and servers included: wrk in one namespace, HAProxy that answers by itself in another, and nftables or the programs of
 * datapath-ebpf between them, in turns. Needs root, nft, ethtool, clang, wrk and haproxy; run it on one CPU: {@code taskset -c 3 java …}.
 */
public final class Requests {
    private static final int RUNS = 5;
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Pattern RATE = Pattern.compile("Requests/sec: *([0-9.]+)");
    private static final Pattern FAILED = Pattern.compile("Socket errors|Non-2xx");
    private static final EbpfBalancer.Mode SNAT = new EbpfBalancer.Mode("snat", "/io/roadstead/plugin/snat/snat.bpf.o");

    private Requests() {
    }

    /** No arguments. */
    public static void main(String[] args) throws IOException {
        System.out.println(Figures.machine());
        Path config = Files.createTempFile("haproxy", ".cfg");
        Files.writeString(config, """
                defaults
                  mode http
                  timeout client 10s
                  timeout connect 1s
                  timeout server 10s
                frontend web
                  bind *:8080
                  http-request return status 200 content-type text/plain string answer
                """);
        try (TrafficLab lab = new TrafficLab()) {
            for (int number = 0; number < BenchServices.BACKENDS; number++) {
                lab.backend().address("lo", BenchServices.backend(0, number) + "/32");
            }
            try (ManagedProcess servers = lab.backend().process("haproxy", "-db", "-f", config.toString()).start()) {
                servers.await(SOON, "listens", () -> lab.backend().run("ss", "-ltn").contains(":8080"));
                print("straight to a backend, routed", lab,
                        "http://" + BenchServices.backend(0, 0) + ":" + BenchServices.BACKEND_PORT + "/");
                String service = "http://172.16.0.1:" + BenchServices.PORT + "/";
                NftablesBalancer rules = new NftablesBalancer(lab.balancer(), 1);
                print("nftables", lab, service);
                rules.close();
                for (boolean xdp : List.of(false, true)) {
                    try (EbpfBalancer balancer = new EbpfBalancer(lab.balancer(), xdp, SNAT, 1, Protocol.TCP)) {
                        print("snat, " + (xdp ? "xdp" : "tcx"), lab, service);
                        System.out.println("  packets by reason:" + balancer.reasons());
                    }
                }
            }
        } finally {
            Files.delete(config);
        }
        System.out.println("at the end: " + Figures.machine());
    }

    private static void print(String name, TrafficLab lab, String url) {
        double kept = 0;
        double fresh = 0;
        for (int i = 0; i < RUNS; i++) {
            kept = Math.max(kept, rate(lab, url));
            fresh = Math.max(fresh, rate(lab, url, "-H", "Connection: close"));
        }
        System.out.printf(Locale.ROOT, "%-32s over kept connections %7.0f /s   over a new one each %7.0f /s%n", name, kept, fresh);
    }

    private static double rate(TrafficLab lab, String url, String... more) {
        String[] command = Stream.concat(List.of("wrk", "-t1", "-c32", "-d2s", url).stream(), List.of(more).stream())
                .toArray(String[]::new);
        String output = lab.client().run(command);
        if (FAILED.matcher(output).find()) {
            throw new IllegalStateException(output);
        }
        Matcher rate = RATE.matcher(output);
        if (!rate.find()) {
            throw new IllegalStateException(output);
        }
        return Double.parseDouble(rate.group(1));
    }
}
