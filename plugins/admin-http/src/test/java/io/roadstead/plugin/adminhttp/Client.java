package io.roadstead.plugin.adminhttp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** Asks over a real socket, with the bytes in the test's hand. */
record Client(SocketAddress address) {
    record Reply(int status, String head, String body) {
        Optional<String> header(String name) {
            return head.lines().filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .map(line -> line.substring(name.length() + 1).strip()).findFirst();
        }
    }

    static Client unix(Path path) {
        return new Client(UnixDomainSocketAddress.of(path));
    }

    static Client tcp(int port) {
        return new Client(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    Reply get(String target) throws IOException {
        return send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    }

    Reply post(String target) throws IOException {
        return send("POST " + target + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }

    Reply send(String request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(address)) {
            ByteBuffer bytes = StandardCharsets.ISO_8859_1.encode(request);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            String text = read(channel);
            int end = text.indexOf("\r\n\r\n");
            return new Reply(Integer.parseInt(text.substring(9, 12)), text.substring(0, end), text.substring(end + 4));
        }
    }

    /** Until the end, which is a reset where the server did not want to read everything. */
    private static String read(SocketChannel channel) throws IOException {
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        try {
            Channels.newInputStream(channel).transferTo(received);
        } catch (IOException e) {
            if (received.size() == 0) {
                throw e;
            }
        }
        return received.toString(StandardCharsets.UTF_8);
    }
}
