package io.roadstead.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.jspecify.annotations.Nullable;

/**
 * Asks one agent over its unix socket. HTTP/1.0, so that the answer ends with the connection: the JDK's own client cannot speak to a unix socket, and a library
 * that can would cost more start-up time than everything else here.
 */
final class AdminClient {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int MAX_ANSWER_BYTES = 256 << 20;

    private final Path socket;
    private final Duration timeout;

    AdminClient(Path socket, Duration timeout) {
        this.socket = socket;
        this.timeout = timeout;
    }

    /** The answer to a GET as JSON. Fails with the remedy when there is no agent or the agent says no. */
    JsonNode json(String pathAndQuery) {
        return json("GET", pathAndQuery);
    }

    /** The answer to a POST as JSON: has the agent do something. */
    JsonNode command(String pathAndQuery) {
        return json("POST", pathAndQuery);
    }

    private JsonNode json(String method, String pathAndQuery) {
        Answer answer = ask(method, pathAndQuery);
        if (answer.status() != 200) {
            throw refusal(answer);
        }
        return body(answer);
    }

    private JsonNode body(Answer answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new CommandFailure(Exit.INTERNAL, socket + " answered something that is not JSON: is it an agent's socket?");
        }
    }

    private CommandFailure refusal(Answer answer) {
        JsonNode body = body(answer);
        return new CommandFailure(Exit.ANSWERED_ERROR, Json.text(body, "subject") + ": " + Json.text(body, "problem")
                + (Json.text(body, "remedy").isEmpty() ? "" : "; " + Json.text(body, "remedy")));
    }

    /** The answer to a GET as text. */
    String text(String path) {
        return ask("GET", path).body();
    }

    /**
     * Reads lines as they come; empty ones are passed over.
     *
     * @param limit how long to read; null for as long as the agent sends
     * @param lines takes each; says whether it wants more
     */
    void lines(String pathAndQuery, @Nullable Duration limit, Predicate<String> lines) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX); Selector selector = Selector.open()) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(request("GET", pathAndQuery));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            LineReader reader = new LineReader(lines);
            ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
            long end = limit == null ? Long.MAX_VALUE : System.nanoTime() + limit.toNanos();
            while (reader.wantsMore()) {
                long left = limit == null ? Long.MAX_VALUE : end - System.nanoTime();
                if (left <= 0) {
                    return;
                }
                selector.select(limit == null ? 0 : Math.max(1, left / 1_000_000));
                selector.selectedKeys().clear();
                int count = channel.read(buffer.clear());
                if (count < 0) {
                    throw reader.ended();
                }
                reader.take(buffer.flip());
            }
        } catch (AccessDeniedException e) {
            throw denied();
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    /** Cuts what comes into lines, behind the headers of an answer that is one of events. */
    private final class LineReader {
        private final Predicate<String> lines;
        private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();
        private boolean inBody;
        private boolean more = true;

        LineReader(Predicate<String> lines) {
            this.lines = lines;
        }

        boolean wantsMore() {
            return more;
        }

        void take(ByteBuffer bytes) {
            while (bytes.hasRemaining() && more) {
                byte next = bytes.get();
                waiting.write(next);
                if (!inBody) {
                    inBody = next == '\n' && waiting.toString(StandardCharsets.UTF_8).endsWith("\r\n\r\n") && accepted();
                } else if (next == '\n') {
                    String line = waiting.toString(StandardCharsets.UTF_8).strip();
                    waiting.reset();
                    more = line.isEmpty() || lines.test(line);
                }
            }
        }

        /** An answer that is an error stays, to be read to its end. */
        private boolean accepted() {
            boolean good = parse(waiting.toString(StandardCharsets.UTF_8)).status() == 200;
            if (good) {
                waiting.reset();
            }
            return good;
        }

        CommandFailure ended() {
            if (!inBody) {
                return refusal(parse(waiting.toString(StandardCharsets.UTF_8)));
            }
            return new CommandFailure(Exit.NO_ANSWER, "the agent at " + socket
                    + " ended it: it stopped, its datapath did, or this command read slower than events came; ask with a filter");
        }
    }

    private record Answer(int status, String body) {
    }

    private Answer ask(String method, String pathAndQuery) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(request(method, pathAndQuery));
            return parse(new String(readToEnd(channel), StandardCharsets.UTF_8));
        } catch (AccessDeniedException e) {
            throw denied();
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private static ByteBuffer request(String method, String pathAndQuery) {
        String text = method + " " + pathAndQuery + " HTTP/1.0\r\nHost: localhost\r\nAccept: application/json\r\n\r\n";
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private byte[] readToEnd(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
        try (Selector selector = Selector.open()) {
            channel.register(selector, SelectionKey.OP_READ);
            while (true) {
                if (selector.select(timeout.toMillis()) == 0) {
                    throw new CommandFailure(Exit.NO_ANSWER, "the agent at " + socket + " did not answer within " + timeout.toSeconds()
                            + " s; raise --timeout, or look at its log");
                }
                selector.selectedKeys().clear();
                int count = channel.read(buffer.clear());
                if (count < 0) {
                    return bytes.toByteArray();
                }
                bytes.write(buffer.array(), 0, count);
                if (bytes.size() > MAX_ANSWER_BYTES) {
                    throw new CommandFailure(Exit.INTERNAL, socket + " answers without end");
                }
            }
        }
    }

    private Answer parse(String answer) {
        int headerEnd = answer.indexOf("\r\n\r\n");
        if (!answer.startsWith("HTTP/1.") || headerEnd < 12) {
            throw new CommandFailure(Exit.NO_ANSWER, socket + " is not an agent's socket: it does not speak HTTP");
        }
        return new Answer(Integer.parseInt(answer.substring(9, 12)), answer.substring(headerEnd + 4));
    }

    private CommandFailure denied() {
        return new CommandFailure(Exit.NO_ANSWER,
                "no permission to use " + socket + "; run as the user that the agent runs as: its socket is the owner's alone");
    }

    private CommandFailure unreachable(IOException cause) {
        if (Files.exists(socket) && !Files.isWritable(socket)) {
            return denied();
        }
        String found = Files.exists(socket) ? "nobody listens there" : "there is no such socket";
        return new CommandFailure(Exit.NO_ANSWER, "no agent at " + socket + ": " + found + " (" + cause.getMessage()
                + "); start one with 'roadstead agent --config FILE', or name another with --socket");
    }
}
