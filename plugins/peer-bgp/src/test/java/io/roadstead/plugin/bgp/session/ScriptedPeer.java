package io.roadstead.plugin.bgp.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;

/** A peer made of a plain socket and hexadecimal text: shares no code with what it tests. */
final class ScriptedPeer implements AutoCloseable {

    static final String MARKER = "ff".repeat(16);
    static final String KEEPALIVE = MARKER + "001304";
    private static final int OPEN = 1;
    private static final int NOTIFICATION = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Socket socket;
    private final DataInputStream in;

    private ScriptedPeer(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
    }

    /** A port on loopback to accept on. */
    static ServerSocket listen() throws IOException {
        ServerSocket server = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        server.setSoTimeout((int) PATIENCE.toMillis());
        return server;
    }

    static ScriptedPeer accept(ServerSocket server) throws IOException {
        return new ScriptedPeer(server.accept());
    }

    static ScriptedPeer connect(String from, int port) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
        socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), (int) PATIENCE.toMillis());
        return new ScriptedPeer(socket);
    }

    /** A message of a type around its body. */
    static String message(int type, String body) {
        return MARKER + String.format("%04x%02x", 19 + body.length() / 2, type) + body;
    }

    /** OPEN with the capabilities given as {@code code length value}; optional parameters are added around them. */
    static String open(int asn, int hold, String routerIdHex, String capabilities) {
        String parameter = capabilities.isEmpty() ? "" : String.format("02%02x", capabilities.length() / 2) + capabilities;
        return message(OPEN,
                String.format("04%04x%04x", asn, hold) + routerIdHex + String.format("%02x", parameter.length() / 2) + parameter);
    }

    /** UPDATE with these withdrawn routes, attributes and prefixes. */
    static String update(String withdrawn, String attributes, String prefixes) {
        return message(2,
                String.format("%04x", withdrawn.length() / 2) + withdrawn + String.format("%04x", attributes.length() / 2) + attributes
                        + prefixes);
    }

    void send(String hex) throws IOException {
        socket.getOutputStream().write(HexFormat.of().parseHex(hex));
        socket.getOutputStream().flush();
    }

    /** The next message: its type octet and its body as hexadecimal text. */
    Received next() throws IOException {
        byte[] header = new byte[19];
        in.readFully(header);
        assertThat(HexFormat.of().formatHex(header, 0, 16)).isEqualTo(MARKER);
        byte[] body = new byte[((header[16] & 0xff) << 8 | header[17] & 0xff) - header.length];
        in.readFully(body);
        return new Received(header[18], HexFormat.of().formatHex(body));
    }

    /** The next message that is of the type. */
    Received next(int type) throws IOException {
        Received received = next();
        while (received.type != type) {
            received = next();
        }
        return received;
    }

    /** Exchanges OPENs and keepalives until established. */
    ScriptedPeer establish(String open) throws IOException {
        assertThat(next().type).isEqualTo(OPEN);
        send(open);
        send(KEEPALIVE);
        assertThat(next().type).isEqualTo(4);
        return this;
    }

    /** Reads on until a NOTIFICATION comes and the connection ends after it; gives {@code code/subcode data}. */
    String farewell() throws IOException {
        Received last = next(NOTIFICATION);
        ended();
        return Integer.parseInt(last.body, 0, 2, 16) + "/" + Integer.parseInt(last.body, 2, 4, 16)
                + (last.body.length() > 4 ? " " + last.body.substring(4) : "");
    }

    /** Reads on until the connection ends, by FIN or RST, without a NOTIFICATION. */
    void ended() throws IOException {
        try {
            while (true) {
                assertThat(next().type).as("message before the end").isNotEqualTo(NOTIFICATION);
            }
        } catch (EOFException | SocketException ignored) {
            // as it should be
        }
    }

    /** Ends the connection with a RST. */
    void abort() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** RFC 9003: length and text. */
    static String communication(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.write(bytes.length);
        out.writeBytes(bytes);
        return HexFormat.of().formatHex(out.toByteArray());
    }

    /** A message. */
    record Received(int type, String body) {
    }
}
