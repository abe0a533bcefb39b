package io.roadstead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

/** The verbs about load balancing. */
final class BalancingCliTest extends CliFixture {

    private static final String ENTRIES = """
            [{"frontend":{"address":"172.16.1.1","port":80,"protocol":"TCP","scope":"external"},"id":4,"flags":["LoadBalancer","two-scopes"],
              "dispatch":"dsr","table-size":16381,"backends":[
              {"id":9,"address":"172.20.0.7","port":80,"state":"active","selectable":true,"table-share":8191},
              {"id":10,"address":"172.20.1.7","port":80,"state":"terminating","selectable":false,"table-share":0}]},
             {"frontend":{"address":"172.16.1.1","port":80,"protocol":"TCP","scope":"internal"},"id":5,"flags":["LoadBalancer"],"backends":[
              {"id":9,"address":"172.20.0.7","port":80,"state":"active","selectable":true}]},
             {"frontend":{"address":"fd00:96::1","port":53,"protocol":"UDP","scope":"external"},"id":6,"flags":["ClusterIP","non-routable"],
              "backends":[]}]
            """;
    private static final String EVENTS = """

            {"time":"2026-01-01T00:00:00Z","kind":"new","flow":{"protocol":"TCP","source":"192.0.2.7","source-port":40000,"destination":"172.16.1.1",\
            "destination-port":80},"service":"default/webpod","backend":"172.20.0.7","backend-port":80,"dispatch":"dsr","reason":""}

            {"time":"2026-01-01T00:00:01Z","kind":"drop","flow":{"protocol":"UDP","source":"fd00::1","source-port":1,"destination":"fd00::2",\
            "destination-port":2},"service":"","backend-port":0,"dispatch":"","reason":"UNKNOWN_PORT"}
            """;

    private int agents;

    @Test
    void lbListIsCiliumsTable() throws IOException {
        assertThat(run(Map.of("/v1/lb/entries", ENTRIES), "lb", "list")).isZero();

        assertThat(out.toString()).isEqualTo("""
                SERVICE ADDRESS           BACKEND ADDRESS (REVNAT_ID) (SLOT)
                172.16.1.1:80/TCP (0)     0.0.0.0:0 (4) (0) [LoadBalancer, two-scopes]
                172.16.1.1:80/TCP (1)     172.20.0.7:80/TCP (4) (1)
                172.16.1.1:80/TCP (2)     172.20.1.7:80/TCP (4) (2) [terminating]
                172.16.1.1:80/TCP/i (0)   0.0.0.0:0 (5) (0) [LoadBalancer]
                172.16.1.1:80/TCP/i (1)   172.20.0.7:80/TCP (5) (1)
                [fd00:96::1]:53/UDP (0)   [::]:0 (6) (0) [ClusterIP, non-routable]
                """);
    }

    @Test
    void backendsElsewhereHaveTheNameOfTheirCluster() throws IOException {
        String services = """
                [{"namespace":"default","name":"webpod","frontends":[{"id":4,"address":"172.16.1.1","port":80,"protocol":"TCP",
                  "type":"LoadBalancer","internal":false,"backends":[
                  {"address":"172.20.0.7","port":80,"cluster":"","node":"k8s-ctr","state":"active","preferred":true},
                  {"address":"10.1.0.5","port":80,"cluster":"east","node":"","state":"active","preferred":false},
                  {"address":"fd00:2::5","port":80,"cluster":"west","node":"","state":"active","preferred":false}]}]}]
                """;
        assertThat(run(Map.of("/v1/services", services), "service", "list")).isZero();
        assertThat(out.toString()).contains("1 => 172.20.0.7:80/TCP (active) ", "2 => east/10.1.0.5:80/TCP (active)",
                "3 => west/[fd00:2::5]:80/TCP (active)").doesNotContain("preferred");

        assertThat(run(Map.of("/v1/services", services), "service", "list", "--clustermesh-affinity")).isZero();
        assertThat(out.toString()).contains("1 => 172.20.0.7:80/TCP (active) (preferred)").containsOnlyOnce("preferred");

        assertThat(run(
                Map.of("/v1/lb/entries", ENTRIES.replace("\"address\":\"172.20.1.7\"", "\"cluster\":\"east\",\"address\":\"172.20.1.7\"")),
                "lb", "list")).isZero();
        assertThat(out.toString()).contains("east/172.20.1.7:80/TCP (4) (2) [terminating]");
    }

    @Test
    void lbListShowsFrontendsBackendsOrRangesAlone() throws IOException {
        assertThat(run(Map.of("/v1/lb/entries", ENTRIES), "lb", "list", "--frontends")).isZero();
        assertThat(out.toString()).hasLineCount(4).contains("172.16.1.1:80/TCP/i (0)");
        assertThat(run(Map.of("/v1/lb/entries", ENTRIES), "lb", "list", "--backends")).isZero();
        assertThat(out.toString()).endsWith("""
                ID   BACKEND ADDRESS     STATE
                9    172.20.0.7:80/TCP   active
                10   172.20.1.7:80/TCP   terminating
                """);
        assertThat(run(Map.of("/v1/lb/source-ranges", """
                [{"frontend":{"address":"172.16.1.1","port":80,"protocol":"TCP","scope":"external"},"service":"default/webpod",
                  "ranges":{"prefixes":["10.0.0.0/8","fd00::/8"],"deny":true}}]
                """), "lb", "list", "--source-ranges")).isZero();
        assertThat(out.toString()).endsWith("""
                SERVICE ADDRESS     POLICY   SOURCE RANGES          SERVICE
                172.16.1.1:80/TCP   deny     10.0.0.0/8, fd00::/8   default/webpod
                """);
        assertThat(run(Map.of(), "lb", "list", "--backends", "--frontends")).isEqualTo(Exit.USAGE);
    }

    @Test
    void mapsHaveTheirPressure() throws IOException {
        assertThat(run(Map.of("/v1/lb/maps", """
                [{"name":"rs_flow","kind":"lru_hash","used":65536,"limit":262144,"bytes":47185920},
                 {"name":"rs_lut","kind":"array","used":-1,"limit":2097152,"bytes":2048},{"name":"rs_config","kind":"array","used":1,"limit":1,"bytes":96}]
                """), "lb", "maps")).isZero();

        assertThat(out.toString()).isEqualTo("""
                Name        Type       Used    Max       Pressure   Memory
                rs_flow     lru_hash   65536   262144    25.00%     45.0 MiB
                rs_lut      array      -       2097152   -          2 KiB
                rs_config   array      1       1         100.00%    96 B
                """);
    }

    @Test
    void countersSayWhatWasDropped() throws IOException {
        assertThat(run(Map.of("/v1/lb/counters", """
                [{"reason":"OK_DISPATCHED","drop":false,"packets":10,"bytes":1000},{"reason":"DROP_UNKNOWN_PORT","drop":true,"packets":1,"bytes":60}]
                """), "lb", "counters")).isZero();

        assertThat(out.toString()).isEqualTo("""
                Reason              Verdict     Packets   Bytes
                OK_DISPATCHED       forwarded   10        1000
                DROP_UNKNOWN_PORT   dropped     1         60
                """);
    }

    @Test
    void ctAndNatAreLists() throws IOException {
        assertThat(run(Map.of("/v1/lb/flows?limit=1000", """
                [{"flow":{"protocol":"TCP","source":"192.0.2.7","source-port":40000,"destination":"172.16.1.1","destination-port":80},
                  "service-id":4,"service":"default/webpod","backend":"172.20.0.7","backend-port":80,"dispatch":"dsr","state":"established",
                  "idle-seconds":2.5,"expires-seconds":7998}]
                """), "ct", "list")).isZero();
        assertThat(out.toString()).isEqualTo("""
                Protocol   Client            Frontend        Backend         Service          Dispatch   State         Idle   Expires
                TCP        192.0.2.7:40000   172.16.1.1:80   172.20.0.7:80   default/webpod   dsr        established   2s     2h13m18s
                """);
        assertThat(run(Map.of("/v1/lb/translations?limit=2", """
                [{"reply":{"protocol":"TCP","source":"172.20.0.7","source-port":80,"destination":"192.168.10.1","destination-port":1024},
                  "translated":{"protocol":"TCP","source":"172.16.1.1","source-port":80,"destination":"192.0.2.7","destination-port":40000},
                  "service-id":4,"idle-seconds":61}]
                """), "nat", "list", "--limit", "2")).isZero();
        assertThat(out.toString()).endsWith("""
                Protocol   Reply                                Becomes                            Service ID   Idle
                TCP        172.20.0.7:80 -> 192.168.10.1:1024   172.16.1.1:80 -> 192.0.2.7:40000   4            1m1s
                """);
    }

    @Test
    void simulateSaysWhatMoves() throws IOException {
        String answer = """
                {"node":"k8s-ctr","service":"default/webpod","without":"%s","tables":[{"frontends":["172.16.1.1:80/TCP","10.96.0.1:80/TCP"],
                  "protocol":"TCP","algorithm":"maglev","slots":16381,"slots-after":%d,"shares":[
                  {"address":"172.20.0.7","port":80,"weight":100,"slots":5461,"slots-after":8191},
                  {"address":"172.20.1.7","port":80,"weight":100,"slots":5460,"slots-after":-1},
                  {"address":"172.20.2.7","port":80,"weight":100,"slots":5460,"slots-after":8190}],
                  "least-share":0.9999,"greatest-share":1.0002,"least-share-after":0.9999,"greatest-share-after":1.0001,"freed":5460,"moved":120,"sampled":10921}]}
                """;
        String path = "/v1/lb/simulate?service=webpod&without=172.20.1.7";
        assertThat(run(Map.of(path, answer.formatted("172.20.1.7", 16381)), "lb", "simulate", "webpod", "--without", "172.20.1.7"))
                .isZero();

        assertThat(out.toString()).isEqualTo("""
                k8s-ctr: default/webpod, 172.16.1.1:80/TCP, 10.96.0.1:80/TCP
                  algorithm maglev, 16381 slots; shares 99.99% to 100.02% of what the weights say
                  Backend         Weight   Slots   Share    Slots Without   Share Without
                  172.20.0.7:80   100      5461    33.34%   8191            50.00%
                  172.20.1.7:80   100      5460    33.33%
                  172.20.2.7:80   100      5460    33.33%   8190            50.00%
                  without 172.20.1.7: its 5460 slots go to the others; 120 of 10921 slots of the others move between them (1.10%)\
                """ + "; shares 99.99% to 100.01% of what the weights say\n");

        assertThat(run(Map.of(path, answer.formatted("172.20.1.7", 509)), "lb", "simulate", "webpod", "--without", "172.20.1.7")).isZero();
        assertThat(out.toString())
                .contains("120 of 10921 sampled flows of the others move between them (1.10%), the table then having 509 slots;");
        assertThat(run(Map.of(path, answer.formatted("172.20.1.7", 0)), "lb", "simulate", "webpod", "--without", "172.20.1.7")).isZero();
        assertThat(out.toString()).endsWith("  without 172.20.1.7 nobody is left\n");
        assertThat(run(Map.of("/v1/lb/simulate?service=webpod", answer.formatted("", 16381)), "lb", "simulate", "webpod")).isZero();
        assertThat(out.toString()).endsWith("""
                  Backend         Weight   Slots   Share
                  172.20.0.7:80   100      5461    33.34%
                  172.20.1.7:80   100      5460    33.33%
                  172.20.2.7:80   100      5460    33.33%
                """);
    }

    @Test
    void explainFlowSaysVerdictAndWay() throws IOException {
        assertThat(run(Map.of("/v1/explain/flow?src=192.0.2.7%3A40000&dst=172.16.1.1%3A80&proto=tcp", """
                {"flow":{"protocol":"TCP","source":"192.0.2.7","source-port":40000,"destination":"172.16.1.1","destination-port":80},"verdict":"forwarded",
                 "reason":"","service":"default/webpod","frontend":"172.16.1.1:80/TCP","backend":"172.20.0.7:80","dispatch":"dsr","steps":["slot 7 of 251"]}
                """), "explain", "flow", "--src", "192.0.2.7:40000", "--dst", "172.16.1.1:80")).isZero();

        assertThat(out.toString()).isEqualTo("""
                192.0.2.7:40000 -> 172.16.1.1:80 (TCP): forwarded
                  service:   default/webpod
                  frontend:  172.16.1.1:80/TCP
                  backend:   172.20.0.7:80
                  dispatch:  dsr
                  - slot 7 of 251
                """);
        assertThat(run(Map.of("/v1/explain/flow?src=1&dst=2&proto=udp", """
                {"flow":{"protocol":"UDP","source":"fd00::7","source-port":4,"destination":"fd00::1","destination-port":53},"verdict":"dropped",
                 "reason":"UNKNOWN_PORT","service":"","steps":[]}
                """), "explain", "flow", "--src", "1", "--dst", "2", "--proto", "udp")).isZero();
        assertThat(out.toString()).endsWith("[fd00::7]:4 -> [fd00::1]:53 (UDP): dropped: UNKNOWN_PORT\n");
    }

    @Test
    void observePrintsALinePerEvent() throws IOException {
        assertThat(
                run(Map.of("/v1/observe?service=webpod&protocol=tcp", EVENTS), "observe", "-f", "--service", "webpod", "--protocol", "tcp",
                        "--last", "2"))
                .isZero();

        assertThat(out.toString()).isEqualTo("""
                2026-01-01T00:00:00Z  FORWARDED  TCP  192.0.2.7:40000 -> 172.16.1.1:80 -> 172.20.0.7:80  default/webpod  dsr  (new)
                2026-01-01T00:00:01Z  DROPPED    UDP  [fd00::1]:1 -> [fd00::2]:2  (UNKNOWN_PORT)
                """);
    }

    @Test
    void observeGivesTheEventsAsTheyAreInJson() throws IOException {
        assertThat(run(Map.of("/v1/observe", EVENTS), "observe", "-f", "-o", "json", "--last", "1")).isZero();

        assertThat(out.toString()).hasLineCount(1).startsWith("{\"time\":\"2026-01-01T00:00:00Z\"");
    }

    @Test
    void anAgentThatEndsTheStreamOrRefusesItIsNamed() throws IOException {
        assertThat(run(Map.of("/v1/observe", EVENTS), "observe", "-f")).isEqualTo(Exit.NO_ANSWER);
        assertThat(out.toString()).hasLineCount(2);
        assertThat(err.toString()).contains("ended it");

        assertThat(run(Map.of(), "observe", "--verdict", "dropped")).isEqualTo(Exit.ANSWERED_ERROR);
        assertThat(err.toString()).contains("/v1/observe?verdict=dropped: is not here; look elsewhere");
    }

    @Test
    void detachWantsToBeMeantAndNoAgentToRun() throws IOException {
        assertThat(run(Map.of(), "datapath", "detach", "--config", "x.conf")).isEqualTo(Exit.USAGE);
        assertThat(err.toString()).contains("say --yes if that is meant");

        assertThat(run(Map.of("/v1/status", "{}"), "datapath", "detach", "--config", "x.conf", "--yes")).isEqualTo(Exit.REFUSED);
        assertThat(err.toString()).contains("an agent answers at", "stop it first");
    }

    @Test
    void statusHasCiliumsLinesOfLoadBalancing() throws IOException {
        assertThat(run(Map.of("/v1/status", """
                {"node":"k8s-ctr","cluster":"default","version":"0.1.0","api-version":"1.0.0","started":"2026-01-01T00:00:00Z","synced":true,
                 "health":"ok","balancing":{"datapath":"ebpf","services":12,"frontends":1,"facts":[{"name":"Mode","value":"DSR"},
                 {"name":"  DSR Dispatch Mode","value":"Geneve"},{"name":"Backend Selection","value":"Maglev (Table Size: 16381)"},
                 {"name":"Session Affinity","value":"Enabled"},{"name":"XDP Acceleration","value":"Disabled"}]}}
                """), "status", "--verbose")).isZero();

        assertThat(out.toString()).contains("Balancing:  ebpf, 12 services, 1 frontend\n").endsWith("""

                Load Balancing Details:
                  Datapath:             ebpf
                  Mode:                 DSR
                    DSR Dispatch Mode:  Geneve
                  Backend Selection:    Maglev (Table Size: 16381)
                  Session Affinity:     Enabled
                  XDP Acceleration:     Disabled
                """);
    }

    /** Asks an agent of its own. */
    private int run(Map<String, String> answers, String... arguments) throws IOException {
        String name = agents++ + ".sock";
        agent(name, answers);
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--socket", socket(name)));
        return run(all.toArray(String[]::new));
    }
}
