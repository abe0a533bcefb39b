package io.roadstead.plugin.healthcheck;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

import io.roadstead.api.lb.HealthCheckNodePort;

/** What is said to a client. */
record Answer(int code, Map<String, String> headers, String body) {

    private static final Map<String, String> JSON = Map.of("Content-Type", "application/json", "X-Content-Type-Options", "nosniff");

    Answer {
        headers = Map.copyOf(headers);
    }

    /** As Kubernetes specifies it: the code says whether to send traffic here, the header how much. */
    static Answer of(HealthCheckNodePort check) {
        // A name of Kubernetes has no character that JSON would want escaped.
        String body = "{\"service\":{\"namespace\":\"" + check.namespace() + "\",\"name\":\"" + check.name() + "\"},\"localEndpoints\":"
                + check.localEndpoints() + ",\"serviceProxyHealthy\":true}";
        return new Answer(check.localEndpoints() > 0 ? 200 : 503,
                Map.of("Content-Type", "application/json", "X-Content-Type-Options", "nosniff",
                        "X-Load-Balancing-Endpoint-Weight", Integer.toString(check.localEndpoints())),
                body);
    }

    /** As kube-proxy answers: whether the node forwards Services at all. */
    static Answer ofNode(boolean healthy, Instant updated, Instant now) {
        return new Answer(healthy ? 200 : 503, JSON,
                "{\"lastUpdated\":\"" + updated + "\",\"currentTime\":\"" + now + "\",\"nodeEligible\":" + healthy + "}");
    }

    /** A refusal. */
    static Answer plain(int code) {
        return new Answer(code, Map.of("Content-Type", "text/plain; charset=utf-8"), phrase(code) + "\n");
    }

    /** The whole message; the connection ends after it. */
    ByteBuffer bytes(boolean withBody) {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder("HTTP/1.1 " + code + " " + phrase(code) + "\r\n");
        headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        head.append("Content-Length: ").append(content.length).append("\r\nConnection: close\r\n\r\n");
        byte[] start = head.toString().getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer message = ByteBuffer.allocate(start.length + content.length).put(start);
        if (withBody) {
            message.put(content);
        }
        return message.flip();
    }

    private static String phrase(int code) {
        return switch (code) {
            case 200 -> "OK";
            case 400 -> "Bad Request";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 431 -> "Request Header Fields Too Large";
            case 503 -> "Service Unavailable";
            default -> "Status " + code;
        };
    }
}
