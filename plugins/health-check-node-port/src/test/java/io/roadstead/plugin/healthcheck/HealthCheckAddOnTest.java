package io.roadstead.plugin.healthcheck;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.roadstead.api.lb.HealthCheckNodePort;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.plugin.InstanceStatus.Health;
import io.roadstead.kernel.loop.LoopThread;
import io.roadstead.testkit.lab.FreePorts;

/** Over real sockets. */
@Timeout(60)
final class HealthCheckAddOnTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Instant NOW = Instant.parse("2026-11-23T01:00:00Z");

    private final HttpClient client = HttpClient.newHttpClient();
    private final int port = FreePorts.next();
    private final int nodePort = FreePorts.next();
    private LoopThread loop;
    private HealthCheckAddOn addOn;

    @BeforeEach
    void start() {
        loop = new LoopThread("health-check");
        addOn = new HealthCheckAddOn(new HealthCheckConfig(IpAddress.parse("::"), Duration.ofMillis(50),
                new HealthCheckConfig.Healthz(true, IpAddress.parse("127.0.0.1"), nodePort)), loop, () -> NOW);
        addOn.start();
    }

    @AfterEach
    void stop() {
        addOn.close();
        loop.close();
        client.close();
    }

    @Test
    void aServiceWithLocalEndpointsIsHealthyWithItsWeight() throws Exception {
        serve(check(port, 2));

        HttpResponse<String> response = get(port, "/");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .isEqualTo("{\"service\":{\"namespace\":\"shop\",\"name\":\"web\"},\"localEndpoints\":2,\"serviceProxyHealthy\":true}");
        assertThat(response.headers().firstValue("X-Load-Balancing-Endpoint-Weight")).contains("2");
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(addOn.status().summary()).isEqualTo("answers for 1 of 1 Services");
    }

    @Test
    void aServiceWithoutLocalEndpointsIsNotAndBecomesSoOnTheOpenPort() throws Exception {
        serve(check(port, 0));
        assertThat(get(port, "/healthz").statusCode()).isEqualTo(503);
        assertThat(get(port, "/").headers().firstValue("X-Load-Balancing-Endpoint-Weight")).contains("0");

        addOn.healthChecks(List.of(check(port, 1)));

        eventually(SOON, () -> assertThat(get(port, "/").statusCode()).isEqualTo(200));
    }

    @Test
    void theWildcardAddressAnswersBothFamilies() throws Exception {
        serve(check(port, 1));

        assertThat(raw("127.0.0.1", "GET / HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 200 OK\r\n");
        assertThat(raw("::1", "GET / HTTP/1.0\n\n")).startsWith("HTTP/1.1 200 OK\r\n");
    }

    @Test
    void aServiceThatGoesFreesItsPort() throws Exception {
        serve(check(port, 1));
        get(port, "/");

        addOn.healthChecks(List.of());

        eventually(SOON, () -> new ServerSocket(port).close());
        eventually(SOON, () -> assertThat(addOn.status().summary()).isEqualTo("answers for 0 of 0 Services"));
    }

    @Test
    void aPortInUseIsNamedAndServedOnceItIsFree() throws Exception {
        int other = FreePorts.next();
        try (ServerSocket taken = new ServerSocket(port)) {
            addOn.healthChecks(List.of(check(port, 1), check(other, 1)));
            eventually(SOON, () -> assertThat(addOn.status().health()).isEqualTo(Health.DEGRADED));

            assertThat(addOn.status().problems()).singleElement().asString().contains("port " + taken.getLocalPort(), "tried again");
            assertThat(get(other, "/").statusCode()).isEqualTo(200);
        }

        eventually(SOON, () -> assertThat(addOn.status().health()).isEqualTo(Health.OK));
        assertThat(get(port, "/").statusCode()).isEqualTo(200);
    }

    @Test
    void twoServicesWithOnePortAreNamedAndTheFirstIsServed() throws Exception {
        addOn.healthChecks(List.of(check(port, 1), new HealthCheckNodePort(port, "shop", "other", 0)));

        eventually(SOON, () -> assertThat(addOn.status().problems()).singleElement().asString().contains("shop/web and shop/other"));
        assertThat(get(port, "/").body()).contains("\"name\":\"web\"");
    }

    @Test
    void theNodeIsHealthyOnceTheClusterHasBeenRead() throws Exception {
        eventually(SOON, () -> assertThat(get(nodePort, "/healthz").statusCode()).isEqualTo(503));

        serve();

        assertThat(get(nodePort, "/healthz").statusCode()).isEqualTo(200);
        assertThat(get(nodePort, "/healthz").body())
                .isEqualTo("{\"lastUpdated\":\"2026-11-23T01:00:00Z\",\"currentTime\":\"2026-11-23T01:00:00Z\",\"nodeEligible\":true}");
        assertThat(get(nodePort, "/other").statusCode()).isEqualTo(404);
    }

    @Test
    void whatIsNoReadingRequestIsRefused() throws Exception {
        serve(check(port, 1));

        assertThat(raw("127.0.0.1", "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc")).startsWith("HTTP/1.1 405 ");
        assertThat(raw("127.0.0.1", "nonsense\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(raw("127.0.0.1", "\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(raw("127.0.0.1", "GET /" + "a".repeat(9000))).startsWith("HTTP/1.1 431 ");
        assertThat(raw("127.0.0.1", "HEAD / HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\n");
    }

    /** More than are kept at a time: neither they nor their number keeps others from an answer. */
    @Test
    void clientsThatSayNothingKeepNobodyOut() throws Exception {
        serve(check(port, 1));
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                socket.getOutputStream().write('G');
                silent.add(socket);
            }

            assertThat(get(port, "/").statusCode()).isEqualTo(200);
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void aRequestInPiecesIsAnswered() throws Exception {
        serve(check(port, 1));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            for (byte piece : "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII)) {
                socket.getOutputStream().write(piece);
                socket.getOutputStream().flush();
            }

            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void closingFreesThePortsAndMayBeDoneTwice() throws Exception {
        serve(check(port, 1));

        addOn.close();
        addOn.close();

        new ServerSocket(port).close();
        new ServerSocket(nodePort).close();
    }

    private void serve(HealthCheckNodePort... checks) {
        addOn.healthChecks(List.of(checks));
        loop.submit(() -> true).join();
    }

    private static HealthCheckNodePort check(int port, int localEndpoints) {
        return new HealthCheckNodePort(port, "shop", "web", localEndpoints);
    }

    private HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(SOON).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private String raw(String host, String request) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral(host), port));
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
