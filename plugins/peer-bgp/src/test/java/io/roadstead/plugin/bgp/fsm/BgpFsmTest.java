package io.roadstead.plugin.bgp.fsm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import io.roadstead.api.model.bgp.SessionState;
import io.roadstead.plugin.bgp.Seeds;
import io.roadstead.plugin.bgp.fsm.FsmAction.StartTimer;
import io.roadstead.testkit.GoldenFiles;

class BgpFsmTest {

    private static final FsmConfig CONFIG = new FsmConfig(Duration.ofSeconds(10), Duration.ofSeconds(90), Duration.ofSeconds(30), false);
    private static final FsmConfig PASSIVE = new FsmConfig(Duration.ofSeconds(10), Duration.ofSeconds(90), Duration.ofSeconds(30), true);
    private static final Notice NOTICE = new Notice(99, 1, "ab");
    private static final List<FsmEvent> EVENTS = List.of(new FsmEvent.ManualStart(), new FsmEvent.ManualStop(NOTICE),
            new FsmEvent.AutomaticStart(),
            new FsmEvent.ConnectRetryTimerExpires(), new FsmEvent.HoldTimerExpires(), new FsmEvent.KeepaliveTimerExpires(),
            new FsmEvent.IdleHoldTimerExpires(), new FsmEvent.TcpCrAcked(), new FsmEvent.TcpConnectionConfirmed(),
            new FsmEvent.TcpConnectionFails(), new FsmEvent.BgpOpen(Duration.ofSeconds(12)), new FsmEvent.BgpHeaderErr(NOTICE),
            new FsmEvent.BgpOpenMsgErr(NOTICE), new FsmEvent.OpenCollisionDump(), new FsmEvent.NotifMsgVerErr(), new FsmEvent.NotifMsg(),
            new FsmEvent.KeepAliveMsg(), new FsmEvent.UpdateMsg(), new FsmEvent.UpdateMsgErr(NOTICE), new FsmEvent.RouteRefreshMsg(),
            new FsmEvent.SendHoldTimerExpires());

    @Test
    void theListOfEventsIsComplete() {
        assertThat(EVENTS.stream().map(Object::getClass).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(FsmEvent.class.getPermittedSubclasses());
    }

    @Test
    void everyCellOfTheTableIsAsWritten() {
        GoldenFiles.assertMatches(BgpFsmTest.class, "fsm-table.txt", table(CONFIG));
    }

    @Test
    void aPassiveMachineNeverConnects() {
        for (SessionState from : EnumSet.complementOf(EnumSet.of(SessionState.CONNECT))) {
            for (FsmEvent event : EVENTS) {
                assertThat(BgpFsm.next(state(from), event, PASSIVE).actions()).as("%s %s", from, event)
                        .doesNotContain(new FsmAction.Connect());
            }
        }
        assertThat(BgpFsm.next(FsmState.INITIAL, new FsmEvent.ManualStart(), PASSIVE).state().state()).isEqualTo(SessionState.ACTIVE);
        assertThat(BgpFsm.next(state(SessionState.ACTIVE), new FsmEvent.ConnectRetryTimerExpires(), PASSIVE).actions()).isEmpty();
    }

    @Test
    void theFirstAttemptIsMadeAtOnceAndTheWaitBetweenLaterOnesDoublesUpToConnectRetry() {
        FsmState state = BgpFsm.next(FsmState.INITIAL, new FsmEvent.ManualStart(), CONFIG).state();
        StringBuilder waits = new StringBuilder();

        for (int i = 0; i < 6; i++) {
            Transition failed = BgpFsm.next(state, new FsmEvent.TcpConnectionFails(), CONFIG);
            waits.append(waitOf(failed)).append(' ');
            state = BgpFsm.next(failed.state(), new FsmEvent.ConnectRetryTimerExpires(), CONFIG).state();
        }

        assertThat(waits).hasToString("1s 2s 4s 8s 10s 10s ");
    }

    @Test
    void aPeerThatResetsEveryConnectionIsAskedLessAndLess() {
        FsmState state = FsmState.INITIAL;
        StringBuilder waits = new StringBuilder();

        for (int i = 0; i < 6; i++) {
            Transition lost = lose(establish(state, CONFIG));
            waits.append(waitOf(lost)).append(' ');
            state = lost.state();
        }

        assertThat(waits).hasToString("1s 2s 4s 8s 10s 10s ");
    }

    @Test
    void aSessionThatLivedForAHoldTimeIsForgivenItsPast() {
        FsmState state = establish(lose(establish(FsmState.INITIAL, CONFIG)).state(), CONFIG);

        for (int i = 0; i < 3; i++) {
            state = BgpFsm.next(state, new FsmEvent.KeepAliveMsg(), CONFIG).state();
        }

        assertThat(waitOf(lose(state))).isEqualTo("1s");
    }

    @Test
    void theSmallerHoldTimeHoldsAndKeepaliveIsAtMostAThirdOfIt() {
        assertThat(negotiated(Duration.ofMinutes(3))).isEqualTo("90s 30s");
        assertThat(negotiated(Duration.ofSeconds(9))).isEqualTo("9s 3s");
        assertThat(negotiated(Duration.ofSeconds(4))).isEqualTo("4s 1.333333333s");
        assertThat(negotiated(Duration.ZERO)).isEqualTo("0s 0s");
    }

    @Test
    void withHoldTimeZeroNoTimerRunsOnceEstablished() {
        FsmState sent = state(SessionState.OPEN_SENT);

        Transition agreed = BgpFsm.next(sent, new FsmEvent.BgpOpen(Duration.ZERO), CONFIG);
        Transition up = BgpFsm.next(agreed.state(), new FsmEvent.KeepAliveMsg(), CONFIG);
        Transition update = BgpFsm.next(up.state(), new FsmEvent.UpdateMsg(), CONFIG);

        assertThat(text(agreed.actions())).isEqualTo("StopTimer HOLD, SendKeepalive");
        assertThat(text(up.actions())).isEqualTo("SessionUp");
        assertThat(text(update.actions())).isEqualTo("ProcessUpdate");
    }

    @Test
    void aSilentStopTellsThePeerNothing() {
        Transition stopped = BgpFsm.next(state(SessionState.ESTABLISHED), FsmEvent.ManualStop.SILENT, CONFIG);

        assertThat(text(stopped.actions())).isEqualTo("Disconnect, StopTimers, SessionDown");
    }

    @Test
    void noSequenceOfEventsLeavesANotificationWithoutADisconnectOrASessionDownWithoutAnUp() {
        long seed = Seeds.one(BgpFsmTest.class, 4271);
        Random random = new Random(seed);
        FsmState state = FsmState.INITIAL;
        boolean up = false;
        for (int i = 0; i < 200_000; i++) {
            FsmEvent event = EVENTS.get(random.nextInt(EVENTS.size()));
            Transition transition = BgpFsm.next(state, event, random.nextBoolean() ? CONFIG : PASSIVE);
            List<FsmAction> actions = transition.actions();
            for (int at = 0; at < actions.size(); at++) {
                if (actions.get(at) instanceof FsmAction.SendNotification) {
                    assertThat(actions.get(at + 1)).as("seed %d step %d", seed, i).isInstanceOf(FsmAction.Disconnect.class);
                }
                if (actions.get(at) instanceof FsmAction.SessionUp || actions.get(at) instanceof FsmAction.SessionDown) {
                    assertThat(actions.get(at) instanceof FsmAction.SessionUp).as("seed %d step %d", seed, i).isNotEqualTo(up);
                    up = !up;
                }
            }
            state = transition.state();
            assertThat(up).as("seed %d step %d", seed, i).isEqualTo(state.state() == SessionState.ESTABLISHED);
        }
    }

    private static String table(FsmConfig config) {
        return Arrays.stream(SessionState.values())
                .flatMap(from -> EVENTS.stream().map(event -> row(from, event, BgpFsm.next(state(from), event, config))))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String row(SessionState from, FsmEvent event, Transition transition) {
        String to = transition.state().equals(state(from)) ? "-" : transition.state().state().toString();
        return String.format("%-12s %-24s %-12s %s", from, event.getClass().getSimpleName(), to, text(transition.actions()))
                .stripTrailing();
    }

    private static FsmState state(SessionState state) {
        boolean agreed = state.compareTo(SessionState.OPEN_CONFIRM) >= 0;
        FsmState plain = FsmState.INITIAL.to(state);
        return agreed ? plain.negotiated(Duration.ofSeconds(9), Duration.ofSeconds(3)) : plain;
    }

    private static FsmState establish(FsmState from, FsmConfig config) {
        FsmState state = from;
        for (FsmEvent event : List.of(new FsmEvent.AutomaticStart(), new FsmEvent.TcpCrAcked(), new FsmEvent.BgpOpen(Duration.ofSeconds(9)),
                new FsmEvent.KeepAliveMsg())) {
            state = BgpFsm.next(state, event, config).state();
        }
        assertThat(state.state()).isEqualTo(SessionState.ESTABLISHED);
        return state;
    }

    private static Transition lose(FsmState established) {
        return BgpFsm.next(established, new FsmEvent.TcpConnectionFails(), CONFIG);
    }

    private static String negotiated(Duration offered) {
        FsmState agreed = BgpFsm.next(state(SessionState.OPEN_SENT), new FsmEvent.BgpOpen(offered), CONFIG).state();
        return seconds(agreed.hold()) + " " + seconds(agreed.keepalive());
    }

    private static String waitOf(Transition transition) {
        return transition.actions().stream().filter(StartTimer.class::isInstance).map(StartTimer.class::cast)
                .map(timer -> seconds(timer.duration())).collect(Collectors.joining());
    }

    private static String text(List<FsmAction> actions) {
        return actions.stream().map(action -> switch (action) {
            case StartTimer start -> start.timer() + " " + seconds(start.duration());
            case FsmAction.StopTimer stop -> "StopTimer " + stop.timer();
            case FsmAction.SendNotification send -> "SendNotification " + send.notice();
            default -> action.getClass().getSimpleName();
        }).collect(Collectors.joining(", "));
    }

    private static String seconds(Duration duration) {
        return duration.toString().toLowerCase(Locale.ROOT).replace("pt", "").replace("1m30s", "90s");
    }
}
