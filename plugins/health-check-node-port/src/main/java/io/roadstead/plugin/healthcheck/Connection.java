package io.roadstead.plugin.healthcheck;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.time.TimerHandle;

/**
 * One client: its request is read, the answer written, and the connection closed once the client has read it. Confined to the loop; never blocks. A request
 * has no body that matters: what follows its head is thrown away.
 */
final class Connection {

    private static final int MOST_HEAD_BYTES = 8192;

    private final SocketChannel channel;
    private final SelectionKey key;
    private final Responder responder;
    private final ByteBuffer head = ByteBuffer.allocate(MOST_HEAD_BYTES);
    private @Nullable ByteBuffer answer;
    private TimerHandle deadline = () -> {
    };

    Connection(SocketChannel channel, SelectionKey key, Responder responder) {
        this.channel = channel;
        this.key = key;
        this.responder = responder;
    }

    /** The timer that closes it, which ends with it. */
    void closeAt(TimerHandle timer) {
        deadline = timer;
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    /** Goes on as far as it can. */
    void proceed() {
        try {
            if (answer == null) {
                read();
            } else if (answer.hasRemaining()) {
                write(answer);
            } else {
                linger();
            }
        } catch (IOException ignored) { // the client went away: nobody is left to tell
            close();
        }
    }

    private void read() throws IOException {
        int count = channel.read(head);
        if (count < 0) {
            close();
            return;
        }
        String text = StandardCharsets.ISO_8859_1.decode(head.duplicate().flip()).toString();
        if (text.contains("\r\n\r\n") || text.contains("\n\n")) {
            String[] words = text.lines().findFirst().orElse("").split(" ");
            boolean request = words.length == 3 && words[2].startsWith("HTTP/1.") && words[1].startsWith("/");
            respond(!request ? Answer.plain(400) : isRead(words[0]) ? responder.answer(words[1]) : Answer.plain(405),
                    !words[0].equals("HEAD"));
        } else if (!head.hasRemaining()) {
            respond(Answer.plain(431), true);
        }
    }

    private static boolean isRead(String method) {
        return method.equals("GET") || method.equals("HEAD");
    }

    private void respond(Answer said, boolean withBody) throws IOException {
        ByteBuffer bytes = said.bytes(withBody);
        answer = bytes;
        write(bytes);
    }

    private void write(ByteBuffer bytes) throws IOException {
        channel.write(bytes);
        if (bytes.hasRemaining()) {
            key.interestOps(SelectionKey.OP_WRITE);
        } else {
            // Closing with unread input resets the connection, and the client may lose the answer: let it close first.
            channel.shutdownOutput();
            key.interestOps(SelectionKey.OP_READ);
        }
    }

    private void linger() throws IOException {
        head.clear();
        if (channel.read(head) < 0) {
            close();
        }
    }

    void close() {
        deadline.cancel();
        try {
            channel.close();
        } catch (IOException ignored) { // its descriptor is gone all the same
        }
    }
}
