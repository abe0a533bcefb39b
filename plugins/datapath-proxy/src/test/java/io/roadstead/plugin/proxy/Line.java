package io.roadstead.plugin.proxy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/** A client that talks in lines. */
final class Line implements AutoCloseable {

    final Socket socket;
    private final @Nullable BufferedReader reader;

    Line(String address, int port) {
        this(null, address, port);
    }

    /** From that source address. */
    Line(@Nullable String source, String address, int port) {
        socket = new Socket();
        BufferedReader in = null;
        try {
            if (source != null) {
                socket.bind(new InetSocketAddress(InetAddress.getByName(source), 0));
            }
            socket.setSoTimeout(10_000);
            socket.connect(new InetSocketAddress(InetAddress.getByName(address), port), 10_000);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        } catch (ConnectException e) {
            throw new UncheckedIOException(e);
        } catch (SocketException reset) { // so soon that it was not even told that it is connected
            in = null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        reader = in;
    }

    /** The next line; {@code end} at the end, {@code reset} after a reset. */
    String read() {
        if (reader == null) {
            return "reset";
        }
        try {
            String line = reader.readLine();
            return line == null ? "end" : line;
        } catch (SocketException reset) {
            return "reset";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void write(String text) {
        try {
            socket.getOutputStream().write((text + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
