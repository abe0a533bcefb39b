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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Listens on a real unix socket and answers what it was given, by path, with the method in front unless it is GET; 404 with an error body for the rest. Of several
 * answers to one path each is given once, and the last for ever.
 */
final class CannedAgent implements AutoCloseable {

    private final ServerSocketChannel server;
    private final Map<String, Deque<String>> answers = new HashMap<>();
    private final List<String> commands = new CopyOnWriteArrayList<>();
    private final Thread thread;

    CannedAgent(Path socket, Map<String, List<String>> answers) throws IOException {
        answers.forEach((path, inTurn) -> this.answers.put(path, new ArrayDeque<>(inTurn)));
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        this.thread = Thread.ofPlatform().daemon().start(this::serve);
    }

    private void serve() {
        while (server.isOpen()) {
            try (SocketChannel client = server.accept()) {
                ByteBuffer request = ByteBuffer.allocate(8192);
                client.read(request);
                String[] words = new String(request.array(), 0, request.position(), StandardCharsets.US_ASCII).split(" ");
                String path = words[0].equals("GET") ? words[1] : words[0] + " " + words[1];
                if (!words[0].equals("GET")) {
                    commands.add(path);
                }
                Deque<String> inTurn = answers.get(path);
                String body = inTurn == null ? null : inTurn.size() == 1 ? inTurn.peek() : inTurn.poll();
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

    /** What was asked by another method than GET, in its order. */
    List<String> commands() {
        return commands;
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
