package io.roadstead.plugin.bgp.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.roadstead.api.model.bgp.SessionState;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.RouterId;
import io.roadstead.plugin.bgp.session.Collision.Identity;
import io.roadstead.plugin.bgp.session.Collision.Verdict;

class CollisionTest {

    private static final Identity LOW = new Identity(RouterId.parse("10.0.0.1"), new AsNumber(65001));
    private static final Identity HIGH = new Identity(RouterId.parse("200.0.0.1"), new AsNumber(65000));

    @ParameterizedTest
    @CsvSource({"IDLE, NONE", "CONNECT, NONE", "ACTIVE, NONE", "OPEN_SENT, NONE", "OPEN_CONFIRM, DROP_NEW", "ESTABLISHED, DROP_NEW"})
    void whatTheOtherConnectionIsDecidesFirst(SessionState other, Verdict verdict) {
        assertThat(Collision.resolve(other, true, false, false, HIGH, LOW)).isEqualTo(verdict);
    }

    @Test
    void theSideWithTheHigherIdentifierKeepsItsOwnConnection() {
        assertThat(Collision.resolve(SessionState.OPEN_CONFIRM, true, false, false, HIGH, LOW)).as("we are higher, ours is old")
                .isEqualTo(Verdict.DROP_NEW);
        assertThat(Collision.resolve(SessionState.OPEN_CONFIRM, false, true, false, HIGH, LOW)).as("we are higher, ours is new")
                .isEqualTo(Verdict.DROP_OLD);
        assertThat(Collision.resolve(SessionState.OPEN_CONFIRM, true, false, false, LOW, HIGH)).as("we are lower, ours is old")
                .isEqualTo(Verdict.DROP_OLD);
        assertThat(Collision.resolve(SessionState.OPEN_CONFIRM, false, true, false, LOW, HIGH)).as("we are lower, ours is new")
                .isEqualTo(Verdict.DROP_NEW);
    }

    @Test
    void withEqualIdentifiersTheHigherAsDecides() {
        Identity lowAs = new Identity(LOW.routerId(), new AsNumber(64512));

        assertThat(Collision.resolve(SessionState.OPEN_CONFIRM, true, false, false, LOW, lowAs)).isEqualTo(Verdict.DROP_NEW);
        assertThat(Collision.resolve(SessionState.OPEN_CONFIRM, true, false, false, lowAs, LOW)).isEqualTo(Verdict.DROP_OLD);
    }

    @Test
    void aPeerThatConnectsTwiceHasGivenUpTheFirst() {
        assertThat(Collision.resolve(SessionState.OPEN_CONFIRM, false, false, false, HIGH, LOW)).isEqualTo(Verdict.DROP_OLD);
    }

    @Test
    void aPeerWithGracefulRestartThatConnectsAnewHasRestarted() {
        assertThat(Collision.resolve(SessionState.ESTABLISHED, true, false, true, HIGH, LOW)).isEqualTo(Verdict.REPLACE_DEAD);
    }
}
