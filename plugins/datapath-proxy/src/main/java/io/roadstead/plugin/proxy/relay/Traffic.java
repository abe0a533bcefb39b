package io.roadstead.plugin.proxy.relay;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

import io.roadstead.plugin.proxy.select.Reason;

/** What has been carried and what has not. Safe for any thread. */
public final class Traffic {

    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger udpFlows = new AtomicInteger();
    private final LongAdder connectionsBegun = new LongAdder();
    private final LongAdder udpFlowsBegun = new LongAdder();
    private final LongAdder connectFailures = new LongAdder();
    private final LongAdder bytesToBackends = new LongAdder();
    private final LongAdder bytesToClients = new LongAdder();
    private final LongAdder datagrams = new LongAdder();
    private final Map<Reason, LongAdder> ended = new EnumMap<>(Reason.class);

    public Traffic() {
        for (Reason reason : Reason.values()) {
            ended.put(reason, new LongAdder());
        }
    }

    /** Counts a connection unless there are that many. */
    boolean connectionBegins(int limit) {
        if (connections.incrementAndGet() > limit) {
            connections.decrementAndGet();
            return false;
        }
        connectionsBegun.increment();
        return true;
    }

    void connectionEnds() {
        connections.decrementAndGet();
    }

    void udpFlowBegins() {
        udpFlows.incrementAndGet();
        udpFlowsBegun.increment();
    }

    void udpFlowEnds() {
        udpFlows.decrementAndGet();
    }

    void connectFailed() {
        connectFailures.increment();
    }

    void moved(boolean toBackend, int bytes) {
        (toBackend ? bytesToBackends : bytesToClients).add(bytes);
    }

    void datagram(boolean toBackend, int bytes) {
        datagrams.increment();
        moved(toBackend, bytes);
    }

    void end(Reason reason) {
        Objects.requireNonNull(ended.get(reason)).increment();
    }

    /** Connections that are open now. */
    public int connections() {
        return connections.get();
    }

    /** UDP flows that are remembered now. */
    public int udpFlows() {
        return udpFlows.get();
    }

    public long connectionsBegun() {
        return connectionsBegun.sum();
    }

    public long udpFlowsBegun() {
        return udpFlowsBegun.sum();
    }

    /** Attempts, not connections: another backend may have answered. */
    public long connectFailures() {
        return connectFailures.sum();
    }

    public long datagrams() {
        return datagrams.sum();
    }

    public long bytes(boolean toBackends) {
        return (toBackends ? bytesToBackends : bytesToClients).sum();
    }

    /** Flows, or datagrams of none, that were turned away or cut off for that reason. */
    public long ended(Reason reason) {
        return Objects.requireNonNull(ended.get(reason)).sum();
    }
}
