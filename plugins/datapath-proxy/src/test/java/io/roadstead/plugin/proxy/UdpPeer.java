package io.roadstead.plugin.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A socket for datagrams: a client, or a backend that answers with its name and what it got. */
final class UdpPeer implements AutoCloseable {

    private static final int LONGEST = 65_507;
    final Queue<byte[]> received = new ConcurrentLinkedQueue<>();
    private final DatagramSocket socket;

    private UdpPeer(DatagramSocket socket) {
        this.socket = socket;
    }

    static UdpPeer client(String address) {
        return new UdpPeer(open(address));
    }

    static UdpPeer backend(String address, String name) {
        UdpPeer peer = new UdpPeer(open(address));
        Thread.ofVirtual().start(() -> peer.answer(name));
        return peer;
    }

    private static DatagramSocket open(String address) {
        try {
            return new DatagramSocket(0, InetAddress.getByName(address));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(String name) {
        try {
            DatagramPacket packet = new DatagramPacket(new byte[LONGEST], LONGEST);
            while (true) {
                packet.setLength(LONGEST);
                socket.receive(packet);
                byte[] data = Arrays.copyOf(packet.getData(), packet.getLength());
                received.add(data);
                byte[] answer = data.length > 1000 ? data
                        : (name + ":" + new String(data, StandardCharsets.US_ASCII)).getBytes(StandardCharsets.US_ASCII);
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            }
        } catch (IOException ignored) { // closed
            socket.close();
        }
    }

    void send(String text, InetSocketAddress to) {
        send(text.getBytes(StandardCharsets.US_ASCII), to);
    }

    void send(byte[] data, InetSocketAddress to) {
        try {
            socket.send(new DatagramPacket(data, data.length, to));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What comes next from that very address; {@code nothing} after a while. */
    String receive(InetSocketAddress from) {
        return new String(receiveBytes(from, 5_000), StandardCharsets.US_ASCII);
    }

    byte[] receiveBytes(InetSocketAddress from, int millis) {
        try {
            socket.setSoTimeout(millis);
            DatagramPacket packet = new DatagramPacket(new byte[LONGEST], LONGEST);
            socket.receive(packet);
            if (!packet.getSocketAddress().equals(from)) {
                throw new AssertionError("an answer from " + packet.getSocketAddress() + " instead of " + from);
            }
            return Arrays.copyOf(packet.getData(), packet.getLength());
        } catch (SocketTimeoutException e) {
            return "nothing".getBytes(StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks and takes the answer. */
    String ask(String text, InetSocketAddress to) {
        send(text, to);
        return receive(to);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    @Override
    public void close() {
        socket.close();
    }
}
