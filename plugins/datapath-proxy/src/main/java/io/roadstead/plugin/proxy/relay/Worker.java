package io.roadstead.plugin.proxy.relay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.time.TimerHandle;
import io.roadstead.plugin.netty.api.TransportLoop;

/** What this plugin has on one loop of the transport: all methods but the accessors are called there. */
public final class Worker {

    private static final Duration TICK = Duration.ofSeconds(1);

    private final TransportLoop loop;
    private final Set<Ticked> members = new LinkedHashSet<>();
    private long now;
    private @Nullable TimerHandle timer;
    private boolean closed;

    public Worker(TransportLoop loop) {
        this.loop = loop;
    }

    public TransportLoop loop() {
        return loop;
    }

    /** Begins to count seconds. */
    public void start() {
        if (!closed) {
            timer = loop.schedule(TICK, this::tick);
        }
    }

    private void tick() {
        now++;
        for (Ticked member : List.copyOf(members)) {
            member.tick(now);
        }
        start();
    }

    /** Seconds since the start. A counter instead of a clock: it costs nothing to read and nobody can set it. */
    public long now() {
        return now;
    }

    void add(Ticked member) {
        members.add(member);
    }

    void remove(Ticked member) {
        members.remove(member);
    }

    boolean isClosed() {
        return closed;
    }

    /** Connections on this loop. */
    public Stream<TcpSession> sessions() {
        return members.stream().filter(TcpSession.class::isInstance).map(TcpSession.class::cast);
    }

    /** Ends the connections on this loop and its clock. */
    public void close() {
        closed = true;
        if (timer != null) {
            timer.cancel();
        }
        for (Ticked member : new ArrayList<>(members)) {
            if (member instanceof TcpSession session) {
                session.abort();
            }
        }
        members.clear();
    }
}
