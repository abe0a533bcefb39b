package io.roadstead.plugin.bgp.session;

import static io.roadstead.plugin.bgp.session.Specs.specs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.peer.PeerSpec;
import io.roadstead.api.peer.Reconfiguration;
import io.roadstead.api.peer.Reconfiguration.Outcome;

class SpecChangeTest {

    static Stream<Arguments> changes() {
        return Stream.of(arguments("localAsn", specs().localAsn(65009), Outcome.RESET),
                arguments("routerId", specs().routerId("9.9.9.9"), Outcome.RESET),
                arguments("localPort", specs().localPort(1790), Outcome.APPLIED),
                arguments("peerAddress", specs().peer("192.0.2.9", 179), Outcome.RESET),
                arguments("peerPort", specs().peer("192.0.2.2", 1790), Outcome.RESET),
                arguments("peerAsn", specs().peerAsn(65009), Outcome.RESET),
                arguments("localAddress", specs().localAddress("192.0.2.1"), Outcome.RESET),
                arguments("sourceInterface", specs().sourceInterface("eth1"), Outcome.RESET),
                arguments("timers", specs().timers(30, 3), Outcome.PENDING), arguments("timers", specs().timers(9, 1), Outcome.PENDING),
                arguments("timers", specs().connectRetry(1), Outcome.APPLIED),
                arguments("password", specs().password("new"), Outcome.RESET),
                arguments("restartTime", specs().restartTime(15), Outcome.PENDING),
                arguments("ebgpMultihop", specs().ebgpMultihop(2), Outcome.APPLIED),
                arguments("families", specs().families(AfiSafi.values()), Outcome.RESET));
    }

    @ParameterizedTest(name = "{0} {2}")
    @MethodSource("changes")
    void everyFieldNeedsWhatTheTableSays(String field, Specs changed, Outcome outcome) {
        Reconfiguration change = SpecChange.classify(specs().build(), changed.build());

        assertThat(change.outcome()).isEqualTo(outcome);
        assertThat(change.pending()).isEqualTo(outcome == Outcome.PENDING ? Set.of(field) : Set.of());
        assertThat(change.reset()).isEqualTo(outcome == Outcome.RESET ? Set.of(field) : Set.of());
    }

    @Test
    void noFieldIsForgotten() {
        Set<String> covered = new TreeSet<>(Set.of("id", "passive"));
        changes().forEach(change -> covered.add((String) change.get()[0]));

        assertThat(Arrays.stream(PeerSpec.class.getRecordComponents()).map(component -> component.getName())).allMatch(covered::contains);
    }

    @Test
    void nothingChangedIsUnchanged() {
        assertThat(SpecChange.classify(specs().build(), specs().build()))
                .isEqualTo(new Reconfiguration(Outcome.UNCHANGED, Set.of(), Set.of()));
    }

    @Test
    void aPasswordThatReplacesAnotherOneIsExchangedInPlace() {
        assertThat(SpecChange.classify(specs().password("old").build(), specs().password("new").build()).outcome())
                .isEqualTo(Outcome.APPLIED);
        assertThat(SpecChange.classify(specs().password("old").build(), specs().build()).outcome()).isEqualTo(Outcome.RESET);
    }

    @Test
    void passiveAppliesAtOnce() {
        assertThat(SpecChange.classify(specs().localPort(179).build(), specs().localPort(179).passive().build()).outcome())
                .isEqualTo(Outcome.APPLIED);
    }

    @Test
    void withAResetNothingStaysPending() {
        Reconfiguration change = SpecChange.classify(specs().build(), specs().timers(30, 10).peerAsn(65009).build());

        assertThat(change).isEqualTo(new Reconfiguration(Outcome.RESET, Set.of(), Set.of("peerAsn")));
    }

    @Test
    void anotherPeerIsAnotherSession() {
        assertThatThrownBy(() -> SpecChange.classify(specs().build(), specs().id("instance-65001", "other").build()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
