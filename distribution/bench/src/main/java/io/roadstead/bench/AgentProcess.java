package io.roadstead.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An agent as shipped, started by its launcher, with one BGP peer on loopback. */
final class AgentProcess implements AutoCloseable {
    private static final Pattern TOOK = Pattern.compile("agent started .*tookMs=(\\d+)");

    private final Process process;
    private final Path log;
    private final long begin;

    private AgentProcess(Process process, Path log, long begin) {
        this.process = process;
        this.log = log;
        this.begin = begin;
    }

    /**
     * Starts one.
     *
     * @param home  the unpacked distribution
     * @param work  gets the state, the socket and the log; has the manifests in {@code manifests}
     * @param peer  port of the peer
     */
    static AgentProcess start(Path home, Path work, int peer) throws IOException {
        Path config = Files.writeString(work.resolve("roadstead.conf"), """
                roadstead {
                  node.name = node-1
                  state-directory = "%1$s/state"
                  source { type = manifests, manifests.directory = "%1$s/manifests" }
                  add-ons.admin-http.socket = "%1$s/roadstead.sock"
                  load-balancer.pools.bench.blocks = [ { cidr = "10.64.0.0/16" } ]
                  bgp.instances.bench {
                    local-asn = 65001
                    router-id = 10.255.0.2
                    peers.receiver {
                      address = 127.0.0.1
                      port = %2$d
                      asn = %3$d
                      advertise = [ { service = [ load-balancer-ip ] } ]
                    }
                  }
                }
                """.formatted(work, peer, BgpReceiver.ASN));
        Path log = work.resolve("agent.log");
        long begin = System.nanoTime();
        Process process = new ProcessBuilder(home.resolve("bin/roadstead").toString(), "agent", "--config", config.toString())
                .redirectErrorStream(true).redirectOutput(log.toFile()).start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy)); // no agent outlives an interrupted measurement
        return new AgentProcess(process, log, begin);
    }

    /** When the process was started, by {@link System#nanoTime}. */
    long begin() {
        return begin;
    }

    /** What the agent itself says that its start took, in milliseconds: what is missing to the whole is the JVM's. */
    long tookMillis() throws IOException {
        Matcher took = TOOK.matcher(Files.readString(log));
        return took.find() ? Long.parseLong(took.group(1)) : -1;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
