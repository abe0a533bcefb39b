package io.roadstead.kernel.maintenance;

import static io.roadstead.kernel.maintenance.MaintenanceLab.POD_CIDR;
import static io.roadstead.kernel.maintenance.MaintenanceLab.SETTINGS;
import static io.roadstead.kernel.maintenance.MaintenanceLab.VIP;
import static io.roadstead.kernel.maintenance.MaintenanceLab.node;
import static io.roadstead.kernel.maintenance.MaintenanceLab.pod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.route.RouteReason;
import io.roadstead.api.source.Needs;
import io.roadstead.api.view.ExplainView;
import io.roadstead.api.view.MaintenanceView;
import io.roadstead.api.view.MaintenanceView.Kind;
import io.roadstead.api.view.MaintenanceView.Phase;
import io.roadstead.kernel.maintenance.MaintenanceSettings.PodCidr;
import io.roadstead.kernel.route.FakeSession;
import io.roadstead.kernel.route.RouteLab;

class MaintenanceControllerTest {

    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final String ANNOTATED = node("metadata.annotations { \"roadstead.io/drain\" = \"true\" }");
    private static final String MARKED_VIP = VIP + " [65535:0]";
    private static final String MARKED_POD_CIDR = POD_CIDR + " [65535:0]";
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path state;

    @Test
    void aCommandMarksEverythingAtOnceAndWithdrawsServicesAfterTheGracePeriodWhileTheSessionStays() {
        MaintenanceLab lab = MaintenanceLab.synced(state, SETTINGS, node(""));
        FakeSession session = lab.routes.tor();

        MaintenanceView begun = lab.drain("kernel update");
        assertThat(begun.phase()).isEqualTo(Phase.SHUTTING_DOWN);
        assertThat(begun.since()).isEqualTo(START);
        assertThat(begun.nextStepAt()).isEqualTo(START.plus(GRACE));
        assertThat(begun.causes()).singleElement().satisfies(cause -> {
            assertThat(cause.kind()).isEqualTo(Kind.COMMAND);
            assertThat(cause.subject()).isEqualTo("roadstead node drain: kernel update");
            assertThat(cause.undo()).isEqualTo("roadstead node undrain");
        });
        assertThat(lab.announced()).containsExactly(MARKED_VIP, MARKED_POD_CIDR);

        lab.pass(GRACE.minusMillis(1));
        assertThat(lab.announced()).containsExactly(MARKED_VIP, MARKED_POD_CIDR);
        lab.pass(Duration.ofMillis(1));
        assertThat(lab.announced()).containsExactly(MARKED_POD_CIDR);
        assertThat(lab.controller.view().phase()).isEqualTo(Phase.DRAINED);
        assertThat(lab.controller.view().nextStepAt()).isNull();
        assertThat(lab.routes.tor()).isSameAs(session);
        assertThat(session.closed).isNull();
        assertThat(session.reconfigurations).isZero();
        assertThat(session.replacements).isEqualTo(1);

        assertThat(lab.undrain()).isEqualTo(MaintenanceView.active("k8s-w1"));
        assertThat(lab.announced()).containsExactly(VIP, POD_CIDR);
        assertThat(session.closed).isNull();
    }

    @Test
    void otherAttributesStayAndIbgpPeersAreToldTheLowestPreference() {
        MaintenanceLab lab = new MaintenanceLab(state, SETTINGS);
        lab.read(node(""));
        lab.routes.apply(RouteLab.ADVERTISE_SERVICES.replace("service.addresses",
                "attributes { communities { standard = [\"65001:7\"], large = [\"65001:1:2\"] }, localPreference = 200 }, service.addresses"));
        RouteAttributes before = lab.attributes(VIP);
        assertThat(before.communities()).hasToString("[65001:7]");

        lab.drain("");

        RouteAttributes marked = lab.attributes(VIP);
        assertThat(marked.communities()).hasToString("[65001:7, 65535:0]");
        assertThat(marked.localPreference()).isZero();
        assertThat(new RouteAttributes(marked.origin(), before.communities(), marked.largeCommunities(), before.localPreference(),
                marked.med(), marked.prepend(), marked.nextHop())).isEqualTo(before);

        lab.undrain();
        assertThat(lab.attributes(VIP)).isEqualTo(before);
    }

    @Test
    void anAnnotationATaintAndWhereConfiguredACordonDrainUntilTheLastOfThemHasGone() {
        MaintenanceSettings settings =
                new MaintenanceSettings(Set.of("example.com/repair"), List.of(), true, GRACE, Set.of(), PodCidr.KEEP);
        MaintenanceLab lab = MaintenanceLab.synced(state, settings, node(""));

        lab.routes.apply(ANNOTATED + """
                spec { unschedulable = true, taints = [{ key = example.com/repair, value = disk, effect = NoSchedule }, { key = other, effect = NoExecute }] }
                """);
        assertThat(lab.controller.view().causes()).extracting(MaintenanceView.Cause::kind, MaintenanceView.Cause::subject,
                MaintenanceView.Cause::undo)
                .containsExactly(
                        tuple(Kind.ANNOTATION, "annotation roadstead.io/drain=true",
                                "kubectl annotate node k8s-w1 roadstead.io/drain-"),
                        tuple(Kind.TAINT, "taint example.com/repair=disk:NoSchedule",
                                "kubectl taint node k8s-w1 example.com/repair:NoSchedule-"),
                        tuple(Kind.CORDON, "cordon", "kubectl uncordon k8s-w1"));
        lab.drain("");
        assertThat(lab.controller.view().causes()).hasSize(4);

        lab.routes.apply(node("spec.unschedulable = true"));
        lab.undrain();
        assertThat(lab.controller.view().causes()).extracting(MaintenanceView.Cause::kind).containsExactly(Kind.CORDON);
        assertThat(lab.announced()).containsExactly(MARKED_VIP, MARKED_POD_CIDR);

        lab.routes.apply(node(""));
        assertThat(lab.controller.view().phase()).isEqualTo(Phase.ACTIVE);
        assertThat(lab.announced()).containsExactly(VIP, POD_CIDR);
        lab.pass(GRACE);
        assertThat(lab.announced()).containsExactly(VIP, POD_CIDR);
    }

    @Test
    void aCordonAloneIsNoMaintenanceByDefault() {
        MaintenanceLab lab = MaintenanceLab.synced(state, SETTINGS, node("""
                spec { unschedulable = true, taints = [{ key = node.kubernetes.io/unschedulable, effect = NoSchedule }] }
                """));

        assertThat(lab.controller.view().phase()).isEqualTo(Phase.ACTIVE);
        assertThat(lab.announced()).containsExactly(VIP, POD_CIDR);
    }

    @Test
    void aCauseThatIsReplacedByAnotherDoesNotBeginTheGracePeriodAnew() {
        MaintenanceLab lab = MaintenanceLab.synced(state, SETTINGS, ANNOTATED);
        lab.pass(Duration.ofSeconds(20));

        lab.drain("");
        lab.routes.apply(node(""));
        assertThat(lab.controller.view().causes()).extracting(MaintenanceView.Cause::kind).containsExactly(Kind.COMMAND);

        lab.pass(Duration.ofSeconds(10));
        assertThat(lab.controller.view().phase()).isEqualTo(Phase.DRAINED);
    }

    @Test
    void anUndrainDuringTheGracePeriodEndsItAndTheNextDrainHasAWholeOne() {
        MaintenanceLab lab = MaintenanceLab.synced(state, SETTINGS, node(""));
        lab.drain("");
        lab.pass(Duration.ofSeconds(29));
        lab.undrain();
        lab.drain("");

        lab.pass(Duration.ofSeconds(29));
        assertThat(lab.controller.view().phase()).isEqualTo(Phase.SHUTTING_DOWN);
        lab.pass(Duration.ofSeconds(1));
        assertThat(lab.controller.view().phase()).isEqualTo(Phase.DRAINED);
    }

    @Test
    void aSecondDrainReplacesTheReasonOnly() {
        MaintenanceLab lab = MaintenanceLab.synced(state, SETTINGS, node(""));
        lab.drain("one");
        lab.pass(Duration.ofSeconds(29));

        assertThat(lab.drain("two").causes().getFirst().subject()).endsWith(": two");
        lab.pass(Duration.ofSeconds(1));
        assertThat(lab.controller.view().phase()).isEqualTo(Phase.DRAINED);
    }

    @Test
    void aRestartInTheMiddleGoesOnWithWhatIsLeftOfTheGracePeriod() {
        MaintenanceLab first = MaintenanceLab.synced(state, SETTINGS, node(""));
        first.drain("disk");
        first.pass(Duration.ofSeconds(20));

        MaintenanceLab second = new MaintenanceLab(state, SETTINGS);
        second.routes.loop.clock().set(START.plusSeconds(25));
        second.controller.reconfigure(SETTINGS); // no change, and no new begin
        second.read(node(""));
        assertThat(second.controller.view().phase()).isEqualTo(Phase.SHUTTING_DOWN);
        assertThat(second.controller.view().causes().getFirst().subject()).endsWith(": disk");
        assertThat(second.announced()).containsExactly(MARKED_VIP, MARKED_POD_CIDR);
    }

    @Test
    void theGracePeriodOfARestartedAgentIsWhatWasLeft() {
        MaintenanceFile file = new MaintenanceFile(state);
        file.write(new Remembered(new Remembered.Command(""), START.minusSeconds(20)));
        MaintenanceLab lab = MaintenanceLab.synced(state, SETTINGS, node(""));
        assertThat(lab.controller.view().nextStepAt()).isEqualTo(START.plusSeconds(10));

        lab.pass(Duration.ofSeconds(10));
        assertThat(lab.announced()).containsExactly(MARKED_POD_CIDR);
        assertThat(lab.controller.view().since()).isEqualTo(START.minusSeconds(20));
    }

    @Test
    void anAgentThatStartsDrainedAnnouncesNothingInBetweenWhateverDrainsIt() {
        for (String node : List.of(ANNOTATED, node(""))) {
            new MaintenanceFile(state)
                    .write(new Remembered(node.equals(ANNOTATED) ? null : new Remembered.Command(""), START.minusSeconds(60)));

            MaintenanceLab lab = new MaintenanceLab(state, SETTINGS);
            lab.read(node);

            assertThat(lab.announced()).containsExactly(MARKED_POD_CIDR);
            assertThat(lab.routes.tor().deltas).isEmpty();
            assertThat(lab.routes.tor().replacements).isEqualTo(1);
        }
    }

    @Test
    void anAgentThatBeginsUnderACauseAndRemembersNothingAnnouncesNothingFirst() {
        MaintenanceLab lab = new MaintenanceLab(state, SETTINGS);
        lab.routes.apply(ANNOTATED); // before everything has been read
        lab.read(ANNOTATED);

        assertThat(lab.announced()).containsExactly(MARKED_POD_CIDR);
        assertThat(lab.routes.tor().deltas).isEmpty();
        assertThat(lab.controller.view().since()).isEqualTo(START);

        lab.routes.apply(node(""));
        lab.routes.apply(ANNOTATED);
        assertThat(lab.controller.view().phase()).isEqualTo(Phase.SHUTTING_DOWN);
    }

    @Test
    void whatDrainedTheNodeMayHaveGoneWhileTheAgentWasAway() {
        new MaintenanceFile(state).write(new Remembered(null, START.minusSeconds(60)));

        MaintenanceLab lab = new MaintenanceLab(state, SETTINGS);
        assertThat(lab.controller.view().phase()).isEqualTo(Phase.DRAINED); // until the Node has been read
        lab.read(node(""));

        assertThat(lab.controller.view()).isEqualTo(MaintenanceView.active("k8s-w1"));
        assertThat(lab.announced()).containsExactly(VIP, POD_CIDR);
        assertThat(new MaintenanceFile(state).read()).isEqualTo(Remembered.NOTHING);
    }

    @Test
    void aBeginInTheFutureGivesAWholeGracePeriodAndNoMore() {
        new MaintenanceFile(state).write(new Remembered(new Remembered.Command(""), START.plus(Duration.ofDays(1))));

        MaintenanceLab lab = MaintenanceLab.synced(state, SETTINGS, node(""));

        assertThat(lab.controller.view().nextStepAt()).isEqualTo(START.plus(GRACE));
    }

    @Test
    void aClockThatIsSetDoesNotMoveTheEndOfARunningGracePeriod() {
        MaintenanceLab lab = MaintenanceLab.synced(state, SETTINGS, node(""));
        lab.drain("");

        lab.routes.loop.clock().set(START.minus(Duration.ofDays(1)));
        lab.routes.apply(ANNOTATED);
        assertThat(lab.routes.loop.timers()).isEqualTo(1);
        lab.pass(Duration.ofDays(1).plus(GRACE)); // the manual loop's timers are of its clock

        assertThat(lab.controller.view().phase()).isEqualTo(Phase.DRAINED);
    }

    @Test
    void aChangedGracePeriodIsMeasuredFromTheBeginAndNothingComesBack() {
        MaintenanceLab lab = MaintenanceLab.synced(state, SETTINGS, node(""));
        lab.drain("");
        lab.pass(Duration.ofSeconds(20));

        lab.controller.reconfigure(grace(Duration.ofSeconds(25)));
        assertThat(lab.controller.view().nextStepAt()).isEqualTo(START.plusSeconds(25));
        assertThat(lab.routes.loop.timers()).isEqualTo(1);
        lab.controller.reconfigure(grace(Duration.ofSeconds(5)));
        assertThat(lab.controller.view().phase()).isEqualTo(Phase.DRAINED);
        lab.controller.reconfigure(grace(Duration.ofSeconds(60)));
        assertThat(lab.controller.view().phase()).isEqualTo(Phase.DRAINED);
        assertThat(lab.announced()).containsExactly(MARKED_POD_CIDR);
    }

    @Test
    void settingsThatNoLongerNameTheTaintEndTheMaintenance() {
        MaintenanceLab lab =
                MaintenanceLab.synced(state, SETTINGS, node("spec.taints = [{ key = roadstead.io/drain, effect = NoSchedule }]"));
        assertThat(lab.controller.view().phase()).isEqualTo(Phase.SHUTTING_DOWN);

        lab.controller.reconfigure(new MaintenanceSettings(Set.of(), List.of(), false, GRACE, Set.of(), PodCidr.KEEP));

        assertThat(lab.announced()).containsExactly(VIP, POD_CIDR);
    }

    @Test
    void thePodCidrOfADrainedNodeStaysUntilItsLastPodHasGone() {
        MaintenanceLab lab = MaintenanceLab.synced(state, SETTINGS, ANNOTATED);
        lab.routes.apply(pod("here", "k8s-w1", "172.20.1.7", ""), pod("host", "k8s-w1", "172.20.1.1", "spec.hostNetwork = true"),
                pod("done", "k8s-w1", "172.20.1.8", "status.phase = Succeeded"), pod("other", "k8s-w0", "172.20.1.9", ""),
                pod("elsewhere", "k8s-w1", "10.0.0.1", ""));
        lab.pass(GRACE);
        assertThat(lab.controller.view().keeps()).extracting(MaintenanceView.Kept::reason).containsExactly("1 Pod has an address in it");

        lab.routes.delete("Pod", "default", "here");
        assertThat(lab.controller.view().keeps()).isEmpty();
        assertThat(lab.announced()).isEmpty();

        lab.routes.apply(pod("late", "k8s-w1", "172.20.1.9", ""));
        assertThat(lab.announced()).containsExactly(MARKED_POD_CIDR);
        lab.routes.apply(pod("late", "k8s-w1", "172.20.1.9", "status.phase = Failed"));
        assertThat(lab.announced()).isEmpty();
        assertThat(codes(lab, POD_CIDR)).containsExactly(RouteReason.NODE_DRAINED);
    }

    @Test
    void thePodCidrStaysWhereNothingIsKnownOfPods() {
        MaintenanceLab lab = MaintenanceLab.synced(state, SETTINGS, ANNOTATED);
        lab.pass(GRACE);

        assertThat(lab.announced()).containsExactly(MARKED_POD_CIDR);
        assertThat(lab.controller.view().keeps()).extracting(MaintenanceView.Kept::reason)
                .containsExactly("the source gives no Pods, so it is not known whether any is left");

        lab.routes.apply(pod("other", "k8s-w0", "172.20.0.9", ""));
        assertThat(lab.announced()).isEmpty();
    }

    @Test
    void podsAreAskedForWhileTheyDecideAndWhatWasKnownOfThemInAnEarlierMaintenanceDoesNotCount() {
        MaintenanceLab lab = MaintenanceLab.synced(state, grace(Duration.ZERO), node(""));
        assertThat(lab.needs).containsOnly(Needs.OWN_NODE);
        lab.drain("");
        assertThat(lab.needs.getLast()).isEqualTo(new Needs(Needs.Scope.OWN_NODE, Needs.Scope.OWN_NODE, false));
        lab.routes.apply(pod("here", "k8s-w1", "172.20.1.7", ""));
        assertThat(lab.controller.view().keeps()).isNotEmpty();

        lab.undrain();
        assertThat(lab.needs.getLast()).isEqualTo(Needs.OWN_NODE);
        lab.routes.delete("Pod", "default", "here"); // by a source that nobody asks for Pods any more
        lab.drain("");
        assertThat(lab.announced()).containsExactly(MARKED_POD_CIDR);
    }

    @Test
    void thePodCidrGoesWithTheRestOrNeverWhereSaid() {
        MaintenanceLab withdraw = MaintenanceLab.synced(state, new MaintenanceSettings(SETTINGS.taints(), List.of(), false, GRACE,
                Set.of(), PodCidr.WITHDRAW), ANNOTATED);
        withdraw.pass(GRACE);
        assertThat(withdraw.announced()).isEmpty();

        MaintenanceLab keep = MaintenanceLab.synced(state.resolve(".."), new MaintenanceSettings(SETTINGS.taints(), List.of(), false, GRACE,
                Set.of("Service"), PodCidr.KEEP), ANNOTATED);
        keep.pass(GRACE);
        assertThat(keep.announced()).containsExactly(MARKED_VIP, MARKED_POD_CIDR);
        assertThat(keep.controller.view().keeps()).extracting(MaintenanceView.Kept::type).containsExactly("PodCIDR", "Service");
    }

    @Test
    void anExplanationNamesTheMaintenanceItsCauseAndTheWayBackAndNoOtherReasonIsHidden() {
        MaintenanceLab lab = MaintenanceLab.synced(state, SETTINGS, ANNOTATED);
        lab.routes.apply(RouteLab.service("other", "other", "172.16.1.2", "Cluster"));
        assertThat(codes(lab, VIP)).containsExactly(RouteReason.ANNOUNCED);

        lab.pass(GRACE);

        ExplainView view = lab.routes.controller.explainService("default", "webpod");
        assertThat(view.rows()).filteredOn(row -> row.prefix() != null).singleElement().satisfies(row -> {
            assertThat(row.announced()).isFalse();
            assertThat(row.reason()).hasToString("the node is drained: annotation roadstead.io/drain=true "
                    + "(undone by: kubectl annotate node k8s-w1 roadstead.io/drain-)");
        });
        assertThat(view.facts()).anyMatch(fact -> fact.startsWith("NODE_DRAINED: "));
        assertThat(lab.routes.controller.explainService("default", "other").rows()).extracting(row -> row.reason().code())
                .containsExactly(RouteReason.SELECTOR_MISMATCH);
        assertThat(lab.routes.controller.problems()).isEmpty();
        assertThat(lab.controller.problems()).isEmpty();
    }

    @Test
    void anAdvertiserThatIsReplacedFailsOrChangesItsMindDuringTheMaintenanceDisturbsNothing() {
        MaintenanceLab lab = MaintenanceLab.synced(state, SETTINGS, ANNOTATED);
        lab.pass(GRACE);
        var webpod = RouteLab.decode(RouteLab.service("webpod", "webpod", "172.16.1.1", "Cluster")).key();

        lab.routes.controller.advertiserRemoved(lab.routes.services);
        lab.routes.controller.advertiserAdded(lab.routes.services);
        assertThat(lab.announced()).containsExactly(MARKED_POD_CIDR);
        lab.routes.services.failing.add(webpod);
        lab.routes.apply(RouteLab.service("webpod", "webpod", "172.16.1.1", "Local"));
        assertThat(lab.announced()).containsExactly(MARKED_POD_CIDR);

        lab.routes.apply(node(""));
        assertThat(lab.announced()).as("its last good decision is in force, not the withdrawal").containsExactly(VIP, POD_CIDR);
    }

    @Test
    void anAdvertiserThatFailsWhenTheNodeIsDrainedDoesNotKeepItsRoutes() {
        MaintenanceLab lab = MaintenanceLab.synced(state, SETTINGS, node(""));
        lab.routes.services.failing.add(RouteLab.decode(RouteLab.service("webpod", "webpod", "172.16.1.1", "Cluster")).key());

        lab.routes.apply(ANNOTATED);
        assertThat(lab.announced()).containsExactly(MARKED_VIP, MARKED_POD_CIDR);
        lab.pass(GRACE);
        assertThat(lab.announced()).containsExactly(MARKED_POD_CIDR);
    }

    @ParameterizedTest
    @ValueSource(strings = {"True", "yes", "", "1"})
    void anAnnotationThatIsNeitherTrueNorFalseHasNoEffectAndIsAProblem(String value) {
        MaintenanceLab lab = MaintenanceLab.synced(state, SETTINGS,
                node("metadata.annotations { \"roadstead.io/drain\" = \"" + value + "\" }"));

        assertThat(lab.controller.view().phase()).isEqualTo(Phase.ACTIVE);
        assertThat(lab.controller.problems()).containsExactly("Node k8s-w1: annotation roadstead.io/drain='" + value
                + "' is neither true nor false and has no effect; write true, or remove it");

        lab.routes.apply(node("metadata.annotations { \"roadstead.io/drain\" = \"false\" }"));
        assertThat(lab.controller.problems()).isEmpty();
    }

    @Test
    void aReasonOfSeveralLinesOrWithoutEndIsRefusedAndNothingChanges() {
        MaintenanceLab lab = MaintenanceLab.synced(state, SETTINGS, node(""));

        for (String reason : List.of("a\nbegun=2026-01-01T00:00:00Z", "x".repeat(257), "\u0007")) {
            assertThatThrownBy(() -> lab.drain(reason)).hasCauseInstanceOf(RoadsteadException.class).cause()
                    .hasFieldOrPropertyWithValue("code", CommonErrorCode.BAD_REQUEST);
        }
        assertThat(lab.controller.view().phase()).isEqualTo(Phase.ACTIVE);
        assertThat(lab.drain("ü=x ".repeat(64)).phase()).isEqualTo(Phase.SHUTTING_DOWN);
        assertThat(new MaintenanceFile(state).read().command()).isEqualTo(new Remembered.Command("ü=x ".repeat(64)));
    }

    @Test
    void aCommandThatCannotBeStoredWorksSaysSoAndIsAProblemUntilItCan() throws IOException {
        Path gone = state.resolve("not-there");
        MaintenanceLab lab = MaintenanceLab.synced(gone, SETTINGS, node(""));

        assertThatThrownBy(() -> lab.drain("")).hasCauseInstanceOf(RoadsteadException.class).hasMessageContaining("a restart of the agent");
        assertThat(lab.announced()).containsExactly(MARKED_VIP, MARKED_POD_CIDR);
        assertThat(lab.controller.problems()).singleElement().asString().contains("not-there").contains("cannot be written");

        Files.createDirectories(gone);
        lab.drain("");
        assertThat(lab.controller.problems()).isEmpty();
        assertThat(new MaintenanceFile(gone).read().begun()).isEqualTo(START);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "begun=yesterday"})
    void aFileThatCannotBeUnderstoodIsAProblemAndNoMaintenance(String content) throws IOException {
        Files.writeString(state.resolve("maintenance"), content);

        MaintenanceLab lab = MaintenanceLab.synced(state, SETTINGS, node(""));

        assertThat(lab.controller.view().phase()).isEqualTo(Phase.ACTIVE);
        assertThat(lab.controller.problems()).singleElement().asString().contains("maintenance").contains("roadstead node drain");
        lab.undrain();
        assertThat(lab.controller.problems()).isEmpty();
        assertThat(new MaintenanceFile(state).read()).isEqualTo(Remembered.NOTHING);
    }

    @Test
    void thePhaseIsAFigure() {
        MaintenanceLab lab = MaintenanceLab.synced(state, SETTINGS, ANNOTATED);

        assertThat(lab.controller.collect()).singleElement().satisfies(metric -> {
            assertThat(metric.name()).isEqualTo("roadstead_node_maintenance_phase");
            assertThat(metric.samples()).extracting(sample -> sample.labels().get("phase") + "=" + (int) sample.value())
                    .containsExactly("active=0", "shutting-down=1", "drained=0");
        });
    }

    private static MaintenanceSettings grace(Duration grace) {
        return new MaintenanceSettings(SETTINGS.taints(), List.of(), false, grace, Set.of(), PodCidr.UNTIL_EMPTY);
    }

    private static List<Object> codes(MaintenanceLab lab, String prefix) {
        return lab.routes.controller.explainRoute(IpPrefix.parse(prefix)).rows().stream().<Object>map(row -> row.reason().code()).toList();
    }
}
