package io.roadstead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;

import org.junit.jupiter.api.Test;

final class CliTest extends CliFixture {

    private static final String PEER_OF_A = """
            [{"node":"k8s-ctr","instance":"instance-65001","peer":"tor-switch","uptime-millis":724000,
              "status":{"local-asn":65001,"peer-asn":65000,"peer-address":"192.168.10.200","state":"established",
                "families":{"ipv4/unicast":{"received":4,"advertised":2},"ipv6/unicast":{"received":0,"advertised":0}},"pending-fields":["hold"]}}]
            """;
    private static final String PEER_OF_B = """
            [{"node":"k8s-w0","instance":"instance-65001","peer":"tor-switch","uptime-millis":0,
              "status":{"local-asn":65001,"peer-asn":65000,"peer-address":"192.168.10.200","state":"active",
                "families":{"ipv4/unicast":{"received":0,"advertised":0}},"last-error":"connection refused"}}]
            """;

    @Test
    void peersHasCiliumsColumnsAndTheNodeInItsFirstRowOnly() throws IOException {
        agent("a.sock", Map.of("/v1/bgp/peers", PEER_OF_A));

        assertThat(run("bgp", "peers", "--socket", socket("a.sock"))).isZero();

        assertThat(out.toString()).isEqualTo("""
                Node      Local AS   Peer AS   Peer Address     Session State   Uptime   Family         Received   Advertised
                k8s-ctr   65001      65000     192.168.10.200   established     12m4s    ipv4/unicast   4          2
                                                                                         ipv6/unicast   0          0

                k8s-ctr: peer tor-switch: pending until the next session: hold
                """);
    }

    @Test
    void aPeerWithoutSessionIsShownWithTheReason() throws IOException {
        agent("a.sock", Map.of("/v1/bgp/peers", """
                [{"node":"k8s-w0","instance":"instance-65001","peer":"tor-2","peer-address":"192.168.10.201","uptime-millis":0,
                  "reason":{"code":"PEER_CONFIG_MISSING","text":"the configuration is missing","subject":"cilium-peer"}}]
                """));

        assertThat(run("bgp", "peers", "--socket", socket("a.sock"))).isZero();

        assertThat(out.toString()).contains("k8s-w0   -          -         192.168.10.201   none",
                "k8s-w0: peer tor-2 has no session: the configuration is missing: cilium-peer");
    }

    @Test
    void severalSocketsByGlobAreOneTable() throws IOException {
        agent("a.sock", Map.of("/v1/bgp/peers", PEER_OF_A));
        agent("b.sock", Map.of("/v1/bgp/peers", PEER_OF_B));

        assertThat(run("bgp", "peers", "--socket", socket("*.sock"))).isZero();

        assertThat(out.toString()).contains("k8s-ctr   65001", "k8s-w0    65001", "k8s-w0: peer tor-switch: connection refused");
    }

    @Test
    void anAgentThatIsAwayDoesNotHideTheOthers() throws IOException {
        agent("a.sock", Map.of("/v1/bgp/peers", PEER_OF_A));

        int exit = run("bgp", "peers", "--socket", socket("a.sock"), "--socket", socket("away.sock"));

        assertThat(exit).isEqualTo(Exit.NO_ANSWER);
        assertThat(out.toString()).contains("k8s-ctr");
        assertThat(err.toString()).contains("no agent at " + socket("away.sock"), "there is no such socket",
                "start one with 'roadstead agent --config FILE'");
    }

    @Test
    void jsonIsTheAgentsAnswerAndListsAreJoined() throws IOException {
        agent("a.sock", Map.of("/v1/bgp/peers", PEER_OF_A));
        agent("b.sock", Map.of("/v1/bgp/peers", PEER_OF_B));

        assertThat(run("bgp", "peers", "-o", "json", "--socket", socket("*.sock"))).isZero();

        assertThat(out.toString()).startsWith("[").contains("\"node\" : \"k8s-ctr\"", "\"node\" : \"k8s-w0\"");
    }

    @Test
    void yamlIsOffered() throws IOException {
        agent("a.sock", Map.of("/v1/bgp/peers", PEER_OF_A));

        assertThat(run("bgp", "peers", "-o", "yaml", "--socket", socket("a.sock"))).isZero();

        assertThat(out.toString()).contains("node: \"k8s-ctr\"");
    }

    @Test
    void routesTakesCiliumsWords() throws IOException {
        agent("a.sock", Map.of("/v1/bgp/routes?table=advertised&family=ipv4-unicast&peer=192.168.10.200", """
                [{"node":"k8s-ctr","instance":"i","local-asn":65001,"peer":"tor-switch","peer-address":"192.168.10.200","prefix":"172.16.1.1/32",
                  "attributes":{"origin":"igp","as-path":"65001","next-hop":"192.168.10.100","communities":["65001:7"]},"age-millis":191000,"note":""}]
                """));

        assertThat(run("bgp", "routes", "advertised", "ipv4", "unicast", "peer", "192.168.10.200", "--socket", socket("a.sock"))).isZero();

        assertThat(out.toString()).isEqualTo("""
                Node      VRouter   Peer             Prefix          NextHop          Age     Attrs
                k8s-ctr   65001     192.168.10.200   172.16.1.1/32   192.168.10.100   3m11s\
                """ + "   [{Origin: i} {AsPath: 65001} {Nexthop: 192.168.10.100} {Communities: 65001:7}]\n");
    }

    @Test
    void aRoutersTableSaysWhichPathIsBestAndWhichAreUsedBesideIt() throws IOException {
        String row =
                """
                {"node":"router","local-asn":65000,"peer":"%s","prefix":"172.16.1.1/32","attributes":{"next-hop":"%s"},"age-millis":1000,%s}""";
        agent("a.sock", Map.of("/v1/bgp/routes?table=available&family=ipv4-unicast",
                "[" + String.join(",", row.formatted("a", "192.0.2.1", "\"best\":true,\"multipath\":true,\"note\":\"router id\""),
                        row.formatted("b", "192.0.2.2", "\"best\":false,\"multipath\":true,\"note\":\"router id\""),
                        row.formatted("c", "192.0.2.3", "\"best\":false,\"multipath\":false,\"note\":\"MED\""),
                        row.formatted("", "0.0.0.0", "\"best\":true,\"multipath\":true,\"note\":\"originated here\"")) + "]"));

        assertThat(run("bgp", "routes", "--socket", socket("a.sock"))).isZero();

        assertThat(out.toString().lines().map(line -> line.replaceAll(".*(?=\\()", ""))).containsExactly(
                "Node     VRouter   Prefix          NextHop     Age   Attrs", "(best: router id)", "(multipath)", "(not best: MED)",
                "(originated here)");
    }

    @Test
    void aWordThatRoutesDoesNotKnowIsAUsageError() {
        assertThat(run("bgp", "routes", "everything", "--socket", socket("a.sock"))).isEqualTo(Exit.USAGE);
        assertThat(err.toString()).contains("'everything' is not understood", "available|advertised|received");
    }

    @Test
    void whatTheAgentRefusesIsSaidWithItsRemedy() throws IOException {
        agent("a.sock", Map.of());

        assertThat(run("explain", "service", "webpod", "--socket", socket("a.sock"))).isEqualTo(Exit.ANSWERED_ERROR);

        assertThat(err.toString()).contains("/v1/explain/service?name=default%2Fwebpod: is not here; look elsewhere");
    }

    @Test
    void explainNamesPeerPrefixAndReason() throws IOException {
        agent("a.sock", Map.of("/v1/explain/service?name=default%2Fwebpod", """
                {"node":"k8s-w0","subject":"Service default/webpod","facts":["type LoadBalancer, policy Local"],"rows":[
                  {"instance":"instance-65001","peer":"tor-switch","prefix":"172.16.1.1/32","variant":"LoadBalancerIP","advertisement":"bgp-advertisements",
                   "announced":false,"reason":{"code":"NO_LOCAL_READY_ENDPOINT","text":"no ready endpoint here","subject":"2 endpoints"}}]}
                """));

        assertThat(run("explain", "service", "default/webpod", "--socket", socket("a.sock"))).isZero();

        assertThat(out.toString()).contains("Service default/webpod\n  type LoadBalancer, policy Local\n")
                .contains("instance-65001/tor-switch   172.16.1.1/32   LoadBalancerIP   bgp-advertisements   no")
                .contains("no ready endpoint here: 2 endpoints");
    }

    @Test
    void explainSaysOnceWhatAllNodesSay() throws IOException {
        String answer = """
                {"node":"%s","subject":"Service default/webpod","facts":["type LoadBalancer","here: %s"],"rows":[]}
                """;
        agent("a.sock", Map.of("/v1/explain/service?name=default%2Fwebpod", answer.formatted("k8s-ctr", "yes")));
        agent("b.sock", Map.of("/v1/explain/service?name=default%2Fwebpod", answer.formatted("k8s-w0", "no")));

        assertThat(run("explain", "service", "default/webpod", "--socket", socket("*.sock"))).isZero();

        assertThat(out.toString()).startsWith("Service default/webpod\n  type LoadBalancer\n  k8s-ctr: here: yes\n  k8s-w0: here: no\n\n");
    }

    @Test
    void statusIsABlockOfLines() throws IOException {
        agent("a.sock", Map.of("/v1/status", """
                {"node":"k8s-ctr","cluster":"default","version":"0.1.0","api-version":"1.0.0","started":"2026-01-01T00:00:00Z","synced":true,
                 "leader":true,"health":"degraded","components":[{"kind":"source","name":"manifests","plugin":"source-manifests","health":"ok","summary":"8 files"}],
                 "bgp":{"instances":1,"peers":2,"established":1,"advertised":2,"received":4},
                 "ipam":{"pools":1,"conflicting-pools":0,"services-satisfied":1,"services-unsatisfied":0},"mesh":{"ready":1,"remotes":2},"problems":["peer b: away"]}
                """));

        assertThat(run("status", "--verbose", "--socket", socket("a.sock"))).isZero();

        assertThat(out.toString()).isEqualTo("""
                Node:       k8s-ctr (cluster default)
                Version:    0.1.0 (API 1.0.0), up 1m0s
                Health:     degraded
                Source:     synced
                Leader:     yes
                BGP:        1 instance, 1/2 peers established, 2 advertised, 4 received
                LB IPAM:    1 pool (0 conflicting), 1 service satisfied, 0 waiting
                Balancing:  no datapath
                ClusterMesh: 1/2 remote clusters ready

                Component   Name        Plugin             Health   Summary
                source      manifests   source-manifests   ok       8 files

                Problems:
                  - peer b: away
                """);
    }

    @Test
    void serviceListNumbersTheBackends() throws IOException {
        agent("a.sock", Map.of("/v1/services", """
                [{"namespace":"default","name":"webpod","frontends":[{"id":7,"address":"172.16.1.1","port":80,"protocol":"TCP","type":"LoadBalancer","backends":[
                  {"address":"172.20.0.7","port":80,"node":"k8s-ctr","state":"active"},{"address":"fd00::7","port":80,"node":"k8s-w1","state":"terminating"}]},
                  {"id":0,"address":"172.16.1.1","port":80,"protocol":"TCP","type":"LoadBalancer","internal":true,"backends":[]}],
                  "pending":"no pool","notes":[{"code":"DISPATCH_MISSING","text":"the dispatch mode is not loaded","subject":"dsr"}]}]
                """));

        assertThat(run("service", "list", "--socket", socket("a.sock"))).isZero();

        assertThat(out.toString()).isEqualTo("""
                ID   Frontend              Service Type   Backend                               Service
                7    172.16.1.1:80/TCP     LoadBalancer   1 => 172.20.0.7:80/TCP (active)       default/webpod
                                                          2 => [fd00::7]:80/TCP (terminating)
                     172.16.1.1:80/TCP/i   LoadBalancer                                         default/webpod

                default/webpod: no load-balancer address: no pool
                default/webpod: the dispatch mode is not loaded: dsr
                """);
    }

    @Test
    void somethingElseOnTheSocketIsNamed() throws IOException {
        agent("a.sock", Map.of("/v1/status", "this is not JSON"));

        assertThat(run("status", "--socket", socket("a.sock"))).isEqualTo(Exit.INTERNAL);
        assertThat(err.toString()).contains("is not JSON");
    }

    @Test
    void aGroupWithoutVerbSaysWhatThereIs() {
        assertThat(run("bgp")).isEqualTo(Exit.USAGE);
        assertThat(err.toString()).contains("Missing required subcommand", "route-policies");
    }

    @Test
    void everyCommandHasHelpAndTheFirstAVersion() {
        assertThat(run("--help")).isZero();
        assertThat(run("bgp", "neighbors", "--help")).isZero();
        assertThat(run("--version")).isZero();

        assertThat(out.toString()).contains("Usage: roadstead [-hV] COMMAND", "Usage: roadstead bgp peers", "roadstead development");
        assertThat(err.toString()).isEmpty();
    }
}
