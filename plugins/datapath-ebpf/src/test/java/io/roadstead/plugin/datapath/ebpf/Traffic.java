package io.roadstead.plugin.datapath.ebpf;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A client that connects without a pause, by both families in turn, beside a connection that stays open. */
final class Traffic {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicLong slowest = new AtomicLong();
    private final Socket open;
    private final Thread thread;

    Traffic(NodeLab lab) throws IOException {
        open = lab.client.call(() -> NodeLab.connect(NodeLab.VIP));
        NodeLab.line(open.getInputStream());
        thread = lab.client.threads("traffic").newThread(this::run);
        thread.start();
        more();
    }

    private void run() {
        while (!stop.get()) {
            long begin = System.nanoTime();
            try (Socket socket = NodeLab.connect(asked.get() % 2 == 0 ? NodeLab.VIP : NodeLab.VIP6)) {
                NodeLab.line(socket.getInputStream());
            } catch (IOException e) {
                failed.incrementAndGet();
            }
            asked.incrementAndGet();
            slowest.accumulateAndGet(System.nanoTime() - begin, Math::max);
        }
    }

    /** Waits until some more connections were made. */
    void more() {
        int before = asked.get();
        eventually(SOON, () -> assertThat(asked.get()).isGreaterThan(before + 20));
    }

    /** Ends it; fails unless every connection was made at once and the open one still works. */
    void end() throws IOException, InterruptedException {
        stop.set(true);
        thread.join();
        assertThat(failed.get()).as("failed connections").isZero();
        // A lost SYN would have been sent again after a second.
        assertThat(Duration.ofNanos(slowest.get())).isLessThan(Duration.ofSeconds(1));
        open.getOutputStream().write("still there\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(NodeLab.line(open.getInputStream())).isEqualTo("still there");
        open.close();
    }
}
