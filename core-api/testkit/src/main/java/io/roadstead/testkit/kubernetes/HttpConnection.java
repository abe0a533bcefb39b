package io.roadstead.testkit.kubernetes;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;

/** One connection of a client: request after request, until one is answered with a stream. Confined to its thread but for {@link HttpReply#abort}. */
final class HttpConnection implements AutoCloseable {

    private static final int MAX_LINE = 64 * 1024;
    private static final int MAX_BODY = 64 * 1024 * 1024;
    private static final Pattern COMMON_NAME = Pattern.compile("(?:^|,)CN=([^,]+)");

    private final Socket socket;
    private final HttpListener.Handler handler;
    private final InputStream in;
    private final OutputStream out;
    private final String certificateName;

    HttpConnection(Socket socket, HttpListener.Handler handler) throws IOException {
        this.socket = socket;
        this.handler = handler;
        this.in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
        this.out = new BufferedOutputStream(socket.getOutputStream(), 16 * 1024);
        this.certificateName = certificateName(socket);
    }

    void serve() throws IOException {
        boolean goesOn = true;
        while (goesOn) {
            var line = line();
            if (line.isEmpty()) {
                return;
            }
            var reply = new Reply();
            handler.handle(request(line), reply);
            goesOn = !reply.streamed;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private HttpRequest request(String requestLine) throws IOException {
        var parts = requestLine.split(" ");
        if (parts.length != 3) {
            throw new IOException("no request: " + requestLine);
        }
        var headers = new HashMap<String, String>();
        for (var line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.merge(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip(), (a, b) -> a + "," + b);
            }
        }
        if (headers.getOrDefault("expect", "").equalsIgnoreCase("100-continue")) {
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }
        var target = parts[1].split("\\?", 2);
        // a plus in a path is itself
        var path = URLDecoder.decode(target[0].replace("+", "%2B"), StandardCharsets.UTF_8);
        return new HttpRequest(parts[0], path, target.length > 1 ? query(target[1]) : Map.of(), headers, body(headers), certificateName);
    }

    private static Map<String, String> query(String text) {
        var query = new HashMap<String, String>();
        for (var pair : text.split("&")) {
            var parts = pair.split("=", 2);
            query.put(URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
                    parts.length > 1 ? URLDecoder.decode(parts[1], StandardCharsets.UTF_8) : "");
        }
        return query;
    }

    private byte[] body(Map<String, String> headers) throws IOException {
        if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
            var body = new ByteArrayOutputStream();
            for (int size = chunkSize(); size > 0; size = chunkSize()) {
                body.write(exactly(size));
                line();
            }
            line();
            return body.toByteArray();
        }
        return exactly(Integer.parseInt(headers.getOrDefault("content-length", "0")));
    }

    private int chunkSize() throws IOException {
        return Integer.parseInt(line().split(";", 2)[0].strip(), 16);
    }

    private byte[] exactly(int size) throws IOException {
        if (size < 0 || size > MAX_BODY) {
            throw new IOException("a body of " + size + " bytes");
        }
        var bytes = in.readNBytes(size);
        if (bytes.length < size) {
            throw new EOFException();
        }
        return bytes;
    }

    /** Without its end; empty at the end of the connection too. */
    private String line() throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n' && b >= 0; b = in.read()) {
            if (line.size() > MAX_LINE) {
                throw new IOException("a line without an end");
            }
            line.write(b);
        }
        var text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    private static String certificateName(Socket socket) {
        if (!(socket instanceof SSLSocket secured)) {
            return "";
        }
        try {
            var certificate = (X509Certificate) secured.getSession().getPeerCertificates()[0];
            var name = COMMON_NAME.matcher(certificate.getSubjectX500Principal().getName());
            return name.find() ? name.group(1) : "";
        } catch (SSLPeerUnverifiedException ignored) {
            return ""; // it has a token instead, or nothing
        }
    }

    private final class Reply implements HttpReply {

        private boolean streamed;

        @Override
        public void send(int status, Map<String, String> headers, byte[] body) throws IOException {
            head(status, headers, "Content-Length: " + body.length);
            out.write(body);
            out.flush();
        }

        @Override
        public void begin(int status, Map<String, String> headers) throws IOException {
            streamed = true;
            head(status, headers, "Connection: close\r\nTransfer-Encoding: chunked");
            out.flush();
        }

        @Override
        public void chunk(byte[] bytes) throws IOException {
            out.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(bytes);
            out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }

        @Override
        public void finish() throws IOException {
            out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }

        @Override
        public void abort() {
            streamed = true;
            try {
                socket.close();
            } catch (IOException ignored) {
                // it is to be gone, and it is
            }
        }

        @Override
        public void onClientGone(Runnable action) {
            Thread.ofVirtual().name("api-server-watched-client").start(() -> {
                try {
                    while (in.read() >= 0) {
                        // a client of a stream has nothing more to say
                    }
                } catch (IOException ignored) {
                    // gone as well
                }
                action.run();
            });
        }

        private void head(int status, Map<String, String> headers, String length) throws IOException {
            var head = new StringBuilder("HTTP/1.1 ").append(status).append(" -\r\n");
            headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
            out.write(head.append(length).append("\r\n\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        }
    }
}
