package io.roadstead.testkit.lab;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import io.roadstead.api.model.bgp.AfiSafi;

class NamespaceIT {

    private static final Duration SOON = Duration.ofSeconds(20);

    @BeforeAll
    static void needsNamespaces() {
        Labs.require(Tool.PING);
    }

    @Test
    void joinsHostsThroughARouterInBothFamilies() {
        try (var client = Namespace.create("client");
                var router = Namespace.create("router").forwarding();
                var server = Namespace.create("server")) {
            Namespace.link(client, "eth0", router, "a"); // `a` alone would be read by ip as an abbreviation
            Namespace.link(server, "eth0", router, "b");
            client.address("eth0", "192.0.2.2/25").route("default", "via", "192.0.2.1");
            client.address("eth0", "2001:db8:a::2/64").route("default", "via", "2001:db8:a::1");
            router.address("a", "192.0.2.1/25").address("b", "192.0.2.129/25");
            router.address("a", "2001:db8:a::1/64").address("b", "2001:db8:b::1/64");
            server.address("eth0", "192.0.2.130/25").route("default", "via", "192.0.2.129");
            server.address("eth0", "2001:db8:b::2/64").route("default", "via", "2001:db8:b::1");

            client.run("ping", "-c", "1", "-W", "5", "192.0.2.130");
            client.run("ping", "-c", "1", "-W", "5", "2001:db8:b::2");
        }
    }

    @Test
    void aBridgeIsASwitchAndAPulledCableStopsTheTraffic() {
        try (var one = Namespace.create("one"); var other = Namespace.create("other"); var lan = Namespace.create("switch")) {
            Namespace.link(one, "eth0", lan, "p1");
            Namespace.link(other, "eth0", lan, "p2");
            lan.bridge("br0", "p1", "p2");
            one.address("eth0", "192.0.2.1/24");
            other.address("eth0", "192.0.2.2/24");

            one.run("ping", "-c", "1", "-W", "5", "192.0.2.2");
            lan.down("p2");

            assertThat(one.tryRun("ping", "-c", "1", "-W", "1", "192.0.2.2").exitCode()).isNotZero();
        }
    }

    @Test
    void showsTheKernelsRoutes() {
        try (var host = Namespace.create("host")) {
            host.stub("eth0").address("eth0", "192.0.2.1/24").stub("eth1").address("eth1", "198.51.100.1/24");
            host.route("203.0.113.0/24", "metric", "7", "nexthop", "via", "192.0.2.9", "nexthop", "via", "198.51.100.9");
            host.route("blackhole", "10.0.0.0/8");

            assertThat(host.routes(AfiSafi.IPV4_UNICAST)).contains(
                    new KernelRoute("192.0.2.0/24", Set.of(), List.of("eth0"), "kernel", 0),
                    new KernelRoute("203.0.113.0/24", Set.of("192.0.2.9", "198.51.100.9"), List.of("eth0", "eth1"), "boot", 7),
                    new KernelRoute("10.0.0.0/8", Set.of(), List.of(), "boot", 0));
        }
    }

    @Test
    void threadsOfTheTestOpenTheirSocketsInside() throws Exception {
        try (var one = Namespace.create("one"); var other = Namespace.create("other")) {
            Namespace.link(one, "eth0", other, "eth0");
            one.address("eth0", "192.0.2.1/24");
            other.address("eth0", "192.0.2.2/24");
            var address = InetAddress.ofLiteral("192.0.2.1");
            var received = new CompletableFuture<String>();

            try (var server = one.call(() -> new ServerSocket(7, 1, address))) {
                one.threads("server").newThread(() -> received.completeAsync(() -> firstBytes(server))).start();
                other.call(() -> {
                    try (var socket = new Socket()) {
                        socket.connect(new InetSocketAddress(address, 7), 5000);
                        socket.getOutputStream().write("ahoy".getBytes(StandardCharsets.UTF_8));
                    }
                    return "sent";
                });

                assertThat(received).succeedsWithin(SOON).isEqualTo("ahoy");
            }
        }
    }

    @Test
    void aFailureOfACommandCarriesWhatItSaid() {
        try (var host = Namespace.create("host")) {
            assertThatThrownBy(() -> host.address("eth7", "192.0.2.1/24")).isInstanceOf(LabException.class).hasMessageContaining("eth7");
        }
    }

    @Test
    void closingEndsWhatStillRunsInsideAndLeavesNothing() {
        var host = Namespace.create("host");
        var process = host.process("sleep", "60").start();
        eventually(SOON, () -> assertThat(host.run("ip", "netns", "identify", Long.toString(process.pid()))).contains(host.name()));

        host.close();
        host.close();

        eventually(SOON, () -> assertThat(process.isAlive()).isFalse());
        assertThat(Path.of("/run/netns", host.name())).doesNotExist();
        process.close();
    }

    private static String firstBytes(ServerSocket server) {
        try (var socket = server.accept()) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aBorrowedOneIsTheSameAndStaysWhenItIsClosed() {
        try (var host = Namespace.create("lender")) {
            try (var borrowed = Namespace.borrow(host.toString())) {
                assertThat(borrowed.run("ip", "link")).isEqualTo(host.run("ip", "link"));
            }

            assertThat(host.run("ip", "link")).contains("lo:");
        }
        assertThatThrownBy(() -> Namespace.borrow("rs-no-such-namespace")).isInstanceOf(LabException.class)
                .hasMessageContaining("rs-no-such");
    }
}
