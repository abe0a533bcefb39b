package io.roadstead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;

import org.junit.jupiter.api.Test;

final class MeshCliTest extends CliFixture {

    /** As the admin interface writes it. */
    private static final String MESH = """
            {"cluster":"west","cluster-id":1,"backend":"etcd","publishing":true,"published":{"nodes":2,"endpoints":3,"identities":1,"services":1},
             "own":{"connected":true,"store-id":"5c1d","endpoints":[{"url":"https://west:2379","connected":true}],"leases":2,"pending-writes":1,
              "refused-writes":3,"write-problem":"etcd is full; raise its quota","failures":0,"failure":"","version":"3.5.16"},
             "remotes":[
              {"name":"east","ready":true,"not-ready":"","store":{"connected":true,"store-id":"cdf8",
               "endpoints":[{"url":"https://a:2379","connected":true},{"url":"https://b:2379","connected":false}],"leases":0,"pending-writes":0,
               "refused-writes":0,"write-problem":"","failures":0,"failure":"","version":""},"counts":{"nodes":2,"endpoints":4,"identities":3,"services":0},
               "configured":{"required":true,"retrieved":true,"cluster-id":2,"max-connected-clusters":255,"cached":false,"synced-canaries":true,
               "service-exports":"unsupported","endpoint-slices-export":""},
               "synced":{"nodes":true,"endpoints":true,"identities":true,"services":true},"heartbeat-age-seconds":12.7,"refused":3,
               "refusals":[{"key":"cilium/state/nodes/v1/east/n9","reason":"the name in it is n8"}]},
              {"name":"north","ready":false,"not-ready":"not connected","store":{"connected":false,"store-id":"",
               "endpoints":[{"url":"https://north:2379","connected":false}],"leases":0,"pending-writes":0,"refused-writes":0,"write-problem":"",
               "failures":4,"last-failure":"2026-01-01T00:00:50Z","failure":"connection refused; start etcd","version":""},
               "lost-since":"2026-01-01T00:00:30Z","counts":{"nodes":1,"endpoints":1,"identities":1,"services":1},
               "configured":{"required":true,"retrieved":false,"cluster-id":0,"max-connected-clusters":0,"cached":false,"synced-canaries":false,
               "service-exports":"unsupported","endpoint-slices-export":""},
               "synced":{"nodes":true,"endpoints":false,"identities":false,"services":false},"refused":0,"refusals":[]}],
             "problems":["north: its id 2 is east's as well; give it another"]}
            """;
    private static final String NO_MESH = """
            {"cluster":"default","cluster-id":0,"backend":"none","publishing":false,"remotes":[],"problems":[]}
            """;
    private static final String EAST_BLOCK = """
              east: ready, 2 nodes, 4 endpoints, 3 identities, 0 services, 0 reconnections (last: never)
                etcd: 1/2 connected, leases=0, ID: cdf8
                remote configuration: expected=true, retrieved=true, cluster-id=2, kvstoremesh=false, sync-canaries=true, \
            service-exports=unsupported, max-connected-clusters=255
                synchronization status: nodes=true, endpoints=true, identities=true, services=true
                heartbeat: 12s ago
                refused keys: 3
                  cilium/state/nodes/v1/east/n9: the name in it is n8
                  and 2 more
            """;
    private static final String OWN_BLOCK = """
            Own cluster: west, id 1
              publishing 2 nodes, 3 endpoints, 1 identity, 1 service
                etcd: 1/1 connected, leases=2, pending-writes=1, refused-writes=3, ID: 5c1d, version 3.5.16
                writes are refused: etcd is full; raise its quota

            Problems:
              - north: its id 2 is east's as well; give it another
            """;

    @Test
    void statusHasABlockPerClusterInCiliumsWords() throws IOException {
        agent("a.sock", Map.of("/v1/mesh", MESH));

        assertThat(runEverywhere("mesh", "status")).isZero();

        assertThat(out.toString()).isEqualTo("ClusterMesh: 1/2 remote clusters ready\n" + EAST_BLOCK + """
                  north: not-ready, 1 node, 1 endpoint, 1 identity, 1 service, 4 reconnections (last: 10s ago)
                    not ready: not connected
                    not up to date: since 30s; what was learned before stays in force
                    etcd: 0/1 connected, leases=0
                    last failure: 10s ago: connection refused; start etcd
                    remote configuration: expected=true, retrieved=false
                    synchronization status: nodes=true, endpoints=false, identities=false, services=false
                    heartbeat: none yet
                """ + OWN_BLOCK);
    }

    @Test
    void statusOfOneClusterHasItsBlockOnly() throws IOException {
        agent("a.sock", Map.of("/v1/mesh", MESH));

        assertThat(runEverywhere("mesh", "status", "east")).isZero();

        assertThat(out.toString()).isEqualTo("ClusterMesh: 1/1 remote clusters ready\n" + EAST_BLOCK + OWN_BLOCK);
    }

    @Test
    void aClusterThatIsNotThereIsNamedWithThoseThatAre() throws IOException {
        agent("a.sock", Map.of("/v1/mesh", MESH));

        assertThat(runEverywhere("mesh", "status", "east", "south", "-o", "json")).isEqualTo(Exit.ANSWERED_ERROR);

        assertThat(out.toString()).contains("\"name\" : \"east\"").doesNotContain("\"name\" : \"north\"");
        assertThat(err.toString()).contains("cluster south: is not one of the mesh; it has east, north");
    }

    @Test
    void withoutAMeshStatusSaysHowToHaveOne() throws IOException {
        agent("a.sock", Map.of("/v1/mesh", NO_MESH));

        assertThat(runEverywhere("mesh", "status")).isZero();

        assertThat(out.toString()).isEqualTo("ClusterMesh: none; roadstead.mesh.backend says what joins clusters\n");
    }

    @Test
    void anAgentThatDoesNotPublishSaysSo() throws IOException {
        agent("a.sock", Map.of("/v1/mesh", """
                {"cluster":"west","cluster-id":1,"backend":"memory","publishing":false,"own":{"connected":false,"store-id":"",
                 "endpoints":[{"url":"memory:own","connected":false}],"leases":0,"pending-writes":0,"refused-writes":0,"write-problem":"",
                 "failures":1,"last-failure":"2026-01-01T00:00:00Z","failure":"cut","version":""},"remotes":[],"problems":[]}
                """));
        agent("b.sock", Map.of("/v1/mesh", """
                {"cluster":"west","cluster-id":1,"backend":"memory","publishing":false,"remotes":[],"problems":[]}
                """));

        assertThat(runEverywhere("mesh", "status")).isZero();

        assertThat(out.toString()).isEqualTo("""
                %1$s:
                ClusterMesh: 0/0 remote clusters ready
                Own cluster: west, id 1
                  not publishing: another agent of the cluster leads, or there is no store to publish in
                    memory: 0/1 connected, leases=0, pending-writes=0, refused-writes=0
                    last failure: 1m0s ago: cut

                %2$s:
                ClusterMesh: 0/0 remote clusters ready
                Own cluster: west, id 1
                  not publishing: another agent of the cluster leads, or there is no store to publish in
                """.formatted(socket("a.sock"), socket("b.sock")));
    }

    @Test
    void troubleshootTriesEveryClusterAndTheOwnOneAndEndsBadlyWhenAStepFails() throws IOException {
        agent("a.sock", Map.of("/v1/mesh", MESH, "/v1/mesh/troubleshoot?cluster=east", """
                [{"step":"dns","target":"a","outcome":"ok","found":"192.0.2.1","remedy":""},
                 {"step":"tcp","target":"192.0.2.1:2379","outcome":"failed","found":"connection refused","remedy":"start etcd there"},
                 {"step":"tls","target":"192.0.2.1:2379","outcome":"skipped","found":"","remedy":""}]
                """, "/v1/mesh/troubleshoot?cluster=north", "[]", "/v1/mesh/troubleshoot?cluster=west", """
                [{"step":"certificate","target":"west.crt","outcome":"warning","found":"ends in 3 days","remedy":"renew it"}]
                """));

        assertThat(runEverywhere("mesh", "troubleshoot")).isEqualTo(Exit.NOT_WELL);

        assertThat(out.toString()).isEqualTo("""
                Cluster   Outcome   Step          Target           Found
                east      ok        dns           a                192.0.2.1
                          FAILED    tcp           192.0.2.1:2379   connection refused
                                                                   -> start etcd there
                          skipped   tls           192.0.2.1:2379
                west      WARNING   certificate   west.crt         ends in 3 days
                                                                   -> renew it
                """);
    }

    @Test
    void troubleshootOfAClusterThatIsWellEndsWell() throws IOException {
        agent("a.sock", Map.of("/v1/mesh/troubleshoot?cluster=east", """
                [{"step":"dns","target":"a","outcome":"ok","found":"192.0.2.1","remedy":""}]
                """));

        assertThat(runEverywhere("mesh", "troubleshoot", "east", "-o", "json")).isZero();
        assertThat(out.toString()).startsWith("[").contains("\"cluster\" : \"east\"", "\"outcome\" : \"ok\"");

        assertThat(runEverywhere("mesh", "troubleshoot", "east", "nowhere")).isEqualTo(Exit.ANSWERED_ERROR);
        assertThat(err.toString()).contains("cluster=nowhere: is not here");
    }

    @Test
    void nodesOfNamedClustersCarryTheName() throws IOException {
        agent("a.sock", Map.of("/v1/nodes", """
                [{"cluster":"west","name":"w1","addresses":["172.18.0.3"],"pod-cidrs":["10.0.0.0/24"],"source":"local","maintenance":"shutting-down"},
                 {"cluster":"west","name":"w2","addresses":["172.18.0.2"],"pod-cidrs":["10.0.1.0/24","fd00::/64"],"source":"cluster","maintenance":"requested"},
                 {"cluster":"east","name":"e1","addresses":["172.18.0.5"],"pod-cidrs":["10.1.0.0/24"],"source":"clustermesh"}]
                """));
        agent("b.sock", Map.of("/v1/nodes", """
                [{"cluster":"default","name":"alone","addresses":["192.0.2.1"],"pod-cidrs":[],"source":"local","note":"the only one read"}]
                """));

        assertThat(runEverywhere("node", "list")).isZero();

        assertThat(out.toString()).isEqualTo("""
                Name      Addresses    Pod CIDRs                Source        Maintenance
                west/w1   172.18.0.3   10.0.0.0/24              local         shutting-down
                west/w2   172.18.0.2   10.0.1.0/24, fd00::/64   cluster       requested
                east/e1   172.18.0.5   10.1.0.0/24              clustermesh
                alone     192.0.2.1                             local

                alone: the only one read
                """);
    }

    @Test
    void routesSayWhoseTheyAreAndWhyOneIsNotThere() throws IOException {
        agent("a.sock", Map.of("/v1/routes", """
                [{"prefix":"10.1.0.0/24","next-hops":["172.18.0.5"],"origin":"direct","subject":"east/e1","refused":""},
                 {"prefix":"10.1.1.0/24","next-hops":["172.18.0.4","172.18.0.6"],"origin":"bgp","subject":"tor","refused":"no such link"}]
                """));

        assertThat(runEverywhere("route", "list")).isZero();

        assertThat(out.toString()).isEqualTo("""
                Prefix        Via          Origin   Of        State
                10.1.0.0/24   172.18.0.5   direct   east/e1   installed
                10.1.1.0/24   172.18.0.4   bgp      tor       refused: no such link
                              172.18.0.6
                """);
    }
}
