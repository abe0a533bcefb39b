package com.example.healthcheck;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

import io.roadstead.api.time.Loop;
import io.roadstead.api.time.TimerHandle;

/** Connects again and again, on a loop of its own since connecting blocks, and tells when the outcome changes. */
final class TcpProbe {

    /** What the last attempt said. */
    enum Outcome {
        UNKNOWN, SUCCEEDS, FAILS
    }

    private final HealthCheckConfig.Check check;
    private final Loop loop;
    private final Runnable changed;
    private volatile Outcome outcome = Outcome.UNKNOWN;
    private volatile boolean closed;
    private TimerHandle timer = () -> {
    };

    TcpProbe(HealthCheckConfig.Check check, Loop loop, Runnable changed) {
        this.check = check;
        this.loop = loop;
        this.changed = changed;
    }

    HealthCheckConfig.Check check() {
        return check;
    }

    Outcome outcome() {
        return outcome;
    }

    void start() {
        loop.execute(this::attempt);
    }

    void close() {
        closed = true;
        loop.execute(() -> timer.cancel());
    }

    private void attempt() {
        if (closed) {
            return;
        }
        Outcome found = connects() ? Outcome.SUCCEEDS : Outcome.FAILS;
        if (found != outcome) {
            outcome = found;
            changed.run();
        }
        timer = loop.schedule(check.interval(), this::attempt);
    }

    private boolean connects() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(check.host(), check.port()), timeoutMillis(check.timeout()));
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    private static int timeoutMillis(Duration timeout) {
        return (int) Math.clamp(timeout.toMillis(), 1, Integer.MAX_VALUE);
    }
}
