package io.roadstead.plugin.adminhttp;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.roadstead.api.lb.Flow;
import io.roadstead.api.lb.FlowEvents.FlowEvent;
import io.roadstead.api.lb.FlowEvents.Kind;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Protocol;

/** What is shown of load balancing, over a real socket. */
final class BalancingHttpTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    private Path directory;
    private final FakeViews views = new FakeViews();
    private Path socket;
    private AdminHttp http;

    @BeforeEach
    void begin() {
        socket = directory.resolve("r.sock");
        http = new AdminHttp(
                new AdminHttpConfig(socket, new AdminHttpConfig.Tcp(false, IpAddress.parse("127.0.0.1"), 0, false), Duration.ofSeconds(5)),
                views, views.maintenance);
        http.start();
    }

    @AfterEach
    void end() {
        http.close();
    }

    private Client.Reply get(String target) throws IOException {
        return Client.unix(socket).get(target);
    }

    @Test
    void tablesAreTheViewInKebabCase() throws IOException {
        assertThat(get("/v1/lb/entries").body()).isEqualTo(
                """
                [{"frontend":{"address":"172.16.1.1","port":80,"protocol":"TCP","scope":"external"},"id":4,"flags":["LoadBalancer"],"dispatch":"dsr",\
                "table-size":16381,"backends":[{"id":9,"address":"172.20.0.7","port":80,"state":"active","selectable":true,"table-share":16381,"cluster":""}]}]""");
        assertThat(get("/v1/lb/maps").body())
                .isEqualTo("[{\"name\":\"rs_flow\",\"kind\":\"lru_hash\",\"used\":3,\"limit\":262144,\"bytes\":1048576}]");
        assertThat(get("/v1/lb/source-ranges").body()).contains("\"ranges\":{\"prefixes\":[\"10.0.0.0/8\"],\"deny\":false}");
        assertThat(get("/v1/lb/flows?limit=5").body()).contains("\"backend\":\"172.20.0.7\",\"backend-port\":80,\"dispatch\":\"dsr\"",
                "\"idle-seconds\":2,\"expires-seconds\":7998");
        assertThat(get("/v1/lb/translations").body()).isEqualTo("[]");
        assertThat(get("/v1/status").body()).contains("\"balancing\":{\"datapath\":\"ebpf\",\"services\":1,\"frontends\":3,"
                + "\"facts\":[{\"name\":\"Mode\",\"value\":\"DSR\"}]}");
    }

    @Test
    void whatTheDatapathDoesNotOfferIsSaid() throws IOException {
        Client.Reply reply = get("/v1/lb/counters");

        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.body()).contains("\"subject\":\"datapath proxy\",\"problem\":\"does not offer counters\"");
    }

    @Test
    void explainTakesAddressesOfBothFamilies() throws IOException {
        assertThat(get("/v1/explain/flow?src=192.0.2.7:40000&dst=172.16.1.1:80").body()).contains("\"protocol\":\"TCP\"",
                "\"source\":\"192.0.2.7\",\"source-port\":40000,\"destination\":\"172.16.1.1\",\"destination-port\":80",
                "\"steps\":[\"found\"]");
        assertThat(get("/v1/explain/flow?src=%5B2001:db8::7%5D:4&dst=%5Bfd00::1%5D:53&proto=UDP").body())
                .contains("\"protocol\":\"UDP\"", "\"source\":\"2001:db8::7\",\"source-port\":4");
    }

    @Test
    void simulateTakesABackendWithOrWithoutItsPort() throws IOException {
        assertThat(get("/v1/lb/simulate?service=web&without=172.20.0.7").body()).contains("\"service\":\"default/web\"",
                "\"without\":\"172.20.0.7 0\"");
        assertThat(get("/v1/lb/simulate?service=a/web&without=172.20.0.7:80").body()).contains("\"without\":\"172.20.0.7 80\"");
        assertThat(get("/v1/lb/simulate?service=a/web&without=fd00::7").body()).contains("\"without\":\"fd00::7 0\"");
        assertThat(get("/v1/lb/simulate?service=a/web").body()).contains("\"without\":\"null 0\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/lb/flows?limit=0", "/v1/lb/flows?limit=100001", "/v1/lb/flows?limit=x", "/v1/lb/flows?limit=-1",
        "/v1/lb/simulate", "/v1/lb/simulate?service=a/b/c", "/v1/lb/simulate?service=a&without=nobody",
        "/v1/lb/simulate?service=a&without=172.20.0.7:0", "/v1/lb/simulate?service=a&without=172.20.0.7:65536",
        "/v1/explain/flow?src=192.0.2.7:1", "/v1/explain/flow?src=192.0.2.7&dst=172.16.1.1:80",
        "/v1/explain/flow?src=192.0.2.7:1&dst=%5Bfd00::1%5D:80", "/v1/explain/flow?src=192.0.2.7:1&dst=172.16.1.1:80&proto=icmp",
        "/v1/explain/flow?src=:1&dst=172.16.1.1:80", "/v1/explain/flow?src=%5B::1&dst=172.16.1.1:80",
        "/v1/explain/flow?src=192.0.2.7:1:2&dst=172.16.1.1:80", "/v1/observe?verdict=maybe", "/v1/observe?ip=x", "/v1/observe?port=0",
        "/v1/observe?protocol=gre", "/v1/observe?follow=1"})
    void aQuestionThatMakesNoSenseIsRefused(String target) throws IOException {
        assertThat(get(target).status()).isEqualTo(400);
    }

    @Test
    void aPodThatNobodyKnowsIsNotObserved() throws IOException {
        assertThat(get("/v1/observe?pod=ghost").status()).isEqualTo(404);
        assertThat(views.balancing.observers).isEmpty();
    }

    @Test
    void eventsComeAsLinesUntilTheReaderGoes() throws IOException {
        try (SocketChannel channel = observe("/v1/observe?service=webpod&verdict=forwarded"); BufferedReader lines = lines(channel)) {
            eventually(SOON, () -> assertThat(views.balancing.observers).hasSize(1));
            views.balancing.tell(event(Kind.NEW, "default/other", null));
            views.balancing.tell(event(Kind.DROP, "default/webpod", null));
            views.balancing.tell(event(Kind.NEW, "default/webpod", FakeBalancing.POD));

            assertThat(next(lines)).isEqualTo("{\"time\":\"2026-01-01T00:00:00Z\",\"kind\":\"new\",\"flow\":{\"protocol\":\"TCP\","
                    + "\"source\":\"192.0.2.7\",\"source-port\":40000,\"destination\":\"172.16.1.1\",\"destination-port\":80},"
                    + "\"service\":\"default/webpod\",\"backend\":\"172.20.0.7\",\"backend-port\":80,\"dispatch\":\"dsr\",\"reason\":\"\"}");
        }

        eventually(SOON, () -> {
            views.balancing.tell(event(Kind.NEW, "default/webpod", FakeBalancing.POD)); // a write finds out that the reader has gone
            assertThat(views.balancing.observers).isEmpty();
        });
    }

    @Test
    void aDatapathWithoutEventsIsSaidBeforeAnythingIsSent() throws IOException {
        views.balancing.silent = true;

        Client.Reply reply = get("/v1/observe");

        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.header("Content-Type")).hasValue("application/json");
        assertThat(reply.body()).contains("\"subject\":\"datapath quiet\",\"problem\":\"does not offer flow events\"");
    }

    @Test
    void aSlowReaderIsCutOff() throws IOException {
        try (SocketChannel channel = observe("/v1/observe")) {
            eventually(SOON, () -> assertThat(views.balancing.observers).hasSize(1));

            eventually(SOON, () -> {
                for (int i = 0; i < 10_000; i++) {
                    views.balancing.tell(event(Kind.NEW, "default/webpod", FakeBalancing.POD));
                }
                assertThat(views.balancing.observers).isEmpty();
            });
            assertThat(channel.isOpen()).isTrue();
        }
        assertThat(get("/v1/status").status()).isEqualTo(200);
    }

    @Test
    void observersAreBoundedAndEndWithTheInterface() throws IOException {
        List<SocketChannel> channels = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            channels.add(observe("/v1/observe?pod=webpod-1"));
            int open = i + 1;
            eventually(SOON, () -> assertThat(views.balancing.observers).hasSize(open));
        }
        assertThat(get("/v1/observe").status()).isEqualTo(503);
        assertThat(get("/v1/status").status()).isEqualTo(200);

        http.close();

        assertThat(views.balancing.observers).isEmpty();
        for (SocketChannel channel : channels) {
            channel.close();
        }
    }

    @Test
    void aFilterLooksAtEveryPlaceOfAnAddress() {
        EventFilter all = new EventFilter("", null, 0, null, "", Set.of());
        FlowEvent event = event(Kind.NEW, "default/webpod", FakeBalancing.POD);
        FlowEvent drop = event(Kind.DROP, "", null);

        assertThat(List.of(event, drop)).allMatch(all);
        for (String ip : List.of("192.0.2.7", "172.16.1.1", "172.20.0.7")) {
            assertThat(new EventFilter("", IpAddress.parse(ip), 0, null, "", Set.of()).test(event)).isTrue();
        }
        assertThat(new EventFilter("", IpAddress.parse("172.20.0.7"), 0, null, "", Set.of()).test(drop)).isFalse();
        assertThat(new EventFilter("", null, 40000, Protocol.TCP, "new", Set.of()).test(event)).isTrue();
        assertThat(new EventFilter("", null, 40001, null, "", Set.of()).test(event)).isFalse();
        assertThat(new EventFilter("", null, 0, Protocol.UDP, "", Set.of()).test(event)).isFalse();
        assertThat(new EventFilter("", null, 0, null, "dropped", Set.of()).test(event)).isFalse();
        assertThat(new EventFilter("", null, 0, null, "close", Set.of()).test(event)).isFalse();
        assertThat(all.of(Set.of(FakeBalancing.POD)).test(event)).isTrue();
        assertThat(all.of(Set.of(FakeBalancing.POD)).test(drop)).isFalse();
    }

    private SocketChannel observe(String target) throws IOException {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        channel.write(ByteBuffer.wrap(("GET " + target + " HTTP/1.0\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII)));
        return channel;
    }

    private static BufferedReader lines(SocketChannel channel) {
        return new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
    }

    /** The next event; headers and empty lines are passed over. */
    private static String next(BufferedReader lines) throws IOException {
        String line = lines.readLine();
        while (line != null && !line.startsWith("{")) {
            line = lines.readLine();
        }
        return String.valueOf(line);
    }

    private static FlowEvent event(Kind kind, String service, @Nullable IpAddress backend) {
        Flow flow = FakeBalancing.FLOW;
        return new FlowEvent(Instant.parse("2026-01-01T00:00:00Z"), kind, flow, service, backend, backend == null ? 0 : 80,
                backend == null ? "" : "dsr", kind == Kind.DROP ? "NO_BACKEND" : "");
    }
}
