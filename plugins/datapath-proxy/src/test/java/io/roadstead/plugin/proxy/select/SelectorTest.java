package io.roadstead.plugin.proxy.select;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.roadstead.api.lb.FlowHash;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.lb.FrontendType;
import io.roadstead.api.lb.LocalNode;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.plugin.proxy.States;

class SelectorTest {

    private static final LocalNode NODE = new LocalNode("node-1", List.of(IpAddress.parse("192.0.2.1"), IpAddress.parse("2001:db8::1")),
            List.of(IpPrefix.parse("10.1.0.0/24"), IpPrefix.parse("fd00:1::/64")), "", 4711);
    private static final InetSocketAddress[] BACKENDS = IntStream.range(1, 8)
            .mapToObj(index -> new InetSocketAddress(InetAddress.ofLiteral("10.0.0." + index), 80)).toArray(InetSocketAddress[]::new);
    private final Selector selector = new Selector(new Random(1));

    private Choice choose(FrontendState state, Client client, BackendKey... tried) {
        return selector.choose(new Serving(state, null), client, NODE, 0, Set.of(tried));
    }

    private static Client outside(int port) {
        return new Client(IpAddress.parse("198.51.100.7"), port);
    }

    /** The kernel's programs compute this very slot. */
    @Test
    void theSlotIsTheFlowHashOfSourceAndPortsModuloTheTable() {
        FrontendState state = States.tcp("203.0.113.1", 80).to(BACKENDS).build();
        for (int port = 1024; port < 2024; port++) {
            int slot = FlowHash.slot(FlowHash.of(outside(port).address(), port, 80, 6, 4711), 251);

            assertThat(choose(state, outside(port))).isEqualTo(new Choice.Forward(state, state.backends().get(slot % 7), slot));
        }
    }

    @Test
    void withAffinityThePortOfTheClientDoesNotCount() {
        FrontendState state = States.udp("203.0.113.1", 53).affinity(Duration.ofHours(1)).to(BACKENDS).build();
        int slot = FlowHash.slot(FlowHash.of(outside(1).address(), 0, 53, 17, 4711), 251);

        for (int port = 1; port < 100; port++) {
            assertThat(selector.decide(new Serving(state, null), outside(port), NODE, 0, Set.of()))
                    .isEqualTo(new Choice.Forward(state, state.backends().get(slot % 7), slot));
        }
    }

    @Test
    void aQuestionRemembersNobody() {
        FrontendState state = States.tcp("203.0.113.1", 80).affinity(Duration.ofHours(1)).to(BACKENDS).build();

        selector.decide(new Serving(state, null), outside(1), NODE, 0, Set.of());
        assertThat(selector.remembered()).isZero();
        choose(state, outside(1));
        assertThat(selector.remembered()).isEqualTo(1);
        selector.expire(3600);
        assertThat(selector.remembered()).isZero();
    }

    @Test
    void thoseThatWereTriedAreSkippedUntilNobodyIsLeft() {
        FrontendState state = States.tcp("203.0.113.1", 80).to(BACKENDS).build();
        Set<BackendKey> tried = new HashSet<>();
        for (int i = 0; i < BACKENDS.length; i++) {
            Choice.Forward next = (Choice.Forward) choose(state, outside(1), tried.toArray(BackendKey[]::new));
            assertThat(tried.add(BackendKey.of(next.backend()))).isTrue();
        }

        assertThat(choose(state, outside(1), tried.toArray(BackendKey[]::new)))
                .isEqualTo(new Choice.Refuse(state, Reason.BACKEND_FAILED, false));
    }

    @Test
    void aBackendThatDoesNotAnswerLeavesItsShareToOthers() {
        FrontendState state = States.tcp("203.0.113.1", 80).to(BACKENDS).build();
        BackendKey dead = BackendKey.of(state.backends().getFirst());
        Set<BackendKey> heirs = new HashSet<>();
        for (int port = 1; port < 2000; port++) {
            if (BackendKey.of(((Choice.Forward) choose(state, outside(port))).backend()).equals(dead)) {
                heirs.add(BackendKey.of(((Choice.Forward) choose(state, outside(port), dead)).backend()));
            }
        }

        assertThat(heirs).isNotEmpty().doesNotContain(dead);
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, true", "127.8.8.8, true", "::1, true", "192.0.2.1, true", "2001:db8::1, true", "10.1.0.9, true",
        "fd00:1::9, true",
        "10.1.1.9, false", "192.0.2.2, false", "2001:db8::2, false"})
    void insideAreThisMachineAndItsPods(String client, boolean inside) {
        FrontendState external = States.tcp("203.0.113.1", 80).to(BACKENDS).build();
        FrontendState internal = States.tcp("203.0.113.1", 80).to(BACKENDS[0]).internal().build();

        Choice choice = selector.choose(new Serving(external, internal), new Client(IpAddress.parse(client), 1), NODE, 0, Set.of());

        assertThat(((Choice.Forward) choice).state()).isEqualTo(inside ? internal : external);
    }

    @Test
    void aFrontendForInsideIsNothingForOthers() {
        FrontendState clusterIp = States.tcp("203.0.113.1", 80).type(FrontendType.CLUSTER_IP).to(BACKENDS).build();
        FrontendState internal = States.tcp("203.0.113.1", 80).to(BACKENDS).internal().build();

        assertThat(choose(clusterIp, outside(1))).isEqualTo(new Choice.Refuse(clusterIp, Reason.NOT_ROUTABLE, false));
        assertThat(selector.choose(new Serving(null, internal), outside(1), NODE, 0, Set.of()))
                .isEqualTo(new Choice.Refuse(internal, Reason.NOT_ROUTABLE, false));
        assertThat(selector.choose(Serving.NOBODY, outside(1), NODE, 0, Set.of()))
                .isEqualTo(new Choice.Refuse(null, Reason.NOT_ROUTABLE, false));
    }

    @Test
    void theClientLongestNotSeenIsForgottenFirst() {
        Affinities affinities = new Affinities(2);
        BackendKey backend = new BackendKey(IpAddress.parse("10.0.0.1"), 80);
        List<IpAddress> clients = List.of(IpAddress.parse("192.0.2.1"), IpAddress.parse("192.0.2.2"), IpAddress.parse("192.0.2.3"));
        FrontendState state = States.tcp("203.0.113.1", 80).build();

        affinities.put(state.frontend().scope(), clients.get(0), backend, 10);
        affinities.put(state.frontend().scope(), clients.get(1), backend, 10);
        affinities.put(state.frontend().scope(), clients.get(0), backend, 10);
        affinities.put(state.frontend().scope(), clients.get(2), backend, 10);

        assertThat(affinities.size()).isEqualTo(2);
        assertThat(affinities.get(state.frontend().scope(), clients.get(1), 0)).isNull();
        assertThat(Objects.requireNonNull(affinities.get(state.frontend().scope(), clients.get(0), 9))).isEqualTo(backend);
        assertThat(affinities.get(state.frontend().scope(), clients.get(0), 10)).isNull();
    }
}
