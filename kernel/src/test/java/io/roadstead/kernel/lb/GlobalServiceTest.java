package io.roadstead.kernel.lb;

import static io.roadstead.kernel.lb.Remotes.active;
import static io.roadstead.kernel.lb.Remotes.shared;
import static io.roadstead.testkit.ServiceBuilder.endpoint;
import static io.roadstead.testkit.ServiceBuilder.ready;
import static io.roadstead.testkit.ServiceBuilder.service;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.roadstead.api.lb.Backend;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.lb.SelectionTable;
import io.roadstead.api.model.mesh.RemoteService;
import io.roadstead.api.model.mesh.RemoteService.Condition;
import io.roadstead.api.model.mesh.RemoteService.Port;
import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.EndpointSlice;
import io.roadstead.api.model.service.EndpointSlice.Conditions;
import io.roadstead.api.model.service.EndpointSlice.Endpoint;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.model.service.TrafficPolicy;
import io.roadstead.testkit.ServiceBuilder;

/** What becomes of a Service on node n1 of cluster home, when clusters east and west share one of its name. */
class GlobalServiceTest {

    private static final String VIP = "10.96.0.1:80/TCP";
    private static final Map<String, String> GLOBAL = Map.of("service.cilium.io/global", "true");

    private static ServiceBuilder webpod(Map<String, String> annotations) {
        return service("default/webpod").clusterIps("10.96.0.1").annotations(annotations);
    }

    /** From {@code roadstead.io/global=true roadstead.io/affinity=local}. */
    private static Map<String, String> annotations(String text) {
        Map<String, String> annotations = new HashMap<>();
        Arrays.stream(text.split("\\s+(?=\\S+/\\S+=)", -1)).filter(one -> !one.isBlank())
                .forEach(one -> annotations.put(one.substring(0, one.indexOf('=')), one.substring(one.indexOf('=') + 1)));
        return annotations;
    }

    private static Map<String, String> global(String more) {
        Map<String, String> annotations = annotations(more);
        annotations.putAll(GLOBAL);
        return annotations;
    }

    /** Endpoints l1, l2 … of these states, separated by blanks; {@code -} is none. */
    private static Endpoint[] local(String states) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (String state : states.split(" ", -1)) {
            if (!state.equals("-")) {
                endpoints.add(endpoint("172.20.1." + (endpoints.size() + 1), "n1", switch (state) {
                    case "active" -> Conditions.READY;
                    case "leaving" -> new Conditions(false, true, true);
                    case "gone" -> new Conditions(false, false, true);
                    case "unready" -> new Conditions(false, false, false);
                    default -> throw new IllegalArgumentException(state);
                }));
            }
        }
        return endpoints.toArray(Endpoint[]::new);
    }

    /** Endpoints e1, e2 … or w1, w2 … of these states; {@code -} is none. */
    private static RemoteService remote(String cluster, String states) {
        List<RemoteService.Endpoint> endpoints = new ArrayList<>();
        for (String state : states.split(" ", -1)) {
            if (!state.equals("-")) {
                endpoints.add(Remotes.endpoint((cluster.equals("east") ? "10.1.0." : "10.2.0.") + (endpoints.size() + 1),
                        state.equals("active") ? Condition.ACTIVE : Condition.TERMINATING, new Port("", Protocol.TCP, 80)));
            }
        }
        return shared(cluster, endpoints.toArray(RemoteService.Endpoint[]::new));
    }

    /** Names of the backends, those that get new flows before the bar. */
    private static String names(BalancerLab lab) {
        return lab.backends(VIP).replace("172.20.1.", "l").replace("172.20.2.", "r").replace("10.1.0.", "e").replace("10.2.0.", "w")
                .replace(":80", "");
    }

    private static BalancerLab lab(Map<String, String> annotations, String local, String east, String west) {
        ServiceBuilder webpod = webpod(annotations);
        return BalancerLab.with(webpod.build(), webpod.slice(local(local)), remote("east", east), remote("west", west));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', emptyValue = "", value = {//
        "'                                                          '; l1", //
        "service.cilium.io/global=true; e1 w1 l1", //
        "io.cilium/global-service=true; e1 w1 l1", //
        "roadstead.io/global=true; e1 w1 l1", //
        "service.cilium.io/global=false; l1", //
        "service.cilium.io/global=true roadstead.io/global=false; l1", //
        "service.cilium.io/global=true service.cilium.io/shared=false; e1 w1 l1", //
        "service.cilium.io/global=true service.cilium.io/shared=true; e1 w1 l1", //
        "service.cilium.io/shared=true; l1", //
        "service.cilium.io/affinity=remote; l1", //
        "service.cilium.io/global=true service.cilium.io/affinity=local; l1 | e1 ACTIVE w1 ACTIVE", //
        "service.cilium.io/global=true io.cilium/service-affinity=Remote; e1 w1 | l1 ACTIVE", //
        "service.cilium.io/global=true service.cilium.io/affinity=; e1 w1 l1"})
    void annotationsDecideWhoseBackendsCount(String text, String backends) {
        BalancerLab lab = lab(annotations(text), "active", "active", "active");

        assertThat(names(lab)).isEqualTo(backends);
        assertThat(lab.notes("default/webpod")).isEmpty();
    }

    /** Else they would count as the own cluster's, here and for its affinity. */
    @Test
    void slicesThatMirrorOtherClustersArePassedOver() {
        ServiceBuilder webpod = webpod(global("service.cilium.io/affinity=local"));
        EndpointSlice mirror = webpod.slice(ready("10.1.0.1", ""));
        ObjectMeta meta = ObjectMeta.of("default", "webpod-mirror")
                .withLabels(Map.of("endpointslice.kubernetes.io/managed-by", "endpointslice-mesh-controller.cilium.io"));
        EndpointSlice mirrored = new EndpointSlice(meta, mirror.serviceName(), mirror.family(), mirror.endpoints(), mirror.ports());
        BalancerLab lab = BalancerLab.with(webpod.build(), webpod.slice(local("active")), mirrored, remote("east", "active"));

        assertThat(names(lab)).isEqualTo("l1 | e1 ACTIVE");
        assertThat(lab.notes("default/webpod")).isEmpty();
    }

    /** Healthy is active or shutting down; unhealthy ones on the preferred side stay. */
    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {//
        "none;   active;         active;  e1 l1", //
        "none;   leaving;        active;  e1 | l1 TERMINATING", //
        "none;   unready;        active;  e1 | l1 MAINTENANCE", //
        "none;   active;         leaving; l1 | e1 TERMINATING", //
        "none;   leaving;        leaving; e1 l1", //
        "none;   active;         -;       l1", //
        "none;   -;              active;  e1", //
        "local;  active;         active;  l1 | e1 ACTIVE", //
        "local;  active unready; active;  l1 | e1 ACTIVE l2 MAINTENANCE", //
        "local;  leaving;        active;  e1 | l1 TERMINATING", //
        "local;  leaving;        leaving; e1 l1", //
        "local;  leaving;        -;       l1", //
        "local;  gone;           active;  e1 | l1 TERMINATING_NOT_SERVING", //
        "local;  unready;        active;  e1 | l1 MAINTENANCE", //
        "local;  -;              active;  e1", //
        "local;  active;         -;       l1", //
        "local;  unready;        -;       | l1 MAINTENANCE", //
        "remote; active;         active;  e1 | l1 ACTIVE", //
        "remote; active;         leaving; e1 | l1 ACTIVE", //
        "remote; leaving;        active;  e1 | l1 TERMINATING", //
        "remote; active;         -;       l1", //
        "remote; leaving;        -;       l1", //
        "remote; -;              active;  e1", //
        "remote; unready;        -;       | l1 MAINTENANCE"})
    void affinityPrefersASide(String affinity, String local, String east, String backends) {
        assertThat(names(lab(global("service.cilium.io/affinity=" + affinity), local, east, "-"))).isEqualTo(backends);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {//
        "local, east;       active;  active;  active;  l1 | e1 ACTIVE w1 ACTIVE", //
        "local, east;       leaving; active;  active;  e1 | w1 ACTIVE l1 TERMINATING", //
        "local, east;       unready; -;       active;  w1 | l1 MAINTENANCE", //
        "local, east;       leaving; leaving; active;  w1 | e1 TERMINATING l1 TERMINATING", //
        "local, east;       leaving; leaving; leaving; l1 | e1 TERMINATING w1 TERMINATING", //
        "west,home;         active;  active;  active;  w1 | e1 ACTIVE l1 ACTIVE", //
        "west,home;         active;  active;  -;       l1 | e1 ACTIVE", //
        "west;              active;  active;  -;       e1 l1", //
        "north;             active;  active;  active;  e1 w1 l1", //
        "west;              unready; -;       -;       | l1 MAINTENANCE"})
    void anOrderOfClustersTakesTheFirstThatWorks(String order, String local, String east, String west, String backends) {
        assertThat(names(lab(global("roadstead.io/cluster-preference=" + order + " service.cilium.io/affinity=remote"), local, east, west)))
                .isEqualTo(backends.replaceAll(" +", " "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {//
        "west=3, east=1;         active;        active;               active active; 20 20 60", //
        "west=3, east=1;         active active; active active active; active;        20 20 60", //
        "local=1, east=0;        active;        active;               active;        50 0 50", //
        "home=0,east=0,west=0;   active;        active;               active;        33 33 33", //
        "local=0,east=0,west=0;  active;        active active;        active;        33 33 33", //
        "east=0;                 -;             active active;        -;             0 100 0", //
        "east=1000,west=1;       -;             active active;        active;        0 100 0", //
        "east=2;                 unready;       active;               active;        0 67 33"})
    void weightsShareFlowsAmongClusters(String weights, String local, String east, String west, String percent) {
        BalancerLab lab = lab(global("roadstead.io/cluster-weights=" + weights), local, east, west);

        FrontendState state = lab.frontend(VIP);
        Map<String, Integer> sums = new HashMap<>();
        state.backends().subList(0, state.selectable()).forEach(backend -> sums.merge(backend.cluster(), backend.weight(), Integer::sum));
        double all = sums.values().stream().mapToInt(Integer::intValue).sum();

        assertThat(List.of("", "east", "west").stream().map(cluster -> Math.round(100 * sums.getOrDefault(cluster, 0) / all))
                .map(String::valueOf).toList()).containsExactly(percent.split(" ", -1));
    }

    @Test
    void aClusterOfWeightZeroIsInMaintenance() {
        assertThat(names(lab(global("roadstead.io/cluster-weights=east=0"), "active", "active", "active")))
                .isEqualTo("w1 l1 | e1 MAINTENANCE");
        assertThat(names(lab(global("roadstead.io/cluster-weights=east=0"), "unready", "active", "-"))).isEqualTo("e1 | l1 MAINTENANCE");
    }

    @Test
    void weightsWithinAClusterKeepTheirRatioAndOtherClustersTheirs() {
        ServiceBuilder webpod = webpod(global("roadstead.io/cluster-weights=west=1"));
        var heavy = webpod.slice(ready("172.20.1.1", "n1"));
        ObjectMeta meta = new ObjectMeta("default", "half", Map.of(), Map.of("service.cilium.io/weight", "50"), Instant.EPOCH);
        var half = new EndpointSlice(meta, "webpod", heavy.family(), List.of(ready("172.20.1.2", "n1")), heavy.ports());
        BalancerLab lab = BalancerLab.with(webpod.build(), heavy, half, remote("west", "active active"));
        List<Integer> before = weights(lab);
        assertThat(before).hasSize(4);
        assertThat((double) before.get(2) / before.get(3)).isBetween(1.999, 2.001);

        lab.put(remote("west", "active active active"));

        assertThat(weights(lab)).endsWith(before.get(2), before.get(3)).hasSize(5);
    }

    private static List<Integer> weights(BalancerLab lab) {
        return lab.frontend(VIP).backends().stream().map(Backend::weight).toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "roadstead.io/cluster-preference=local,,east; roadstead.io/cluster-preference is 'local,,east', not clusters like local, east, each once",
        "roadstead.io/cluster-preference=East; roadstead.io/cluster-preference is 'East', not clusters like local, east, each once",
        "roadstead.io/cluster-preference=home,local; "
                + "roadstead.io/cluster-preference is 'home,local', not clusters like local, east, each once",
        "roadstead.io/cluster-weights=east; roadstead.io/cluster-weights is 'east', not like west=3, east=1, each cluster once, up to 1000",
        "roadstead.io/cluster-weights=east=-1; "
                + "roadstead.io/cluster-weights is 'east=-1', not like west=3, east=1, each cluster once, up to 1000",
        "roadstead.io/cluster-weights=east=1001; "
                + "roadstead.io/cluster-weights is 'east=1001', not like west=3, east=1, each cluster once, up to 1000",
        "roadstead.io/cluster-weights=local=2,home=3; "
                + "roadstead.io/cluster-weights is 'local=2,home=3', not like west=3, east=1, each cluster once, up to 1000",
        "roadstead.io/failover-after=30; roadstead.io/failover-after is '30', not a time like 30s, up to 24h",
        "roadstead.io/failover-after=-1s; roadstead.io/failover-after is '-1s', not a time like 30s, up to 24h",
        "roadstead.io/failover-after=999999h; roadstead.io/failover-after is '999999h', not a time like 30s, up to 24h",
        "service.cilium.io/affinity=east; service.cilium.io/affinity is 'east', not none, local or remote"})
    void whatCannotBeReadIsNotedAndDoesNotCount(String text, String problem) {
        BalancerLab lab = lab(global(text), "active", "active", "active");

        assertThat(names(lab)).isEqualTo("e1 w1 l1");
        assertThat(weights(lab)).containsOnly(100);
        assertThat(lab.notes("default/webpod")).containsExactly("the annotation cannot be used and does not count: " + problem);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {//
        // port of the Service; ports there; numbers used
        "'';     TCP::80;                   80", //
        "http;   TCP::80;                   80", //
        "'';     TCP:web:80;                80", //
        "http;   TCP:http:8080;             8080", //
        "http;   TCP:web:8080;              ''", //
        "http;   TCP:web:8080 TCP:http:81;  81", //
        "http;   TCP:web:8080 TCP:http:8080; 8080", //
        "http;   TCP::8080 TCP:web:8080;    ''", //
        "'';     TCP:a:81 TCP:b:82;         81 82", //
        "http;   UDP:http:80;               ''", //
        "http;   UDP:web:80 TCP::80;        80"})
    void portsAreJoinedByProtocolAndByNameWhereBothHaveOne(String name, String there, String used) {
        ServiceBuilder webpod = webpod(GLOBAL).ports(new Service.Port(name, Protocol.TCP, 80, "", 0));
        Port[] ports = Arrays.stream(there.split(" ", -1)).map(text -> text.split(":", -1))
                .map(parts -> new Port(parts[1], Protocol.valueOf(parts[0]), Integer.parseInt(parts[2]))).toArray(Port[]::new);
        BalancerLab lab = BalancerLab.with(webpod.build(), shared("east", Remotes.endpoint("10.1.0.1", Condition.ACTIVE, ports)));

        assertThat(lab.frontend(VIP).backends().stream().map(backend -> String.valueOf(backend.port())).toList())
                .isEqualTo(used.isEmpty() ? List.of() : List.of(used.split(" ", -1)));
    }

    @Test
    void eachFamilyHasItsOwn() {
        ServiceBuilder webpod = service("default/webpod").clusterIps("10.96.0.1", "fd00:96::1").annotations(GLOBAL);
        BalancerLab lab = BalancerLab.with(webpod.build(), shared("east", active("10.1.0.1"), active("fd00:1::1")));

        assertThat(lab.backends(VIP)).isEqualTo("10.1.0.1:80");
        assertThat(lab.backends("[fd00:96::1]:80/TCP")).isEqualTo("fd00:1::1:80");
    }

    @Test
    void theFirstHasAnAddressAndPortThatSeveralHave() {
        ServiceBuilder webpod = webpod(GLOBAL);
        BalancerLab lab = BalancerLab.with(webpod.build(), webpod.slice(endpoint("10.1.0.1", "n1", new Conditions(false, false, false))),
                shared("west", active("10.1.0.2")), shared("east", active("10.1.0.1"), active("10.1.0.2")));

        assertThat(lab.backends(VIP)).isEqualTo("10.1.0.2:80 | 10.1.0.1:80 MAINTENANCE");
        assertThat(lab.frontend(VIP).backends()).extracting(Backend::cluster).containsExactly("east", "");
        assertThat(lab.notes("default/webpod")).containsExactly(
                "another cluster's backend has the address and port of one that comes first, and does not count: east has 10.1.0.1 port 80",
                "another cluster's backend has the address and port of one that comes first, and does not count: west has 10.1.0.2 port 80");
    }

    @Test
    void unusableAddressesAreLeftOut() {
        BalancerLab lab =
                BalancerLab.with(webpod(GLOBAL).build(), shared("east", active("0.0.0.0"), active("224.0.0.1"), active("10.1.0.1")));

        assertThat(names(lab)).isEqualTo("e1");
        assertThat(lab.notes("default/webpod")).hasSize(2);
    }

    /** Kubernetes' policy Local means this node, where nothing of another cluster runs. */
    @Test
    void thePolicyLocalKeepsToThisNode() {
        ServiceBuilder webpod = webpod(global("service.cilium.io/affinity=remote")).loadBalancer("172.16.1.1")
                .externalTrafficPolicy(TrafficPolicy.LOCAL);
        BalancerLab lab = BalancerLab.with(webpod.build(), webpod.slice(ready("172.20.1.1", "n1"), ready("172.20.2.1", "n2")),
                remote("east", "active"));

        assertThat(lab.backends("172.16.1.1:80/TCP")).isEqualTo("172.20.1.1:80");
        assertThat(lab.backends("172.16.1.1:80/TCP/i")).startsWith("10.1.0.1:80 |");
        assertThat(names(lab)).startsWith("e1 |");
    }

    @Test
    void theTableSizeFollowsTheBackendsOfAllClusters() {
        BalancerLab lab = lab(global("service.cilium.io/affinity=local"), "active", "active", "active");
        assertThat(lab.frontend(VIP).table()).extracting(SelectionTable::slots).isEqualTo(509);

        lab.put(remote("west", "-"));
        assertThat(lab.frontend(VIP).table()).extracting(SelectionTable::slots).isEqualTo(251);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', nullValues = "-", value = {//
        // distribution; zone and hints of the one in east; backends
        "PreferClose;    a;  -; e1 l1 | r1 ACTIVE", //
        "PreferClose;    b;  -; l1 | e1 ACTIVE r1 ACTIVE", //
        "PreferClose;    '';  -; e1 l1 r1", //
        "PreferSameNode; a;  -; l1 | e1 ACTIVE r1 ACTIVE", //
        "-;              a;  -; e1 l1 r1", //
        "-;              a;  a; e1 l1 r1"})
    void zonesOfOtherClustersCountWithinTheRules(String distribution, String zone, String hint, String backends) {
        ServiceBuilder webpod = webpod(GLOBAL);
        if (distribution != null) {
            webpod.trafficDistribution(distribution);
        }
        RemoteService.Endpoint there =
                new RemoteService.Endpoint(IpAddress.parse("10.1.0.1"), List.of(new Port("", Protocol.TCP, 80)), zone,
                        hint == null ? List.of() : List.of(hint), Condition.ACTIVE);
        BalancerLab lab = BalancerLab.with(webpod.build(), webpod.slice(ready("172.20.1.1", "n1"), ready("172.20.2.1", "n2")),
                shared("east", there));

        assertThat(names(lab)).isEqualTo(backends);
    }

    @Test
    void hintsCountWhenEveryBackendHasOne() {
        ServiceBuilder webpod = webpod(GLOBAL);
        Endpoint here = new Endpoint(List.of(IpAddress.parse("172.20.1.1")), Conditions.READY, "n1", "a", List.of("a"));
        RemoteService.Endpoint there = new RemoteService.Endpoint(IpAddress.parse("10.1.0.1"), List.of(new Port("", Protocol.TCP, 80)), "b",
                List.of("b"), Condition.ACTIVE);

        assertThat(names(BalancerLab.with(webpod.build(), webpod.slice(here), shared("east", there)))).isEqualTo("l1 | e1 ACTIVE");
    }

    @Test
    void aBackendsNodeIsTheOneOfItsClusterThatHasItsAddress() {
        BalancerLab lab = BalancerLab.with(webpod(GLOBAL).build(), shared("east", active("10.1.0.1"), active("192.168.1.1")),
                shared("west", active("10.2.0.9")), Remotes.node("east", "n1", "z", "192.168.1.1", "10.1.0.0/24"),
                Remotes.node("east", "n2", "", "192.168.1.2", "10.0.0.0/16", "10.2.0.0/16"));

        assertThat(lab.frontend(VIP).backends()).extracting(Backend::nodeAddress).map(String::valueOf)
                .containsExactly("192.168.1.1", "0.0.0.0", "192.168.1.1");
        assertThat(lab.frontend(VIP).backends()).extracting(Backend::zone).containsExactly("z", "", "z");
        assertThat(lab.frontend(VIP).backends()).noneMatch(Backend::local);
    }

    @Test
    void aNodeConcernsTheServicesBehindItsPrefixesOnly() {
        BalancerLab lab = BalancerLab.with(webpod(GLOBAL).build(), shared("east", active("10.1.0.1")),
                service("default/other").clusterIps("10.96.0.2").annotations(GLOBAL).build(), shared("other", "east", active("10.1.1.1")));
        lab.datapath.takeCalls();

        lab.put(Remotes.node("east", "n1", "", "192.168.1.1", "10.1.0.0/24"));
        assertThat(lab.datapath.takeCalls()).containsExactly("update +1 -0");
        assertThat(nodeOf(lab)).isEqualTo("192.168.1.1");

        lab.put(Remotes.node("west", "n1", "", "192.168.2.1", "10.1.0.0/24"), Remotes.node("east", "n9", "", "192.168.1.9", "10.9.0.0/24"));
        assertThat(lab.datapath.takeCalls()).isEmpty();

        lab.put(Remotes.node("east", "n2", "", "192.168.1.2", "10.1.0.0/24"), Remotes.node("east", "n1", "", "192.168.1.1", "10.1.7.0/24"));
        assertThat(nodeOf(lab)).isEqualTo("192.168.1.2");

        lab.delete(Remotes.node("east", "n2", "", "192.168.1.2").key());
        assertThat(nodeOf(lab)).isEqualTo("0.0.0.0");
        assertThat(lab.datapath.takeCalls()).hasSize(2);
    }

    private static String nodeOf(BalancerLab lab) {
        return lab.frontend(VIP).backends().getFirst().nodeAddress().toString();
    }

    @Test
    void aChangeElsewhereConcernsItsServiceOnly() {
        BalancerLab lab = BalancerLab.with(webpod(GLOBAL).build(), service("default/other").clusterIps("10.96.0.2").build());
        int built = lab.modulo.builds;
        lab.datapath.takeCalls();

        lab.put(remote("east", "active"), shared("other", "east", active("10.1.0.9")), shared("ghost", "east", active("10.1.0.8")));
        assertThat(lab.datapath.takeCalls()).containsExactly("update +1 -0");
        assertThat(lab.modulo.builds - built).isEqualTo(1);

        lab.delete(remote("east", "active").key());
        assertThat(names(lab)).isEmpty();
    }

    @Test
    void aClusterOutOfReachStandsBackAfterItsTimeAndComesBackWithItsLink() {
        BalancerLab lab = lab(global("roadstead.io/failover-after=30s"), "active", "active", "active");
        lab.put(Remotes.cluster("east", null), Remotes.cluster("west", null));
        assertThat(lab.loop.timers()).isZero();

        lab.put(Remotes.cluster("east", lab.loop.clock().instant()));
        assertThat(names(lab)).isEqualTo("e1 w1 l1");
        assertThat(lab.loop.nextTimer()).contains(Duration.ofSeconds(30));
        lab.loop.advance(Duration.ofMillis(29_999));
        assertThat(names(lab)).isEqualTo("e1 w1 l1");
        lab.loop.advance(Duration.ofMillis(1));
        assertThat(names(lab)).isEqualTo("w1 l1 | e1 QUARANTINED");
        assertThat(lab.loop.timers()).isZero();

        lab.put(Remotes.cluster("east", null));
        assertThat(names(lab)).isEqualTo("e1 w1 l1");
    }

    @Test
    void aLinkThatComesBackInTimeChangesNothing() {
        BalancerLab lab = lab(global("roadstead.io/failover-after=30s"), "active", "active", "active");
        lab.put(Remotes.cluster("east", lab.loop.clock().instant()));
        lab.loop.advance(Duration.ofSeconds(29));
        lab.datapath.takeCalls();

        lab.put(Remotes.cluster("east", null));
        lab.loop.advance(Duration.ofHours(1));

        assertThat(lab.datapath.takeCalls()).isEmpty();
    }

    @Test
    void eachServiceAndClusterHasItsOwnTime() {
        BalancerLab lab = lab(global("roadstead.io/failover-after=30s"), "active", "active", "active");
        lab.put(service("default/slow").clusterIps("10.96.0.2").annotations(global("roadstead.io/failover-after=2m")).build(),
                shared("slow", "east", active("10.1.1.1")), shared("slow", "west", active("10.2.1.1")),
                service("default/never").clusterIps("10.96.0.3").annotations(GLOBAL).build(), shared("never", "east", active("10.1.2.1")),
                shared("never", "west", active("10.2.2.1")));
        lab.put(Remotes.cluster("east", lab.loop.clock().instant()), Remotes.cluster("west", lab.loop.clock().instant().plusSeconds(10)));

        lab.loop.advance(Duration.ofSeconds(30));
        assertThat(names(lab)).isEqualTo("w1 l1 | e1 QUARANTINED");
        lab.loop.advance(Duration.ofSeconds(10));
        assertThat(names(lab)).isEqualTo("l1 | e1 QUARANTINED w1 QUARANTINED");
        assertThat(lab.backends("10.96.0.2:80/TCP")).isEqualTo("10.1.1.1:80 10.2.1.1:80");
        lab.loop.advance(Duration.ofSeconds(80));
        assertThat(lab.backends("10.96.0.2:80/TCP")).isEqualTo("10.2.1.1:80 | 10.1.1.1:80 QUARANTINED");
        lab.loop.advance(Duration.ofSeconds(10));
        assertThat(lab.backends("10.96.0.2:80/TCP")).as("none is left that can be reached").isEqualTo("10.1.1.1:80 10.2.1.1:80");
        lab.loop.advance(Duration.ofDays(10));
        assertThat(lab.backends("10.96.0.3:80/TCP")).isEqualTo("10.1.2.1:80 10.2.2.1:80");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {//
        "service.cilium.io/affinity=remote;                active;  w1 | e1 QUARANTINED l1 ACTIVE", //
        "service.cilium.io/affinity=local;                 unready; w1 | e1 QUARANTINED l1 MAINTENANCE", //
        "roadstead.io/cluster-preference=east,local;       active;  l1 | e1 QUARANTINED w1 ACTIVE", //
        "roadstead.io/cluster-weights=west=0,local=0;      active;  w1 l1 | e1 QUARANTINED"})
    void aClusterOutOfReachIsPassedOverWhateverElseIsWanted(String text, String local, String backends) {
        BalancerLab lab = lab(global(text + " roadstead.io/failover-after=0s"), local, "active", "active");

        lab.put(Remotes.cluster("east", lab.loop.clock().instant()));

        assertThat(names(lab)).isEqualTo(backends);
    }

    @Test
    void aClusterThatIsOutOfReachAtTheStartStandsBackAtOnce() {
        ServiceBuilder webpod = webpod(global("roadstead.io/failover-after=30s"));
        BalancerLab lab = BalancerLab.with(Remotes.cluster("east", Instant.EPOCH), webpod.build(), webpod.slice(local("active")),
                remote("east", "active"));

        assertThat(names(lab)).isEqualTo("l1 | e1 QUARANTINED");
    }

    @Test
    void thePreferredSideOutOfReachIsPassedOverToo() {
        BalancerLab lab = lab(global("service.cilium.io/affinity=remote roadstead.io/failover-after=0s"), "active", "active", "active");

        lab.put(Remotes.cluster("east", lab.loop.clock().instant()), Remotes.cluster("west", lab.loop.clock().instant()));

        assertThat(names(lab)).isEqualTo("l1 | e1 QUARANTINED w1 QUARANTINED");
    }

    @Test
    void aServiceThatGoesTakesItsTimerAlong() {
        BalancerLab lab = lab(global("roadstead.io/failover-after=30s"), "active", "active", "active");
        lab.put(Remotes.cluster("east", lab.loop.clock().instant()));

        lab.delete(BalancerLab.key("default/webpod"));

        assertThat(lab.loop.timers()).isZero();
    }

    @Test
    void aGlobalServiceWithoutOtherClustersIsAnyService() {
        ServiceBuilder webpod = webpod(global("service.cilium.io/affinity=remote roadstead.io/cluster-preference=east"));
        BalancerLab lab = BalancerLab.with(webpod.build(), webpod.slice(local("active")));

        assertThat(names(lab)).isEqualTo("l1");
        assertThat(lab.controller.problems()).isEmpty();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 20_261_123})
    void theOrderInWhichObjectsComeMakesNoDifference(long seed) {
        List<Resource> objects = new ArrayList<>();
        ServiceBuilder webpod = webpod(global("roadstead.io/failover-after=1s roadstead.io/cluster-weights=east=7"));
        objects.addAll(List.of(webpod.build(), webpod.slice(local("active leaving unready")), remote("east", "active leaving"),
                remote("west", "active active"), shared("north", active("10.1.0.1"), active("10.3.0.1")),
                Remotes.node("east", "n1", "a", "192.168.1.1", "10.1.0.0/24"),
                Remotes.node("west", "n1", "b", "192.168.1.1", "10.2.0.0/24"),
                Remotes.node("west", "n2", "b", "192.168.1.1", "10.3.0.0/24"), Remotes.cluster("west", Instant.EPOCH),
                Remotes.cluster("east", null), BalancerLab.node("n1", "a", "192.168.10.1", "fd00:10::1")));
        BalancerLab ordered = new BalancerLab(BalancerLab.DEFAULTS);
        ordered.sync();
        ordered.put(objects.toArray(Resource[]::new));

        BalancerLab shuffled = new BalancerLab(BalancerLab.DEFAULTS);
        shuffled.sync();
        Collections.shuffle(objects, new Random(seed));
        objects.forEach(shuffled::put);

        assertThat(shuffled.datapath.frontends).isNotEmpty().isEqualTo(ordered.datapath.frontends);
        assertThat(shuffled.controller.problems()).isEqualTo(ordered.controller.problems());
    }
}
