package io.roadstead.bench;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * HTTP requests through the proxy datapath of an agent as shipped, beside HAProxy in TCP mode and beside no proxy, all on loopback, one after the other and round
 * after round. Needs haproxy and wrk, no privileges.
 */
public final class ProxyBesideHaproxy {
    private static final String AGENT = "127.16.1.1";
    private static final String HAPROXY = "127.16.1.2";
    private static final List<String> SERVERS = List.of("127.20.0.10", "127.20.0.11", "127.20.0.12");
    private static final int PORT = 18080;
    private static final int ROUNDS = 5;
    /** The virtual machine compiles what it meets: its compiler's work is not the proxy's. */
    private static final int WARM_UP_SECONDS = 20;
    private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([\\d.]+)");
    private static final Pattern MEDIAN = Pattern.compile("50%\\s+([\\d.]+)(us|ms|s)\\b");
    private static final Pattern TAIL = Pattern.compile("99%\\s+([\\d.]+)(us|ms|s)\\b");
    private static final double TICKS_PER_SECOND = 100; // USER_HZ, which Linux has fixed

    private final Path work;
    private final List<Process> started = new ArrayList<>();

    private ProxyBesideHaproxy(Path work) {
        this.work = work;
    }

    /** What one run of wrk said, and what the proxy's process spent on each request. */
    private record Result(double perSecond, double medianMillis, double tailMillis, double cpuMicros) {
    }

    /** Arguments: the unpacked distribution, and how many connections and seconds (64 and 5 when left out). */
    public static void main(String[] args) throws Exception {
        int connections = args.length > 1 ? Integer.parseInt(args[1]) : 64;
        int seconds = args.length > 2 ? Integer.parseInt(args[2]) : 5;
        Path work = Files.createTempDirectory("proxy-beside");
        ProxyBesideHaproxy bench = new ProxyBesideHaproxy(work);
        Runtime.getRuntime().addShutdownHook(new Thread(bench::end));
        System.out.println(Figures.machine());
        Map<String, Process> proxies = new LinkedHashMap<>();
        Process servers = bench.haproxy("servers", servers());
        proxies.put("none", servers);
        proxies.put("haproxy", bench.haproxy("proxy", proxy()));
        proxies.put("roadstead", bench.agent(Path.of(args[0]).toAbsolutePath()));
        for (String name : proxies.keySet()) {
            bench.awaitAnswer(url(name));
        }
        bench.compare("keep-alive", proxies, connections, seconds, List.of());
        bench.compare("a connection per request", proxies, connections, seconds, List.of("-H", "Connection: close"));
        System.out.println("at the end: " + Figures.machine());
    }

    private void compare(String title, Map<String, Process> proxies, int connections, int seconds, List<String> options)
            throws IOException, InterruptedException {
        for (Map.Entry<String, Process> proxy : proxies.entrySet()) {
            wrk(proxy.getKey(), connections, WARM_UP_SECONDS, options, proxy.getValue());
        }
        Map<String, List<Result>> results = new LinkedHashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (Map.Entry<String, Process> proxy : proxies.entrySet()) {
                results.computeIfAbsent(proxy.getKey(), name -> new ArrayList<>())
                        .add(wrk(proxy.getKey(), connections, seconds, options, proxy.getValue()));
            }
        }
        System.out.printf(Locale.ROOT, "%n%s, %d connections, %d rounds of %d s, medians%n", title, connections, ROUNDS, seconds);
        results.forEach((name, all) -> System.out.printf(Locale.ROOT,
                "%-10s %8.0f requests/s, p50 %.2f ms, p99 %.2f ms, %.1f µs of CPU a request%n",
                name, median(all, Result::perSecond), median(all, Result::medianMillis), median(all, Result::tailMillis),
                median(all, Result::cpuMicros)));
        double[] ratios = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            ratios[round] = rate(results, "roadstead", round) / rate(results, "haproxy", round);
        }
        Arrays.sort(ratios);
        System.out.printf(Locale.ROOT, "roadstead to haproxy, requests/s in one round: median %.2f, %.2f to %.2f%n", ratios[ROUNDS / 2],
                ratios[0],
                ratios[ROUNDS - 1]);
    }

    private static double rate(Map<String, List<Result>> results, String name, int round) {
        return results.getOrDefault(name, List.of()).get(round).perSecond();
    }

    private static double median(List<Result> results, java.util.function.ToDoubleFunction<Result> figure) {
        return results.stream().mapToDouble(figure).sorted().skip(results.size() / 2).findFirst().orElse(Double.NaN);
    }

    private Result wrk(String name, int connections, int seconds, List<String> options, Process proxy)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("wrk", "-t2", "-c" + connections, "-d" + seconds + "s", "--latency"));
        command.addAll(options);
        command.add(url(name));
        double before = cpuSeconds(proxy);
        Process wrk = new ProcessBuilder(command).redirectErrorStream(true).start();
        String shown = new String(wrk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (wrk.waitFor() != 0 || shown.contains("Socket errors") || shown.contains("Non-2xx")) {
            throw new IllegalStateException(name + ": " + shown);
        }
        double rate = Double.parseDouble(first(RATE, shown).group(1));
        return new Result(rate, millis(first(MEDIAN, shown)), millis(first(TAIL, shown)),
                (cpuSeconds(proxy) - before) / (rate * seconds) * 1e6);
    }

    private static Matcher first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException("wrk said: " + text);
        }
        return matcher;
    }

    private static double millis(Matcher time) {
        double value = Double.parseDouble(time.group(1));
        return switch (time.group(2)) {
            case "us" -> value / 1000;
            case "ms" -> value;
            default -> value * 1000;
        };
    }

    /** Of the process and all its threads: utime and stime in /proc/pid/stat. */
    private static double cpuSeconds(Process process) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    private static String url(String name) {
        String address = switch (name) {
            case "none" -> SERVERS.getFirst();
            case "haproxy" -> HAPROXY;
            default -> AGENT;
        };
        return "http://" + address + ":" + PORT + "/";
    }

    private void awaitAnswer(String url) throws IOException, InterruptedException {
        for (int tries = 0;; tries++) {
            try {
                HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
                if (connection.getResponseCode() == 200) {
                    return;
                }
            } catch (IOException e) {
                if (tries == 200) {
                    throw new IOException(url + " does not answer: " + logs(), e);
                }
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private String logs() throws IOException {
        StringBuilder text = new StringBuilder();
        try (Stream<Path> files = Files.list(work)) {
            for (Path log : files.filter(path -> path.toString().endsWith(".log")).toList()) {
                text.append('\n').append(Files.readString(log));
            }
        }
        return text.toString();
    }

    private static String servers() {
        StringBuilder config = new StringBuilder(common()).append("frontend web\n    mode http\n");
        SERVERS.forEach(address -> config.append("    bind ").append(address).append(':').append(PORT).append('\n'));
        return config + "    http-request return status 200 content-type text/plain string hello\n";
    }

    private static String proxy() {
        StringBuilder config = new StringBuilder(common()).append("listen proxy\n    mode tcp\n    balance roundrobin\n");
        config.append("    bind ").append(HAPROXY).append(':').append(PORT).append('\n');
        SERVERS.forEach(
                address -> config.append("    server ").append(address).append(' ').append(address).append(':').append(PORT).append('\n'));
        return config.toString();
    }

    private static String common() {
        return """
                global
                    maxconn 5000
                defaults
                    timeout connect 5s
                    timeout client 1h
                    timeout server 1h
                """;
    }

    private Process haproxy(String name, String config) throws IOException {
        Path file = Files.writeString(work.resolve(name + ".cfg"), config);
        return start(name, "haproxy", "-db", "-f", file.toString());
    }

    private Process agent(Path home) throws IOException {
        Path manifests = Files.createDirectory(work.resolve("manifests"));
        StringBuilder objects = new StringBuilder("""
                apiVersion: v1
                kind: Service
                metadata: { name: web, namespace: default }
                spec:
                  type: ClusterIP
                  clusterIP: 10.96.0.80
                  clusterIPs: [ 10.96.0.80 ]
                  externalIPs: [ %s ]
                  ports: [ { name: http, protocol: TCP, port: %2$d, targetPort: %2$d } ]
                ---
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: { name: web-1, namespace: default, labels: { kubernetes.io/service-name: web } }
                addressType: IPv4
                ports: [ { name: http, protocol: TCP, port: %2$d } ]
                endpoints:
                """.formatted(AGENT, PORT));
        SERVERS.forEach(address -> objects.append("  - { addresses: [ ").append(address).append(" ], conditions: { ready: true } }\n"));
        Files.writeString(manifests.resolve("web.yaml"), objects);
        Path config = Files.writeString(work.resolve("roadstead.conf"), """
                roadstead {
                  node.name = node-1
                  state-directory = "%1$s/state"
                  source { type = manifests, manifests.directory = "%1$s/manifests" }
                  add-ons.admin-http.socket = "%1$s/roadstead.sock"
                  load-balancer.datapath = proxy
                }
                """.formatted(work));
        return start("agent", home.resolve("bin/roadstead").toString(), "agent", "--config", config.toString());
    }

    private Process start(String name, String... command) throws IOException {
        Process process =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(work.resolve(name + ".log").toFile()).start();
        started.add(process);
        return process;
    }

    private void end() {
        started.forEach(Process::destroy);
        try {
            for (Process process : started) {
                process.waitFor(20, TimeUnit.SECONDS);
            }
            try (Stream<Path> below = Files.walk(work)) {
                below.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
            }
        } catch (IOException e) {
            System.err.println("not removed: " + work + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
