package io.roadstead.kernel.status;

import static io.roadstead.testkit.ServiceBuilder.ready;
import static io.roadstead.testkit.ServiceBuilder.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.lb.BackendState;
import io.roadstead.api.lb.DatapathTables;
import io.roadstead.api.lb.DatapathTables.Entry;
import io.roadstead.api.lb.DatapathTables.Slot;
import io.roadstead.api.lb.Flow;
import io.roadstead.api.lb.Frontend;
import io.roadstead.api.lb.Frontend.Scope;
import io.roadstead.api.lb.FrontendState.NoBackend;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.api.view.SimulationView;
import io.roadstead.api.view.StatusView.Fact;
import io.roadstead.kernel.lb.BalancerLab;
import io.roadstead.kernel.lb.LoadBalancerSettings;
import io.roadstead.kernel.lb.Remotes;
import io.roadstead.kernel.lb.TableSize;
import io.roadstead.testkit.ServiceBuilder;

class BalancerViewsTest {

    private static final ServiceBuilder WEBPOD = service("default/webpod").loadBalancer("172.16.1.1").clusterIps("10.96.0.1")
            .sourceRanges("10.0.0.0/8");
    private final BalancerLab lab = BalancerLab.with(new LoadBalancerSettings("modulo", "dsr", new TableSize(16381), 0, NoBackend.REJECT,
            List.of(), false, ""), WEBPOD.build(),
            WEBPOD.slice(ready("172.20.1.5", "n1"), ready("172.20.1.6", "n1"), ready("172.20.2.5", "n2")));
    private final BalancerViews views = new BalancerViews(lab.loop(), lab.cluster(), lab.controller(), "n1");

    @Test
    void theStatusSaysModeAndSelectionInCiliumsWords() {
        assertThat(views.status().datapath()).isEqualTo("memory");
        assertThat(views.status().frontends()).isEqualTo(2);
        assertThat(views.status().facts()).containsExactly(new Fact("Mode", "DSR"), new Fact("  DSR Dispatch Mode", "Geneve"),
                new Fact("Backend Selection", "Modulo (Table Size: 16381)"), new Fact("Session Affinity", "Enabled"));

        lab.controller().reconfigure(
                new LoadBalancerSettings("random", "snat", TableSize.AUTO, 0, NoBackend.REJECT, List.of(), false, ""));
        assertThat(views.status().facts()).containsExactly(new Fact("Mode", "SNAT"), new Fact("Backend Selection", "Random"),
                new Fact("Session Affinity", "Enabled"));

        lab.controller().reconfigure(
                new LoadBalancerSettings("modulo", "hybrid", TableSize.AUTO, 0, NoBackend.REJECT, List.of(), false, ""));
        assertThat(views.status().facts()).startsWith(new Fact("Mode", "Hybrid"), new Fact("  DSR Dispatch Mode", "Geneve"),
                new Fact("Backend Selection", "Modulo (Table Size: auto)"));
    }

    @Test
    void withoutADatapathNothingIsShownAndTheQuestionIsRefusedWithTheRemedy() {
        lab.withoutDatapath();

        assertThat(views.status().datapath()).isEmpty();
        assertThat(views.status().facts()).isEmpty();
        assertThat(failure(() -> views.entries())).contains("datapath: none carries traffic on this node",
                "roadstead.load-balancer.datapath");
        assertThat(failure(() -> views.sourceRanges())).contains("none carries traffic");
    }

    @Test
    void whatTheDatapathDoesNotOfferIsSaid() {
        assertThat(failure(() -> views.entries())).contains("datapath memory: does not offer its tables");
        assertThat(failure(() -> views.tables())).contains("does not offer its tables");
        assertThat(failure(() -> views.counters())).contains("does not offer counters");
        assertThat(failure(() -> views.connections(1))).contains("does not offer its flows");
        assertThat(failure(() -> views.translations(1))).contains("does not offer its flows");
        assertThat(failure(() -> views.explainFlow(new Flow(Protocol.TCP, IpAddress.ipv4(1), 1, IpAddress.ipv4(2), 2))))
                .contains("does not offer explanations of flows");
        assertThat(failure(() -> views.observe(event -> {
        }))).contains("does not offer flow events");
        assertThat(views.ids().toCompletableFuture().join()).isEmpty();
    }

    @Test
    void aDatapathWithTablesIsAskedAndItsNumbersAreShown() {
        Frontend vip = new Frontend(IpAddress.parse("172.16.1.1"), 80, Protocol.TCP, Scope.EXTERNAL);
        lab.datapathWithTables(new DatapathTables() {
            @Override
            public Map<String, String> facts() {
                return Map.of("XDP Acceleration", "Disabled");
            }

            @Override
            public CompletionStage<List<Entry>> entries() {
                return CompletableFuture.completedFuture(List.of(new Entry(vip, 5, List.of(), "dsr", 16381, List.of())));
            }

            @Override
            public CompletionStage<List<Table>> tables() {
                return CompletableFuture.completedFuture(List.of());
            }

            @Override
            public CompletionStage<List<Counter>> counters() {
                throw new IllegalStateException("broken");
            }
        });

        assertThat(views.ids().toCompletableFuture().join()).containsExactly(Map.entry(vip, 5L));
        assertThat(views.entries().toCompletableFuture().join()).hasSize(1);
        assertThat(views.status().facts()).endsWith(new Fact("XDP Acceleration", "Disabled"));
        assertThat(failure(() -> views.counters())).contains("datapath memory", "broken");
    }

    @Test
    void slotsOfOtherClustersHaveTheirName() {
        Frontend vip = new Frontend(IpAddress.parse("10.96.0.9"), 80, Protocol.TCP, Scope.EXTERNAL);
        ServiceBuilder both = ServiceBuilder.service("default/both").clusterIps("10.96.0.9")
                .annotations(Map.of("service.cilium.io/global", "true"));
        lab.put(both.build(), both.slice(ready("172.20.1.9", "n1")), Remotes.shared("both", "east", Remotes.active("10.1.0.5")));
        Entry entry = new Entry(vip, 5, List.of(), "dsr", 16381, List.of(slot("172.20.1.9"), slot("10.1.0.5"), slot("10.1.0.9")));
        lab.datapathWithTables(new DatapathTables() {
            @Override
            public Map<String, String> facts() {
                return Map.of();
            }

            @Override
            public CompletionStage<List<Entry>> entries() {
                return CompletableFuture.completedFuture(List.of(entry));
            }

            @Override
            public CompletionStage<List<Table>> tables() {
                return CompletableFuture.completedFuture(List.of());
            }

            @Override
            public CompletionStage<List<Counter>> counters() {
                return CompletableFuture.completedFuture(List.of());
            }
        });

        assertThat(views.entries().toCompletableFuture().join().getFirst().backends()).extracting(Slot::cluster)
                .containsExactly("", "east", "");
    }

    private static Slot slot(String address) {
        return new Slot(1, IpAddress.parse(address), 80, BackendState.ACTIVE, true, 1);
    }

    @Test
    void rangesAreThoseOfFrontendsThatHaveSome() {
        assertThat(views.sourceRanges().toCompletableFuture().join()).singleElement()
                .satisfies(row -> assertThat(row.frontend()).hasToString("172.16.1.1:80/TCP"));
    }

    @Test
    void aSimulationCountsSharesAndWhatMoves() {
        SimulationView.Table table = simulate("172.20.1.6", 0);

        assertThat(table.frontends()).containsExactly("10.96.0.1:80/TCP", "172.16.1.1:80/TCP");
        assertThat(table.slots()).isEqualTo(16381);
        assertThat(table.shares()).extracting(SimulationView.Share::slots).containsExactly(5461, 5460, 5460);
        assertThat(table.shares()).extracting(SimulationView.Share::slotsAfter).containsExactly(8191, -1, 8190);
        assertThat(table.freed()).isEqualTo(5460);
        assertThat(table.sampled()).isEqualTo(16381 - 5460);
        // Slot mod 3 is 0 or 2, slot mod 2 says who has it afterwards: half of both change.
        assertThat(table.moved()).isCloseTo(5460, within(2));
        assertThat(table.leastShare()).isCloseTo(1, within(0.001));
        assertThat(table.greatestShareAfter()).isCloseTo(1, within(0.001));
    }

    @Test
    void tablesOfUnequalSizeAreComparedByFlows() {
        lab.controller().reconfigure(
                new LoadBalancerSettings("modulo", "dsr", TableSize.AUTO, 0, NoBackend.REJECT, List.of(), false, ""));
        SimulationView.Table table = simulate("172.20.1.6", 80);

        assertThat(table.slots()).isEqualTo(509);
        assertThat(table.slotsAfter()).isEqualTo(251);
        assertThat(table.moved() / (double) table.sampled()).isCloseTo(0.5, within(0.05));
    }

    @Test
    void withoutABackendTheTablesAreShownAsTheyAre() {
        SimulationView.Table table = simulate(null, 0);

        assertThat(table.moved()).isZero();
        assertThat(table.freed()).isZero();
        assertThat(table.shares()).allSatisfy(share -> assertThat(share.slotsAfter()).isEqualTo(share.slots()));
    }

    @Test
    void theLastBackendLeavesNothing() {
        lab.put(WEBPOD.slice(ready("172.20.1.5", "n1")));

        assertThat(simulate("172.20.1.5", 0).slotsAfter()).isZero();
    }

    @Test
    void aServiceOrBackendThatIsNotThereIsNamedWithThoseThatAre() {
        assertThat(failure(() -> views.simulate("default", "ghost", null, 0))).contains("Service default/ghost");
        assertThat(failure(() -> views.simulate("default", "webpod", IpAddress.parse("172.20.9.9"), 0))).contains("172.20.9.9",
                "172.20.1.5:80, 172.20.1.6:80, 172.20.2.5:80");
        assertThat(failure(() -> views.simulate("default", "webpod", IpAddress.parse("172.20.1.5"), 81))).contains("172.20.1.5:81");
    }

    private SimulationView.Table simulate(@Nullable String without, int port) {
        return views.simulate("default", "webpod", without == null ? null : IpAddress.parse(without), port).toCompletableFuture().join()
                .tables().getFirst();
    }

    /** Subject, problem and remedy; on the loop itself a refusal is thrown at once. */
    private static String failure(Supplier<CompletionStage<?>> question) {
        Throwable thrown = catchThrowable(() -> question.get().toCompletableFuture().join());
        Throwable refusal = thrown instanceof CompletionException ? thrown.getCause() : thrown;
        assertThat(refusal).isInstanceOf(RoadsteadException.class);
        return String.valueOf(refusal.getMessage());
    }
}
