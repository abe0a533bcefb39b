package io.roadstead.bench;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The least BGP speaker that a session stays up with: says yes to everything and notes when what arrived. Takes one connection on loopback. */
final class BgpReceiver implements AutoCloseable {
    static final int ASN = 65000;

    private static final HexFormat HEX = HexFormat.of();
    private static final String MARKER = "ff".repeat(16);
    /** AS 65000, hold time 90 s, router id 10.255.0.1, capabilities multiprotocol IPv4 unicast and four-octet AS. */
    private static final byte[] OPEN = HEX.parseHex(MARKER + "002d" + "01" + "04" + "fde8" + "005a" + "0aff0001"
            + "10" + "0206" + "010400010001" + "0206" + "41040000fde8");
    private static final byte[] KEEPALIVE = HEX.parseHex(MARKER + "0013" + "04");
    private static final int HEADER = 19;

    private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final BlockingQueue<Update> updates = new LinkedBlockingQueue<>();
    private final CountDownLatch established = new CountDownLatch(1);
    private volatile long establishedAt;

    /**
     * One UPDATE.
     *
     * @param at when its first bytes were there, by {@link System#nanoTime}
     */
    record Update(long at, int announced, int withdrawn) {
    }

    BgpReceiver() throws IOException {
        Thread.ofPlatform().name("bgp-receiver").daemon().start(this::run);
    }

    int port() {
        return server.getLocalPort();
    }

    BlockingQueue<Update> updates() {
        return updates;
    }

    /** Waits for the other side's first KEEPALIVE and says when that was, by {@link System#nanoTime}. */
    long awaitEstablished(long seconds) throws InterruptedException {
        if (!established.await(seconds, TimeUnit.SECONDS)) {
            throw new IllegalStateException("no session within " + seconds + " s");
        }
        return establishedAt;
    }

    private void run() {
        try (Socket socket = server.accept()) {
            socket.setTcpNoDelay(true);
            DataInputStream input = new DataInputStream(socket.getInputStream());
            OutputStream output = socket.getOutputStream();
            output.write(OPEN);
            output.write(KEEPALIVE);
            byte[] header = new byte[HEADER];
            while (true) {
                input.readFully(header);
                long at = System.nanoTime();
                byte[] body = input.readNBytes(((header[16] & 0xff) << 8 | header[17] & 0xff) - HEADER);
                switch (header[18]) {
                    case 2 -> updates.add(update(at, body));
                    case 4 -> {
                        if (established.getCount() > 0) {
                            establishedAt = at;
                            established.countDown();
                        }
                        output.write(KEEPALIVE);
                    }
                    default -> {
                    }
                }
            }
        } catch (IOException ended) {
            // The agent has ended, or this was closed.
        }
    }

    private static Update update(long at, byte[] body) {
        int withdrawnLength = (body[0] & 0xff) << 8 | body[1] & 0xff;
        int attributes = 2 + withdrawnLength;
        int nlri = attributes + 2 + ((body[attributes] & 0xff) << 8 | body[attributes + 1] & 0xff);
        return new Update(at, prefixes(body, nlri, body.length), prefixes(body, 2, attributes));
    }

    private static int prefixes(byte[] body, int from, int to) {
        int count = 0;
        for (int i = from; i < to; i += 1 + (body[i] + 7) / 8) {
            count++;
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
