package io.roadstead.testkit;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.bgp.SessionState;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.peer.PeerId;
import io.roadstead.api.peer.PeerListener;
import io.roadstead.api.peer.PeerProtocol;
import io.roadstead.api.peer.PeerSession;
import io.roadstead.api.peer.PeerSession.CloseReason;
import io.roadstead.api.peer.PeerSession.Direction;
import io.roadstead.api.peer.PeerSpec;
import io.roadstead.api.peer.PeerStatus;
import io.roadstead.api.peer.PeerStatus.FamilyStatus;
import io.roadstead.api.peer.Reconfiguration.Outcome;
import io.roadstead.api.peer.RibEntry;
import io.roadstead.api.peer.RouteDelta;
import io.roadstead.api.peer.RouteEntry;

/** What every {@link PeerProtocol} must do: two of them talk to each other over real connections and in real time. */
public abstract class PeerProtocolContract {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final IpPrefix ONE = IpPrefix.parse("10.1.0.0/24");
    private static final IpPrefix TWO = IpPrefix.parse("10.2.0.0/24");
    private static final IpPrefix THREE = IpPrefix.parse("10.3.0.0/24");

    private final Told routerTold = new Told();
    private final Told nodeTold = new Told();
    private PeerProtocol<?> router;
    private PeerProtocol<?> node;

    /** A new one, not started. The contract closes it. */
    protected abstract PeerProtocol<?> newProtocol();

    /** The session as the end sees it that waits for the other; IPv4 unicast. */
    protected abstract PeerSpec routerEnd();

    /** The same session as the end sees it that connects. */
    protected abstract PeerSpec nodeEnd();

    /** Both are closed: time to release what they stood on. */
    protected void afterClose() {
        // most stand on nothing
    }

    @BeforeEach
    void startBoth() {
        router = newProtocol();
        node = newProtocol();
        router.start(routerTold);
        node.start(nodeTold);
    }

    @AfterEach
    void closeBoth() {
        node.close();
        router.close();
        afterClose();
    }

    @Test
    void twoEndsComeTogetherAndTellSo() {
        PeerSession atRouter = router.open(routerEnd());
        PeerSession atNode = node.open(nodeEnd());

        established(atRouter, atNode);
        assertThat(atNode.id()).isEqualTo(nodeEnd().id());
        eventually(SOON, () -> assertThat(nodeTold.statuses).anyMatch(status -> status.state() == SessionState.ESTABLISHED));
        assertThat(atNode.status().established()).isNotNull();
        assertThat(atNode.status().appliedHold()).isNotNull();
    }

    @Test
    void whatIsWantedArrivesInOrderWithItsEnd() {
        PeerSession atRouter = router.open(routerEnd());
        PeerSession atNode = node.open(nodeEnd());
        atNode.replaceRoutes(AfiSafi.IPV4_UNICAST, plain(TWO, ONE));
        atRouter.replaceRoutes(AfiSafi.IPV4_UNICAST, Map.of());

        eventually(SOON, () -> assertThat(prefixes(atRouter, Direction.RECEIVED)).containsExactly(ONE, TWO));
        eventually(SOON, () -> assertThat(routerTold.endsOfRib).containsExactly(routerEnd().id()));
        eventually(SOON, () -> assertThat(prefixes(atNode, Direction.ADVERTISED)).containsExactly(ONE, TWO));
        eventually(SOON, () -> assertThat(await(router.rib(routerEnd().id().instance(), AfiSafi.IPV4_UNICAST))).hasSize(2)
                .allMatch(RibEntry::best));
        eventually(SOON, () -> assertThat(routerTold.bestPaths).contains(ONE, TWO));
        eventually(SOON, () -> assertThat(counts(atRouter).received()).isEqualTo(2));
        eventually(SOON, () -> assertThat(counts(atNode).advertised()).isEqualTo(2));
    }

    @Test
    void nothingIsSaidBeforeTheFirstFullSet() {
        PeerSession atRouter = router.open(routerEnd());
        PeerSession atNode = node.open(nodeEnd());
        established(atRouter, atNode);

        atRouter.replaceRoutes(AfiSafi.IPV4_UNICAST, Map.of());

        eventually(SOON, () -> assertThat(nodeTold.endsOfRib).hasSize(1));
        assertThat(routerTold.endsOfRib).isEmpty();
        assertThat(atNode.status().messages().updatesSent()).isZero();
    }

    @Test
    void aDeltaAndANewSetChangeOnlyWhatTheyChange() {
        PeerSession atRouter = router.open(routerEnd());
        PeerSession atNode = node.open(nodeEnd());
        atNode.replaceRoutes(AfiSafi.IPV4_UNICAST, plain(ONE, TWO));
        eventually(SOON, () -> assertThat(prefixes(atRouter, Direction.RECEIVED)).containsExactly(ONE, TWO));
        eventually(SOON, () -> assertThat(atNode.status().messages().updatesSent()).isEqualTo(2));

        atNode.replaceRoutes(AfiSafi.IPV4_UNICAST, plain(TWO, ONE));
        atNode.updateRoutes(AfiSafi.IPV4_UNICAST, new RouteDelta(plain(THREE), Set.of(ONE)));

        eventually(SOON, () -> assertThat(prefixes(atRouter, Direction.RECEIVED)).containsExactly(TWO, THREE));
        eventually(SOON, () -> assertThat(atNode.status().messages().updatesSent()).as("one announces, one withdraws").isEqualTo(4));
    }

    @Test
    void anEmptySetWithdrawsEverything() {
        PeerSession atRouter = router.open(routerEnd());
        PeerSession atNode = node.open(nodeEnd());
        atNode.replaceRoutes(AfiSafi.IPV4_UNICAST, plain(ONE, TWO));
        eventually(SOON, () -> assertThat(prefixes(atRouter, Direction.RECEIVED)).hasSize(2));

        atNode.replaceRoutes(AfiSafi.IPV4_UNICAST, Map.of());

        eventually(SOON, () -> assertThat(prefixes(atRouter, Direction.RECEIVED)).isEmpty());
        eventually(SOON, () -> assertThat(await(router.rib(routerEnd().id().instance(), AfiSafi.IPV4_UNICAST))).isEmpty());
    }

    @Test
    void aResetSessionComesBackWithItsRoutes() {
        PeerSession atRouter = router.open(routerEnd());
        PeerSession atNode = node.open(nodeEnd());
        atNode.replaceRoutes(AfiSafi.IPV4_UNICAST, plain(ONE));
        eventually(SOON, () -> assertThat(prefixes(atRouter, Direction.RECEIVED)).containsExactly(ONE));

        atNode.reset("contract");

        eventually(SOON, () -> assertThat(atRouter.status().flaps()).isEqualTo(1));
        established(atRouter, atNode);
        eventually(SOON, () -> assertThat(prefixes(atRouter, Direction.RECEIVED)).containsExactly(ONE));
    }

    @Test
    void anUnchangedSpecificationChangesNothing() {
        PeerSession atRouter = router.open(routerEnd());
        PeerSession atNode = node.open(nodeEnd());
        established(atRouter, atNode);

        assertThat(atNode.reconfigure(nodeEnd()).outcome()).isEqualTo(Outcome.UNCHANGED);
        assertThat(atNode.status().state()).isEqualTo(SessionState.ESTABLISHED);
    }

    @Test
    void aClosedSessionIsGoneAtBothEndsAndCanBeOpenedAgain() throws Exception {
        PeerSession atRouter = router.open(routerEnd());
        PeerSession atNode = node.open(nodeEnd());
        established(atRouter, atNode);

        atNode.close(CloseReason.DECONFIGURED).toCompletableFuture().get(SOON.toSeconds(), TimeUnit.SECONDS);

        eventually(SOON, () -> assertThat(atRouter.status().state()).isNotEqualTo(SessionState.ESTABLISHED));
        established(atRouter, node.open(nodeEnd()));
    }

    @Test
    void onePeerHasOneSession() {
        node.open(nodeEnd());

        assertThatThrownBy(() -> node.open(nodeEnd())).isInstanceOf(RoadsteadException.class);
    }

    @Test
    void closingTwiceIsClosingOnce() {
        node.open(nodeEnd());

        node.close();
        node.close();

        assertThat(node.status().problems()).isEmpty();
    }

    private static void established(PeerSession... sessions) {
        for (PeerSession session : sessions) {
            eventually(SOON,
                    () -> assertThat(session.status().state()).as(session.status().lastError()).isEqualTo(SessionState.ESTABLISHED));
        }
    }

    private static FamilyStatus counts(PeerSession session) {
        return Objects.requireNonNull(session.status().families().get(AfiSafi.IPV4_UNICAST));
    }

    private static Map<IpPrefix, RouteAttributes> plain(IpPrefix... prefixes) {
        Map<IpPrefix, RouteAttributes> routes = new LinkedHashMap<>();
        for (IpPrefix prefix : prefixes) {
            routes.put(prefix, RouteAttributes.PLAIN);
        }
        return routes;
    }

    private static List<IpPrefix> prefixes(PeerSession session, Direction direction) {
        return await(session.routes(direction, AfiSafi.IPV4_UNICAST)).stream().map(RouteEntry::prefix).toList();
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** What a protocol told. */
    private static final class Told implements PeerListener {
        private final Queue<PeerStatus> statuses = new ConcurrentLinkedQueue<>();
        private final Queue<PeerId> endsOfRib = new ConcurrentLinkedQueue<>();
        private final Queue<IpPrefix> bestPaths = new ConcurrentLinkedQueue<>();

        @Override
        public void statusChanged(PeerStatus status) {
            statuses.add(status);
        }

        @Override
        public void endOfRib(PeerId peer, AfiSafi family) {
            endsOfRib.add(peer);
        }

        @Override
        public void bestPathsChanged(String instance, AfiSafi family, List<IpPrefix> prefixes) {
            bestPaths.addAll(prefixes);
        }
    }
}
