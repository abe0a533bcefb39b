package io.roadstead.plugin.datapath.ebpf.socket;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import io.roadstead.testkit.lab.Namespace;

/** A backend: says its name to who connects by TCP, then is silent, and answers each datagram with its name. Runs on two threads of its host. */
final class EchoServer implements AutoCloseable {
    private final InetSocketAddress address;
    private final byte[] name;
    private final ServerSocket tcp;
    private final DatagramSocket udp;

    private EchoServer(InetSocketAddress address, String name, ServerSocket tcp, DatagramSocket udp) {
        this.address = address;
        this.name = name.getBytes(StandardCharsets.UTF_8);
        this.tcp = tcp;
        this.udp = udp;
    }

    static EchoServer start(Namespace host, String name, InetSocketAddress address) {
        var server = host.call(() -> new EchoServer(address, name, new ServerSocket(address.getPort(), 16, address.getAddress()),
                new DatagramSocket(address)));
        Thread.ofPlatform().daemon().name("tcp-" + name).start(server::accept);
        Thread.ofPlatform().daemon().name("udp-" + name).start(server::answer);
        return server;
    }

    InetSocketAddress address() {
        return address;
    }

    @Override
    public void close() {
        try {
            tcp.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        udp.close();
    }

    private void accept() {
        var line = Arrays.copyOf(name, name.length + 1);
        line[name.length] = '\n';
        try {
            while (true) {
                // never closed here: that is for the client, whose port would rest otherwise
                tcp.accept().getOutputStream().write(line);
            }
        } catch (IOException ignored) {
            // closed
        }
    }

    private void answer() {
        var buffer = new byte[2048];
        try {
            while (true) {
                var packet = new DatagramPacket(buffer, buffer.length);
                udp.receive(packet);
                udp.send(new DatagramPacket(name, name.length, packet.getSocketAddress()));
            }
        } catch (IOException ignored) {
            // closed
        }
    }
}
