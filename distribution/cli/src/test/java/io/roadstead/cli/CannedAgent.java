package io.roadstead.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** Listens on a real unix socket and answers what it was given, by path; 404 with an error body for the rest. */
final class CannedAgent implements AutoCloseable {

    private final ServerSocketChannel server;
    private final Map<String, String> answers;
    private final Thread thread;

    CannedAgent(Path socket, Map<String, String> answers) throws IOException {
        this.answers = Map.copyOf(answers);
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        this.thread = Thread.ofPlatform().daemon().start(this::serve);
    }

    private void serve() {
        while (server.isOpen()) {
            try (SocketChannel client = server.accept()) {
                ByteBuffer request = ByteBuffer.allocate(8192);
                client.read(request);
                String path = new String(request.array(), 0, request.position(), StandardCharsets.US_ASCII).split(" ")[1];
                String body = answers.get(path);
                String answer = body == null
                        ? "HTTP/1.1 404 Not Found\r\n\r\n{\"code\":\"NOT_FOUND\",\"subject\":\"" + path + "\",\"problem\":\"is not here\","
                                + "\"remedy\":\"look elsewhere\"}"
                        : "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body;
                client.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8)));
            } catch (IOException ignored) { // closed: the test is over
                return;
            }
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            thread.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
