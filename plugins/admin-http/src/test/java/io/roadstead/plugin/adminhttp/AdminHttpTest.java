package io.roadstead.plugin.adminhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.plugin.InstanceStatus.Health;

final class AdminHttpTest {
    @TempDir
    private Path directory;
    private final FakeViews views = new FakeViews();
    private Path socket;
    private AdminHttp http;

    @BeforeEach
    void begin() {
        socket = directory.resolve("run/r.sock");
        http = new AdminHttp(config(socket, true), views, views.maintenance);
        http.start();
    }

    @AfterEach
    void end() {
        http.close();
    }

    private static AdminHttpConfig config(Path socket, boolean tcp) {
        return new AdminHttpConfig(socket, new AdminHttpConfig.Tcp(tcp, IpAddress.parse("127.0.0.1"), 0, false), Duration.ofSeconds(5));
    }

    private Client.Reply get(String target) throws IOException {
        return Client.unix(socket).get(target);
    }

    @Test
    void peersAreTheViewInKebabCase() throws IOException {
        assertThat(get("/v1/bgp/peers").body()).isEqualTo("""
                [{"node":"k8s-ctr","instance":"instance-65001","peer":"tor-switch","peer-address":"192.168.10.200","uptime-millis":724000,"status":{\
                "id":{"instance":"instance-65001","peer":"tor-switch"},"local-asn":65001,"peer-asn":65000,"peer-address":"192.168.10.200","peer-port":179,\
                "local-address":"192.168.10.100","remote-router-id":"192.168.10.200","state":"established","state-since":"2026-01-01T00:00:00Z",\
                "established":"2026-01-01T00:00:00Z",\
                "configured-timers":{"connect-retry-seconds":5,"hold-seconds":9,"keepalive-seconds":3},"applied-hold-seconds":9,"applied-keepalive-seconds":3,\
                "families":{\
                "ipv4/unicast":{"negotiated":true,"received":4,"accepted":4,"advertised":2,"pending":0,"end-of-rib-received":true,"end-of-rib-sent":true},\
                "ipv6/unicast":{"negotiated":false,"received":0,"accepted":0,"advertised":0,"pending":0,"end-of-rib-received":false,"end-of-rib-sent":false}},\
                "local-capabilities":["route refresh"],"remote-capabilities":[],"ebgp-multihop":2,"password-set":true,\
                "pending-fields":["ebgp-multihop","hold","keepalive"],"flaps":1,"last-error":"","last-notification":"",\
                "messages":{"opens-sent":0,"opens-received":0,"updates-sent":0,"updates-received":0,"keepalives-sent":0,"keepalives-received":0,\
                "notifications-sent":0,"notifications-received":0,"route-refreshes-sent":0,"route-refreshes-received":0,"treated-as-withdraw":0,\
                "attributes-discarded":0}}},\
                {"node":"k8s-ctr","instance":"instance-65001","peer":"tor-2","uptime-millis":0,\
                "reason":{"code":"NO_PEER_ADDRESS","text":"the peer has no address","subject":"peer tor-2"}}]""");
    }

    @Test
    void routesTakeTableFamilyAndPeer() throws IOException {
        assertThat(get("/v1/bgp/routes?table=advertised&family=ipv4-unicast&peer=tor-switch").body()).isEqualTo("""
                [{"node":"k8s-ctr","instance":"instance-65001","local-asn":65001,"peer":"tor-switch","peer-address":"192.168.10.200",\
                "prefix":"172.16.1.1/32","attributes":{"origin":"igp","as-path":"65001","next-hop":"192.168.10.100","local-preference":100,\
                "atomic-aggregate":false,"communities":["65001:7"],"large-communities":[],"extended-communities":[],"cluster-list":[],"unknown":[]},\
                "age-millis":191000,"note":"ADVERTISED"}]""");
        assertThat(get("/v1/bgp/routes").body()).contains("\"note\":\"AVAILABLE\"");
        assertThat(get("/v1/bgp/routes?table=received&family=ipv6/unicast").body()).contains("\"note\":\"RECEIVED\"", "fd00::1/128");
    }

    @Test
    void aNodeIsDrainedAndBackByPostsOverTheSocket() throws IOException {
        assertThat(get("/v1/node/maintenance").body()).isEqualTo("{\"node\":\"k8s-ctr\",\"phase\":\"active\",\"causes\":[],\"keeps\":[]}");

        assertThat(Client.unix(socket).post("/v1/node/drain?reason=disk%20full").body()).isEqualTo("""
                {"node":"k8s-ctr","phase":"shutting-down","since":"2026-01-01T00:00:00Z","causes":[\
                {"kind":"command","subject":"disk full","undo":"roadstead node undrain"}],"next-step-at":"2026-01-01T00:00:30Z","keeps":[\
                {"type":"PodCIDR","reason":"1 Pod"}]}""");
        assertThat(get("/v1/node/maintenance").body()).contains("disk full");
        assertThat(Client.unix(socket).post("/v1/node/undrain").body()).contains("\"phase\":\"active\"");
    }

    @Test
    void aReasonThatTheKernelRefusesIsTheAskersFaultAndAFileThatItCannotWriteIsNot() throws IOException {
        assertProblem(Client.unix(socket).post("/v1/node/drain?reason=refused"), 400, "shorten it");
        assertProblem(Client.unix(socket).post("/v1/node/drain?reason=full"), 503, "make room");
        assertProblem(Client.unix(socket).post("/v1/node/drain?reasons=x"), 400, "it takes reason");
    }

    @Test
    void commandsAreNeitherAnsweredToGetNorOverTcp() throws IOException {
        for (String path : List.of("/v1/node/drain", "/v1/node/undrain")) {
            Client.Reply question = get(path);
            assertProblem(question, 405, "use POST");
            assertThat(question.header("Allow")).contains("POST");
            assertProblem(Client.tcp(http.tcpPort()).post(path), 403, "unix socket");
        }
        assertProblem(Client.unix(socket).post("/v1/node/maintenance"), 405, "use GET");
        assertThat(views.maintenance.commands).isEmpty();
    }

    @Test
    void theOtherViewsAreAnsweredInTheirShape() throws IOException {
        assertThat(get("/v1/services").body()).isEqualTo("""
                [{"namespace":"default","name":"webpod","type":"LoadBalancer","policy":"Cluster","load-balancer-ips":["172.16.1.1"],"pending":"",\
                "frontends":[{"id":4,"address":"172.16.1.1","port":80,"protocol":"TCP","type":"LoadBalancer","internal":false,"backends":[\
                {"address":"172.20.0.7","port":80,"cluster":"","node":"k8s-ctr","state":"active","preferred":false}]}],"notes":[]}]""");
        assertThat(get("/v1/explain/service?name=default%2Fwebpod").body()).isEqualTo("""
                {"node":"k8s-ctr","subject":"Service default/webpod","facts":["type LoadBalancer, policy Local"],"rows":[\
                {"instance":"instance-65001","peer":"tor-switch","prefix":"172.16.1.1/32","variant":"LoadBalancerIP","advertisement":"bgp-advertisements",\
                "announced":false,"reason":{"code":"NO_LOCAL_READY_ENDPOINT","text":"traffic policy Local, and this node has no ready endpoint",\
                "subject":"2 endpoints, none on k8s-ctr"}}]}""");
        assertThat(get("/v1/status").body()).startsWith("""
                {"node":"k8s-ctr","cluster":"default","version":"0.1.0","api-version":"1.0.0","started":"2026-01-01T00:00:00Z","synced":true,\
                "leader":true,"health":"ok","components":[{"kind":"source",""").contains("\"services-unsatisfied\":0");
        assertThat(get("/v1/ippools").body()).contains("\"total\":18446744073709551616,");
        assertThat(get("/v1/resources").body()).isEqualTo(
                "{\"counts\":{\"EndpointSlice\":1,\"Node\":3,\"Service\":1},\"ignored\":{\"ConfigMap\":2,\"Deployment\":1},\"problems\":[]}");
        assertThat(get("/v1/nodes").body()).contains("\"pod-cidrs\":[\"172.20.0.0/24\"]");
        assertThat(get("/v1/config").body()).contains("\"origin\":\"roadstead.conf: 2\"");
        assertThat(get("/v1/nodes").body()).contains("{\"cluster\":\"east\",\"name\":\"east-worker\"", "\"source\":\"clustermesh\"");
        assertThat(get("/v1/routes").body()).isEqualTo("""
                [{"prefix":"10.1.0.0/24","next-hops":["172.18.0.5"],"origin":"direct","subject":"east/east-worker","refused":""}]""");
        for (String path : List.of("/v1/plugins", "/v1/bgp/route-policies")) {
            assertThat(get(path).body()).as(path).isEqualTo("[]");
        }
    }

    @Test
    void theMeshIsTheViewWithAgesAsSeconds() throws IOException {
        assertThat(get("/v1/mesh").body()).isEqualTo("""
                {"cluster":"west","cluster-id":1,"backend":"etcd","publishing":true,\
                "published":{"nodes":2,"endpoints":3,"identities":2,"services":1},\
                "own":{"connected":true,"store-id":"5c1d","endpoints":[{"url":"https://west.example:2379","connected":true}],"leases":2,\
                "pending-writes":1,"refused-writes":3,"write-problem":"","failures":0,"failure":"","version":"3.5.16"},"remotes":[\
                {"name":"east","ready":true,"not-ready":"","store":{"connected":true,"store-id":"cdf8",\
                "endpoints":[{"url":"https://east.example:2379","connected":true}],"leases":0,"pending-writes":0,"refused-writes":0,\
                "write-problem":"","failures":0,"failure":"","version":""},"counts":{"nodes":2,"endpoints":4,"identities":3,"services":0},\
                "configured":{"required":true,"retrieved":true,"cluster-id":2,"max-connected-clusters":255,"cached":false,\
                "synced-canaries":true,"service-exports":"unsupported","endpoint-slices-export":""},\
                "synced":{"nodes":true,"endpoints":true,"identities":true,"services":true},"heartbeat-age-seconds":12,"refused":2,\
                "refusals":[{"key":"cilium/state/nodes/v1/east/n9","reason":"the name in it is n8"}]},\
                {"name":"north","ready":false,"not-ready":"not connected","store":{"connected":false,"store-id":"",\
                "endpoints":[{"url":"https://north.example:2379","connected":false}],"leases":0,"pending-writes":0,"refused-writes":0,\
                "write-problem":"","failures":4,"last-failure":"2026-01-01T00:00:50Z",\
                "failure":"no connection; see 'mesh troubleshoot north'","version":""},"lost-since":"2026-01-01T00:00:30Z",\
                "counts":{"nodes":1,"endpoints":1,"identities":1,"services":1},\
                "configured":{"required":true,"retrieved":false,"cluster-id":0,"max-connected-clusters":0,"cached":false,\
                "synced-canaries":false,"service-exports":"unsupported","endpoint-slices-export":""},\
                "synced":{"nodes":true,"endpoints":false,"identities":false,"services":false},"refused":0,"refusals":[]}],\
                "problems":["north: its id 2 is east's as well; give it another"]}""");
    }

    @Test
    void aClustersStoreIsDiagnosedStepByStep() throws IOException {
        assertThat(get("/v1/mesh/troubleshoot?cluster=east").body()).isEqualTo("""
                [{"step":"dns","target":"east.example","outcome":"ok","found":"192.0.2.1","remedy":""},\
                {"step":"tcp","target":"192.0.2.1:2379","outcome":"failed","found":"connection refused","remedy":"start etcd there"}]""");
        assertProblem(get("/v1/mesh/troubleshoot?cluster=nowhere"), 404, "cluster nowhere");
        assertProblem(get("/v1/mesh/troubleshoot"), 400, "write ?cluster=east");
    }

    @Test
    void metricsAreInPrometheusTextFormat() throws IOException {
        Client.Reply reply = get("/metrics");

        assertThat(reply.header("Content-Type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        assertThat(reply.body()).isEqualTo("""
                # HELP roadstead_bgp_session_state State of the session.
                # TYPE roadstead_bgp_session_state gauge
                roadstead_bgp_session_state{afi="ipv4",peer="a\\"b\\\\c\\nd"} 1
                # HELP roadstead_flaps_total Lost sessions.
                # TYPE roadstead_flaps_total counter
                roadstead_flaps_total 1500000000
                # HELP roadstead_apply_seconds Time to apply.
                # TYPE roadstead_apply_seconds histogram
                roadstead_apply_seconds_bucket{le="0.01"} 3
                roadstead_apply_seconds_bucket{le="+Inf"} 4
                roadstead_apply_seconds_sum 0.0625
                roadstead_apply_seconds_count 4
                """);
    }

    @Test
    void healthAndReadinessFollowTheStatus() throws IOException {
        assertThat(get("/healthz").body()).isEqualTo("ok\n");
        assertThat(get("/readyz").status()).isEqualTo(200);

        views.synced = false;
        assertThat(get("/healthz").status()).isEqualTo(200);
        assertThat(get("/readyz").status()).isEqualTo(503);

        views.health = Health.FAILED;
        assertThat(get("/healthz").status()).isEqualTo(503);
        assertThat(get("/livez")).satisfies(live -> {
            assertThat(live.status()).isEqualTo(200);
            assertThat(live.body()).isEqualTo("ok\n");
        });
    }

    @Test
    void wrongQuestionsAreAnsweredWithARemedy() throws IOException {
        assertProblem(get("/v1/bgp/peer"), 404,
                "\"subject\":\"/v1/bgp/peer\",\"problem\":\"there is no such path\",\"remedy\":\"try /v1/bgp/peers or ");
        assertProblem(get("/v1/bgp/routes?table=all"), 400,
                "'all' is not known\",\"remedy\":\"it is one of available, advertised, received");
        assertProblem(get("/v1/bgp/routes?family=ipv4"), 400, "it is one of ipv4-unicast, ipv6-unicast");
        assertProblem(get("/v1/bgp/routes?tabel=x"), 400, "it takes table, family, peer");
        assertProblem(get("/v1/status?verbose=1"), 400, "leave it out");
        assertProblem(get("/v1/bgp/routes?table=received&table=available"), 400, "is given 2 times");
        assertProblem(get("/v1/explain/route"), 400, "write ?prefix=172.16.1.1/32");
        assertProblem(get("/v1/explain/route?prefix=172.16.1.1"), 400, "write it like 172.16.1.1/32");
        assertProblem(get("/v1/explain/service?name=a/b/c"), 400, "write it like default/webpod");
        assertProblem(get("/v1/explain/service?name=nobody"), 404, "\"subject\":\"Service default/nobody\"");
        assertProblem(get("/v1/explain/service?name=%ff%zz"), 400, "BAD_REQUEST");
    }

    private static void assertProblem(Client.Reply reply, int status, String part) {
        assertThat(reply.body()).startsWith("{\"code\":\"").contains(part);
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.header("Content-Type")).hasValue("application/json");
    }

    @Test
    void onlyQuestionsWithoutABodyAreTaken() throws IOException {
        Client client = Client.unix(socket);
        Client.Reply head = client.send("HEAD /v1/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(Integer.parseInt(head.header("Content-Length").orElseThrow())).isPositive();
        Client.Reply post = client.send("POST /v1/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertThat(post.header("Allow")).hasValue("GET, HEAD");
        assertProblem(post, 405, "use GET");
        assertProblem(client.send("DELETE /v1/node/drain HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), 405, "use GET");
        assertProblem(client.send("GET /v1/status HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"), 413,
                "send none");
        assertProblem(client.send("GET /" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"), 414, "BAD_REQUEST");
        assertProblem(client.send("GET / HTTP/1.1\r\nHost: x\r\nA: " + "x".repeat(20_000) + "\r\n\r\n"), 431, "BAD_REQUEST");
        assertThat(client.send("nonsense\r\n\r\n").status()).isEqualTo(400);
    }

    @Test
    void aViewThatDoesNotAnswerIsGivenUpWithARemedy() throws IOException {
        views.silent = true;
        http.close();
        http = new AdminHttp(new AdminHttpConfig(socket, config(socket, false).tcp(), Duration.ofMillis(50)), views, views.maintenance);
        http.start();

        assertProblem(get("/v1/status"), 503, "no answer within 50 ms\",\"remedy\":\"ask again");
    }

    @Test
    void aViewThatBreaksIsAnInternalErrorAndTheNextAnswerComes() throws IOException {
        assertProblem(get("/v1/explain/route?prefix=172.16.1.1/32"), 500, "\"code\":\"INTERNAL\"");
        assertThat(get("/v1/status").status()).isEqualTo(200);
    }

    @Test
    void thePageRunsItsOwnScriptOnly() throws IOException {
        Client.Reply page = get("/");

        assertThat(page.header("Content-Security-Policy").orElseThrow()).contains("default-src 'none'", "script-src 'sha256-");
        assertThat(page.header("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(page.body()).startsWith("<!DOCTYPE html>").doesNotContain("innerHTML", "http://", "https://");
    }

    @Test
    void tcpAnswersByAddressButNotToForeignNames() throws IOException {
        Client client = Client.tcp(http.tcpPort());

        assertThat(client.get("/v1/status").status()).isEqualTo(200);
        assertThat(client.send("GET /v1/status HTTP/1.1\r\nHost: 127.0.0.1:9963\r\nConnection: close\r\n\r\n").status()).isEqualTo(200);
        assertThat(client.send("GET /v1/status HTTP/1.1\r\nHost: [::1]:9963\r\nConnection: close\r\n\r\n").status()).isEqualTo(200);
        assertProblem(client.send("GET /v1/status HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"), 403, "Host evil.example");
    }

    @Test
    void theSocketIsItsOwnersAlone() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket))).isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.getParent()))).isEqualTo("rwx------");
    }

    @Test
    void closingLeavesNothingAndTwiceIsHarmless() throws IOException {
        int port = http.tcpPort();
        http.close();
        http.close();

        try (var left = Files.list(socket.getParent())) {
            assertThat(left).isEmpty();
        }
        assertThatThrownBy(() -> Client.tcp(port).get("/")).isInstanceOf(IOException.class);
        assertThat(Thread.getAllStackTraces().keySet()).noneMatch(thread -> thread.getName().startsWith("admin-http"));
    }

    @Test
    void aSocketThatAnotherAgentServesIsLeftToIt() throws IOException {
        AdminHttp second = new AdminHttp(config(socket, false), views, views.maintenance);

        assertThatThrownBy(second::start).isInstanceOfSatisfying(RoadsteadException.class, e -> {
            assertThat(e.code()).isEqualTo(CommonErrorCode.ADDRESS_IN_USE);
            assertThat(e).hasMessageContaining(socket + ": another agent listens here");
        });
        second.close();
        assertThat(get("/v1/status").status()).isEqualTo(200);
    }

    @Test
    void aSocketThatAKilledAgentLeftIsReplaced() throws IOException {
        Path stale = directory.resolve("stale.sock");
        ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(stale)).close();
        assertThat(stale).exists();

        AdminHttp second = new AdminHttp(config(stale, false), views, views.maintenance);
        second.start();
        assertThat(Client.unix(stale).get("/healthz").status()).isEqualTo(200);
        second.close();
        assertThat(stale).doesNotExist();
    }

    @Test
    void placesThatCannotHoldASocketAreRefusedAndLeftAlone() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "precious");
        assertThatThrownBy(new AdminHttp(config(file, false), views, views.maintenance)::start)
                .hasMessageContaining("exists and is not a socket");
        assertThat(file).hasContent("precious");
        assertThatThrownBy(new AdminHttp(config(directory.resolve("x".repeat(100)), false), views, views.maintenance)::start)
                .hasMessageContaining("too long for a unix socket");
        assertThatThrownBy(new AdminHttp(config(file.resolve("s"), false), views, views.maintenance)::start)
                .isInstanceOf(RoadsteadException.class);
    }

    @Test
    void anAddressThatOthersReachMustBeAllowed() {
        AdminHttpConfig.Tcp open = new AdminHttpConfig.Tcp(true, IpAddress.parse("0.0.0.0"), 0, false);
        assertThatThrownBy(() -> new AdminHttp(new AdminHttpConfig(socket, open, Duration.ofSeconds(1)), views, views.maintenance))
                .hasMessageContaining("no authentication")
                .hasMessageContaining("tcp.allow-remote = true");
        assertThatCode(() -> new AdminHttp(
                new AdminHttpConfig(socket, new AdminHttpConfig.Tcp(true, open.address(), 0, true), Duration.ofSeconds(1)), views,
                views.maintenance))
                .doesNotThrowAnyException();
    }

    @Test
    void aPortInUseIsNamed() {
        AdminHttpConfig.Tcp taken = new AdminHttpConfig.Tcp(true, IpAddress.parse("127.0.0.1"), http.tcpPort(), false);
        Path other = directory.resolve("other.sock");

        assertThatThrownBy(new AdminHttp(new AdminHttpConfig(other, taken, Duration.ofSeconds(1)), views, views.maintenance)::start)
                .hasMessageContaining("127.0.0.1:" + http.tcpPort() + " cannot be bound");
        assertThat(other).doesNotExist();
    }
}
