package io.roadstead.kernel.lb;

import static io.roadstead.kernel.lb.BalancerLab.DEFAULTS;
import static io.roadstead.kernel.lb.BalancerLab.key;
import static io.roadstead.kernel.lb.BalancerLab.node;
import static io.roadstead.testkit.ServiceBuilder.ready;
import static io.roadstead.testkit.ServiceBuilder.service;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.roadstead.api.lb.Frontend;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.lb.FrontendState.NoBackend;
import io.roadstead.api.lb.HealthCheckNodePort;
import io.roadstead.api.lb.LoadBalancingAlgorithm;
import io.roadstead.api.lb.SelectionTable;
import io.roadstead.api.lb.TableRequest;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.model.service.TrafficPolicy;
import io.roadstead.api.plugin.InstanceStatus;
import io.roadstead.api.source.Needs;
import io.roadstead.testkit.ServiceBuilder;

class LoadBalancerControllerTest {

    private static final String CLUSTER_IP = "10.96.0.1:80/TCP";
    private static final String VIP = "172.16.1.1:80/TCP";

    private static ServiceBuilder webpod() {
        return service("default/webpod").clusterIps("10.96.0.1").loadBalancer("172.16.1.1");
    }

    private static BalancerLab running(ServiceBuilder service) {
        return BalancerLab.with(service.build(), service.slice(ready("172.20.1.5", "n1"), ready("172.20.2.5", "n2")));
    }

    @Test
    void nothingIsHandedOverBeforeEverythingHasBeenRead() {
        BalancerLab lab = new BalancerLab(DEFAULTS);
        lab.put(node("n1", "a", "192.168.10.1"), webpod().build());
        assertThat(lab.datapath.takeCalls()).isEmpty();

        lab.sync();

        assertThat(lab.datapath.takeCalls()).containsExactly("node n1 [192.168.10.1] [172.20.1.0/24] zone 'a' seed 7", "modes [dsr, snat]",
                "replace 2");
    }

    @Test
    void aDatapathThatComesLaterIsToldEverythingAndTheOneBeforeNothingMore() {
        BalancerLab lab = running(webpod());
        MemoryDatapath second = new MemoryDatapath();

        lab.controller.datapathRemoved(lab.datapath);
        lab.datapath.takeCalls();
        lab.put(webpod().build(), webpod().slice());
        lab.controller.datapathAdded("memory", second);

        assertThat(lab.datapath.takeCalls()).isEmpty();
        assertThat(second.takeCalls()).containsExactly("node n1 [192.168.10.1, fd00:10::1] [172.20.1.0/24] zone 'a' seed 7",
                "modes [dsr, snat]", "replace 2");
    }

    @Test
    void aChangeTouchesItsServiceOnly() {
        ServiceBuilder other = service("default/other").clusterIps("10.96.0.2");
        BalancerLab lab = running(webpod());
        lab.put(other.build(), other.slice(ready("172.20.1.9", "n1")));
        lab.datapath.takeCalls();
        int builds = lab.modulo.builds;

        lab.put(other.slice(ready("172.20.1.9", "n1"), ready("172.20.1.10", "n1")));

        assertThat(lab.datapath.takeCalls()).containsExactly("update +1 -0");
        assertThat(lab.modulo.builds).isEqualTo(builds + 1);
    }

    @Test
    void aChangeThatChangesNothingForTheDatapathIsNotTold() {
        BalancerLab lab = running(webpod());
        lab.datapath.takeCalls();

        lab.put(webpod().labels(Map.of("a", "b")).build(), node("n3", "c", "192.168.10.3"), service("default/headless").build());

        assertThat(lab.datapath.takeCalls()).isEmpty();
    }

    @Test
    void frontendsOfAPortWithEqualBackendsShareATableThatIsNotBuiltAgain() {
        BalancerLab lab = running(webpod());

        SelectionTable table = lab.frontend(VIP).table();
        assertThat(lab.frontend(CLUSTER_IP).table()).isSameAs(table);
        assertThat(lab.modulo.builds).isEqualTo(1);

        lab.put(webpod().externalIps("203.0.113.9").build());

        assertThat(lab.frontend("203.0.113.9:80/TCP").table()).isSameAs(table);
        assertThat(lab.modulo.builds).isEqualTo(1);
    }

    @Test
    void aDeletedServiceTakesItsFrontendsWithIt() {
        BalancerLab lab = running(webpod());
        lab.datapath.takeCalls();

        lab.delete(key("default/webpod"));

        assertThat(lab.datapath.takeCalls()).containsExactly("update +0 -2");
        assertThat(lab.frontends()).isEmpty();
    }

    @Test
    void backendsFollowTheirNodesAddressAndZone() {
        BalancerLab lab = running(webpod());
        lab.put(service("default/elsewhere").clusterIps("10.96.0.9").build(),
                service("default/elsewhere").slice(ready("172.20.1.9", "n1")));
        lab.datapath.takeCalls();

        lab.put(node("n2", "z", "192.168.20.2"));

        assertThat(lab.datapath.takeCalls()).containsExactly("update +2 -0");
        assertThat(lab.frontend(VIP).backends().getLast().nodeAddress()).hasToString("192.168.20.2");
        assertThat(lab.frontend(VIP).backends().getLast().zone()).isEqualTo("z");
    }

    @Test
    void theOwnNodeMovesItsNodePorts() {
        ServiceBuilder service = webpod().ports(new Service.Port("", Protocol.TCP, 80, "", 30080));
        BalancerLab lab = running(service);
        lab.datapath.takeCalls();

        lab.put(node("n1", "a", "192.168.10.77"));

        assertThat(lab.datapath.takeCalls()).startsWith("node n1 [192.168.10.77] [172.20.1.0/24] zone 'a' seed 7");
        assertThat(lab.frontends()).contains("192.168.10.77:30080/TCP NodePort").doesNotContain("192.168.10.1:30080/TCP NodePort");
    }

    @Test
    void theOlderServiceHasAFrontendThatTwoWantAndTheOtherGetsItAfterwards() {
        ServiceBuilder older = service("default/z").clusterIps("10.96.0.1").created(Instant.ofEpochSecond(10));
        ServiceBuilder younger = service("default/a").clusterIps("10.96.0.1").created(Instant.ofEpochSecond(20));
        BalancerLab lab = BalancerLab.with(younger.build());
        assertThat(lab.frontend(CLUSTER_IP).service()).isEqualTo("default/a");
        lab.datapath.takeCalls();

        lab.put(older.build());
        assertThat(lab.frontend(CLUSTER_IP).service()).isEqualTo("default/z");
        assertThat(lab.notes("default/a"))
                .containsExactly("an older Service has this address and port: 10.96.0.1:80/TCP of Service default/z");
        assertThat(lab.datapath.takeCalls()).containsExactly("update +1 -0");

        lab.delete(key("default/z"));
        assertThat(lab.frontend(CLUSTER_IP).service()).isEqualTo("default/a");
        assertThat(lab.datapath.takeCalls()).containsExactly("update +1 -0");
        assertThat(lab.controller.problems()).isEmpty();
    }

    @Test
    void ofTwoServicesOfOneAgeTheFirstNameWins() {
        BalancerLab lab = BalancerLab.with(service("b/a").clusterIps("10.96.0.1").build(), service("a/b").clusterIps("10.96.0.1").build());

        assertThat(lab.frontend(CLUSTER_IP).service()).isEqualTo("a/b");
    }

    @Test
    void aServiceMayNameItsAlgorithmAndFallsBackWhileThatIsNotLoaded() {
        BalancerLab lab = running(webpod().annotations(Map.of("service.cilium.io/lb-algorithm", "other")));
        assertThat(lab.frontend(VIP).algorithm()).isEqualTo("modulo");
        assertThat(lab.notes("default/webpod"))
                .containsExactly("no loaded plugin provides the algorithm, the default one is used: other");
        lab.datapath.takeCalls();

        ModuloAlgorithm other = new ModuloAlgorithm(1);
        lab.controller.algorithmAdded("other", other);
        assertThat(lab.frontend(VIP).algorithm()).isEqualTo("other");
        assertThat(lab.frontend(VIP).table().backendIndex(0)).isEqualTo(1);
        assertThat(lab.notes("default/webpod")).isEmpty();
        assertThat(lab.datapath.takeCalls()).containsExactly("update +2 -0");

        lab.controller.algorithmRemoved("other", other);
        assertThat(lab.frontend(VIP).algorithm()).isEqualTo("modulo");
    }

    @Test
    void anAlgorithmThatIsReplacedByOneThatBuildsTheSameChangesNothing() {
        BalancerLab lab = running(webpod());
        lab.datapath.takeCalls();
        ModuloAlgorithm again = new ModuloAlgorithm(0);

        lab.controller.algorithmAdded("modulo", again);
        lab.controller.algorithmRemoved("modulo", lab.modulo);

        assertThat(again.builds).isEqualTo(1);
        assertThat(lab.datapath.takeCalls()).isEmpty();
    }

    @Test
    void withoutAnyAlgorithmTheDatapathKeepsWhatItHas() {
        BalancerLab lab = running(webpod());
        FrontendState before = lab.frontend(VIP);
        lab.datapath.takeCalls();

        lab.controller.algorithmRemoved("modulo", lab.modulo);
        lab.put(webpod().slice(ready("172.20.1.77", "n1")), service("default/new").clusterIps("10.96.0.7").build(),
                service("default/new").slice(ready("172.20.1.8", "n1")));

        assertThat(lab.datapath.takeCalls()).isEmpty();
        assertThat(lab.frontend(VIP)).isEqualTo(before);
        assertThat(lab.controller.problems()).contains(
                "Service default/new: no algorithm can be used: the datapath keeps what it has: modulo is not loaded");

        lab.controller.algorithmAdded("modulo", lab.modulo);
        assertThat(lab.backends(VIP)).isEqualTo("172.20.1.77:80");
        assertThat(lab.backends("10.96.0.7:80/TCP")).isEqualTo("172.20.1.8:80");
    }

    @Test
    void anAlgorithmThatFailsOrBuildsNonsenseHurtsItsServiceOnly() {
        BalancerLab lab = running(webpod());
        ServiceBuilder victim = service("default/victim").clusterIps("10.96.0.3").annotations(Map.of("roadstead.io/lb-algorithm", "bad"));
        for (Bad bad : List.of(new Bad(-1, 0), new Bad(2, 1 << 21), new Bad(2, 251), new Bad(-1, 251))) {
            lab.controller.algorithmAdded("bad", bad);
            lab.put(victim.build(), victim.slice(ready("172.20.1.3", "n1"), ready("172.20.1.4", "n1")));

            assertThat(lab.frontend("10.96.0.3:80/TCP").algorithm()).isEqualTo("modulo");
            assertThat(lab.notes("default/victim")).singleElement().asString().startsWith("the algorithm failed: bad: ");
        }
        assertThat(lab.notes("default/webpod")).isEmpty();
    }

    /** Builds a table of so many slots that all lead there; throws without slots. */
    private record Bad(int index, int slots) implements LoadBalancingAlgorithm<Bad.Config> {
        record Config() {
        }

        @Override
        public SelectionTable build(TableRequest request) {
            if (slots == 0) {
                throw new IllegalStateException("out of luck");
            }
            return ModuloAlgorithm.table(slots, slot -> index);
        }

        @Override
        public boolean reconfigure(Config config) {
            return false;
        }

        @Override
        public InstanceStatus status() {
            return InstanceStatus.ok("");
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }

    @Test
    void aServiceMayNameItsDispatchMode() {
        BalancerLab lab = running(webpod().annotations(Map.of("service.cilium.io/forwarding-mode", "dsr")));
        assertThat(lab.frontend(VIP).dispatch()).isEqualTo("dsr");

        lab.controller.dispatchModeRemoved("dsr", BalancerLab.DSR);
        assertThat(lab.frontend(VIP).dispatch()).isEqualTo("snat");
        assertThat(lab.notes("default/webpod"))
                .containsExactly("no loaded plugin provides the dispatch mode, the default one is used: dsr");
    }

    @Test
    void otherNodesAreNeededWhilePacketsAreWrappedForThemAndUntilThatIsKnown() {
        Needs allNodes = new Needs(Needs.Scope.ALL, Needs.Scope.NONE, false);
        BalancerLab unread = new BalancerLab(DEFAULTS);
        assertThat(unread.needs).isEqualTo(allNodes);
        unread.sync();
        assertThat(unread.needs).isEqualTo(Needs.OWN_NODE);

        BalancerLab lab = running(webpod().annotations(Map.of("service.cilium.io/forwarding-mode", "dsr")));
        assertThat(lab.needs).isEqualTo(allNodes);
        lab.put(webpod().build());
        assertThat(lab.needs).isEqualTo(Needs.OWN_NODE);
        lab.put(webpod().annotations(Map.of("service.cilium.io/forwarding-mode", "dsr")).build());
        assertThat(lab.needs).isEqualTo(allNodes);
        lab.delete(webpod().build().key());
        assertThat(lab.needs).isEqualTo(Needs.OWN_NODE);

        lab.put(webpod().annotations(Map.of("service.cilium.io/forwarding-mode", "dsr")).build());
        lab.withoutDatapath();
        assertThat(lab.needs).isEqualTo(Needs.OWN_NODE);
    }

    @Test
    void hybridIsDsrForTcpAndSnatForUdp() {
        LoadBalancerSettings hybrid =
                new LoadBalancerSettings("modulo", "hybrid", TableSize.AUTO, 0, NoBackend.REJECT, List.of(), false, "");
        ServiceBuilder dns = service("default/dns").clusterIps("10.96.0.10").ports(new Service.Port("u", Protocol.UDP, 53, "", 0),
                new Service.Port("t", Protocol.TCP, 53, "", 0));
        BalancerLab lab = BalancerLab.with(hybrid, dns.build());

        assertThat(lab.frontend("10.96.0.10:53/UDP").dispatch()).isEqualTo("snat");
        assertThat(lab.frontend("10.96.0.10:53/TCP").dispatch()).isEqualTo("dsr");
    }

    @Test
    void aModeThatTheDatapathCannotDoIsNotUsed() {
        BalancerLab lab = new BalancerLab(DEFAULTS);
        MemoryDatapath plain = new MemoryDatapath();
        plain.abilities = Set.of(io.roadstead.api.lb.DispatchMode.Need.ADDRESS_TRANSLATION);
        lab.controller.datapathAdded("plain", plain);
        lab.put(webpod().annotations(Map.of("roadstead.io/forwarding-mode", "dsr")).build());
        lab.sync();

        assertThat(plain.frontends.values()).hasSize(2).extracting(FrontendState::dispatch).containsOnly("snat");
        assertThat(lab.notes("default/webpod")).singleElement().asString().endsWith("dsr needs DIRECT_RETURN, ENCAPSULATION");
    }

    @Test
    void aDatapathThatFailsIsToldEverythingWithTheNextChange() {
        BalancerLab lab = running(webpod());
        lab.datapath.takeCalls();
        lab.datapath.failures = 1;

        lab.put(webpod().externalIps("203.0.113.9").build());
        assertThat(lab.controller.problems()).singleElement().asString().contains("datapath memory", "no room");
        lab.put(webpod().externalIps("203.0.113.10").build());

        assertThat(lab.datapath.takeCalls()).containsExactly("update +1 -0", "replace 3");
        assertThat(lab.frontends()).contains("203.0.113.10:80/TCP ExternalIPs").doesNotContain("203.0.113.9:80/TCP ExternalIPs");
        assertThat(lab.controller.problems()).isEmpty();
    }

    @Test
    void changedSettingsHoldForAll() {
        BalancerLab lab = running(webpod());
        lab.datapath.takeCalls();

        lab.controller.reconfigure(
                new LoadBalancerSettings("modulo", "dsr", new TableSize(1021), 8, NoBackend.DROP, List.of(), false, ""));

        assertThat(lab.datapath.takeCalls()).hasSize(2).first().asString().endsWith("seed 8");
        assertThat(lab.frontend(VIP).dispatch()).isEqualTo("dsr");
        assertThat(lab.frontend(VIP).table().slots()).isEqualTo(1021);
        assertThat(lab.frontend(VIP).noBackend()).isEqualTo(NoBackend.DROP);
    }

    @Test
    void theTableSizeFollowsTheBackendsOfAllStatesOrTheAnnotation() {
        ServiceBuilder service = webpod();
        BalancerLab lab = BalancerLab.with(service.build(), service.slice(ready("172.20.1.1", "n1"), ready("172.20.1.2", "n1"),
                ServiceBuilder.endpoint("172.20.1.3", "n1",
                        new io.roadstead.api.model.service.EndpointSlice.Conditions(false, false, false))));
        assertThat(lab.frontend(VIP).table().slots()).isEqualTo(509);

        lab.put(webpod().annotations(Map.of("roadstead.io/table-size", "16381")).build());
        assertThat(lab.frontend(VIP).table().slots()).isEqualTo(16381);
    }

    @Test
    void healthChecksAreToldWhileADatapathCarriesTraffic() {
        List<Collection<HealthCheckNodePort>> told = new ArrayList<>();
        ServiceBuilder service = webpod().externalTrafficPolicy(TrafficPolicy.LOCAL).healthCheckNodePort(32000);
        BalancerLab lab = running(service);

        lab.controller.healthCheckServerAdded(told::add);
        assertThat(told.getLast()).containsExactly(new HealthCheckNodePort(32000, "default", "webpod", 1));
        lab.put(service.slice(ready("172.20.2.5", "n2")));
        assertThat(told.getLast()).containsExactly(new HealthCheckNodePort(32000, "default", "webpod", 0));
        lab.put(webpod().healthCheckNodePort(32000).build());
        assertThat(told.getLast()).isEmpty();
        lab.put(service.build());
        assertThat(told.getLast()).hasSize(1);
        lab.controller.datapathRemoved(lab.datapath);
        assertThat(told.getLast()).isEmpty();
    }

    @Test
    void figuresCountServicesFrontendsTablesAndWhatHappened() {
        BalancerLab lab = running(webpod());
        lab.put(webpod().labels(Map.of("a", "b")).build(), service("default/other").clusterIps("10.96.0.1").build());
        lab.delete(key("default/other"));

        assertThat(lab.controller.collect()).flatExtracting(metric -> metric.samples().stream()
                .map(sample -> metric.name() + String.join("", sample.labels().values()) + " " + (long) sample.value()).toList())
                .containsExactly("roadstead_loadbalancer_services 1", "roadstead_loadbalancer_frontends 2",
                        "roadstead_loadbalancer_services_not_as_written 0", "roadstead_loadbalancer_tables_built_total 1",
                        "roadstead_services_events_totaladd 2", "roadstead_services_events_totaldelete 1",
                        "roadstead_services_events_totalupdate 1");
    }

    @Test
    void problemsAreBounded() {
        BalancerLab lab = BalancerLab.with();
        for (int i = 0; i < 50; i++) {
            lab.put(service("default/s" + i).clusterIps("10.96.1." + i).annotations(Map.of("roadstead.io/lb-algorithm", "ghost")).build(),
                    service("default/s" + i).slice(ready("172.20.1." + i, "n1")));
        }

        assertThat(lab.controller.problems()).hasSize(21).last().asString().startsWith("30 further Services");
        assertThat(lab.datapath.frontends.keySet()).extracting(Frontend::port).containsOnly(80);
    }
}
