package io.roadstead.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.model.meta.Condition;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.source.ClusterSource;
import io.roadstead.api.source.LeaderElection;
import io.roadstead.api.source.Needs;
import io.roadstead.api.source.ResourceBatch;
import io.roadstead.api.source.StatusUpdate;
import io.roadstead.api.source.StatusWriter;

/** What every {@link ClusterSource} must do, and, where it has the ability, every {@link StatusWriter} and {@link LeaderElection}. */
public abstract class ClusterSourceContract {
    private static final ResourceKey WEB = new ResourceKey(Service.KIND, "default", "web");
    private static final String ROLE = "contract";

    /** A new source of the test's cluster, not started; several may exist at a time, of agents that share the cluster. The test closes it. */
    protected abstract ClusterSource<?> newSource();

    /** Name of the node that sources which {@link #newSource} makes are on. */
    protected String ownNode() {
        return "own";
    }

    /** Makes a Node exist with these labels, or changes it. */
    protected abstract void putNode(String name, Map<String, String> labels);

    protected abstract void deleteNode(String name);

    /** Makes a Service exist in namespace default, of type LoadBalancer and without status. */
    protected abstract void putService(String name);

    /** Returns when every source has told everything that it will tell. */
    protected abstract void rest();

    private RecordingSink started(ClusterSource<?> source) {
        RecordingSink sink = new RecordingSink();
        source.start(sink);
        rest();
        return sink;
    }

    @Test
    void everythingThatExistsAtTheStartIsToldBeforeSynced() {
        putNode("a", Map.of());
        putNode("b", Map.of());

        try (ClusterSource<?> source = newSource()) {
            RecordingSink sink = started(source);

            assertThat(sink.isSynced()).isTrue();
            assertThat(sink.objectsWhenSynced()).isEqualTo(2);
            assertThat(sink.names()).containsExactly("a", "b");
        }
    }

    @Test
    void anEmptyClusterIsSyncedToo() {
        try (ClusterSource<?> source = newSource()) {
            assertThat(started(source).isSynced()).isTrue();
        }
    }

    @Test
    void onlyWhatChangedIsTold() {
        putNode("a", Map.of("zone", "1"));
        putNode("b", Map.of());
        try (ClusterSource<?> source = newSource()) {
            RecordingSink sink = started(source);
            sink.takeBatches();

            putNode("a", Map.of("zone", "2"));
            rest();

            List<ResourceBatch> batches = sink.takeBatches();
            assertThat(batches).hasSize(1);
            assertThat(batches.getFirst().deletes()).isEmpty();
            assertThat(batches.getFirst().upserts()).singleElement()
                    .satisfies(node -> assertThat(node.meta().labels()).containsEntry("zone", "2"));
        }
    }

    @Test
    void whatIsWrittenAgainUnchangedIsNotTold() {
        putNode("a", Map.of("zone", "1"));
        try (ClusterSource<?> source = newSource()) {
            RecordingSink sink = started(source);
            sink.takeBatches();

            putNode("a", Map.of("zone", "1"));
            rest();

            assertThat(sink.takeBatches()).isEmpty();
        }
    }

    @Test
    void whatIsDeletedIsToldAsDeleted() {
        putNode("a", Map.of());
        putNode("b", Map.of());
        try (ClusterSource<?> source = newSource()) {
            RecordingSink sink = started(source);
            sink.takeBatches();

            deleteNode("a");
            rest();

            assertThat(sink.takeBatches()).containsExactly(new ResourceBatch(List.of(), List.of(new ResourceKey(Node.KIND, "", "a"))));
        }
    }

    @Test
    void aClosedSourceTellsNothing() {
        putNode("a", Map.of());
        ClusterSource<?> source = newSource();
        RecordingSink sink = started(source);
        source.close();
        sink.takeBatches();

        putNode("b", Map.of());
        rest();

        assertThat(sink.takeBatches()).isEmpty();
    }

    @Test
    void whatIsNeededIsToldAndMoreWhenMoreIsNeeded() {
        putNode(ownNode(), Map.of("zone", "1"));
        putNode("other", Map.of());
        try (ClusterSource<?> source = newSource()) {
            CompletionStage<Void> begun = source.need(Needs.OWN_NODE);
            RecordingSink sink = started(source);
            assertThat(sink.isSynced()).isTrue();
            assertThat(begun.toCompletableFuture()).isCompleted();
            assertThat(sink.names()).contains(ownNode());

            List<String> whenMet = new CopyOnWriteArrayList<>();
            source.need(Needs.EVERYTHING).thenRun(() -> whenMet.addAll(sink.names()));
            rest();
            assertThat(sink.names()).containsExactlyInAnyOrder(ownNode(), "other");
            assertThat(whenMet).as("told when all of it was said to have been told").containsExactlyInAnyOrder(ownNode(), "other");

            source.need(Needs.OWN_NODE);
            rest();
            putNode(ownNode(), Map.of("zone", "2"));
            rest();
            assertThat(sink.objects().values()).anySatisfy(node -> assertThat(node.meta().labels()).containsEntry("zone", "2"));
        }
    }

    @Test
    void closingTwiceOrWithoutAStartIsHarmless() {
        ClusterSource<?> source = newSource();

        assertThatCode(() -> {
            source.close();
            source.close();
        }).doesNotThrowAnyException();
    }

    @Test
    void itHasAStatusFromTheFirstMomentOn() {
        try (ClusterSource<?> source = newSource()) {
            assertThat(source.status().summary()).isNotBlank();
        }
    }

    @Test
    void aStoredServiceStatusComesBackToEveryAgentAndToTheNextStart() {
        putService("web");
        Service.Status status = new Service.Status(List.of(IpAddress.parse("172.16.1.1")),
                List.of(new Condition("cilium.io/IPAMRequestSatisfied", Condition.Status.TRUE, "satisfied", "")));
        try (ClusterSource<?> writer = newSource(); ClusterSource<?> other = newSource()) {
            Assumptions.assumeTrue(writer instanceof StatusWriter);
            RecordingSink written = started(writer);
            RecordingSink read = started(other);
            Registration leads = lead(writer, new ArrayList<>());

            ((StatusWriter) writer).write(List.of(new StatusUpdate.ServiceStatus(WEB, status)));
            rest();

            assertThat(written.objects().get(WEB)).isInstanceOfSatisfying(Service.class,
                    service -> assertThat(service.status()).isEqualTo(status));
            assertThat(read.objects().get(WEB)).isInstanceOfSatisfying(Service.class,
                    service -> assertThat(service.status()).isEqualTo(status));
            leads.close();
        }
        try (ClusterSource<?> next = newSource()) {
            assertThat(started(next).takeBatches()).singleElement().satisfies(batch -> assertThat(batch.upserts()).singleElement()
                    .isInstanceOfSatisfying(Service.class, service -> assertThat(service.status()).isEqualTo(status)));
        }
    }

    @Test
    void oneLeadsUntilItGivesUpAndThenTheOther() {
        try (ClusterSource<?> first = newSource(); ClusterSource<?> second = newSource()) {
            Assumptions.assumeTrue(first instanceof LeaderElection);
            started(first);
            started(second);
            List<Boolean> firstLeads = new ArrayList<>();
            List<Boolean> secondLeads = new ArrayList<>();

            Registration firstRole = lead(first, firstLeads);
            Registration secondRole = lead(second, secondLeads);
            assertThat(firstLeads).containsExactly(true);
            assertThat(secondLeads).isEmpty();

            firstRole.close();
            rest();
            assertThat(firstLeads).containsExactly(true, false);
            assertThat(secondLeads).containsExactly(true);
            secondRole.close();
            assertThat(secondLeads).containsExactly(true, false);
        }
    }

    @Test
    void closingTheSourceGivesLeadershipUp() {
        ClusterSource<?> first = newSource();
        try (ClusterSource<?> second = newSource()) {
            Assumptions.assumeTrue(first instanceof LeaderElection);
            started(first);
            started(second);
            List<Boolean> firstLeads = new ArrayList<>();
            List<Boolean> secondLeads = new ArrayList<>();
            lead(first, firstLeads);
            lead(second, secondLeads);

            first.close();
            rest();

            assertThat(firstLeads).containsExactly(true, false);
            assertThat(secondLeads).containsExactly(true);
        } finally {
            first.close();
        }
    }

    private Registration lead(ClusterSource<?> source, List<Boolean> told) {
        Registration role = source instanceof LeaderElection election ? election.contend(ROLE, told::add) : () -> {
        };
        rest();
        return role;
    }
}
