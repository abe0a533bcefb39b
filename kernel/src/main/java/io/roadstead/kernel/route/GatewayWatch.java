package io.roadstead.kernel.route;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.time.Loop;
import io.roadstead.kernel.route.DefaultGateways.Gateway;

/** Remembers which gateways a plan was made with, and has it made anew when they are others. Without a peer that is discovered it does nothing. */
final class GatewayWatch {

    /** A node's default route seldom changes, and a session with a gateway that has gone ends by its hold timer anyway. */
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final Loop control;
    private final DefaultGateways gateways;
    private final Runnable replan;
    private final Map<AddressFamily, Optional<Gateway>> answers = new EnumMap<>(AddressFamily.class);
    private boolean timerSet;

    GatewayWatch(Loop control, DefaultGateways gateways, Runnable replan) {
        this.control = control;
        this.gateways = gateways;
        this.replan = replan;
    }

    /** Before a plan is made: what earlier plans asked for counts no more. */
    void begin() {
        answers.clear();
    }

    /** For the plan that is being made. */
    Optional<Gateway> of(AddressFamily family) {
        if (!timerSet) {
            timerSet = true;
            control.schedule(INTERVAL, this::look);
        }
        return answers.computeIfAbsent(family, gateways::of);
    }

    private void look() {
        timerSet = false;
        if (answers.isEmpty()) {
            return;
        }
        if (answers.entrySet().stream().allMatch(answer -> gateways.of(answer.getKey()).equals(answer.getValue()))) {
            timerSet = true;
            control.schedule(INTERVAL, this::look);
        } else {
            replan.run();
        }
    }
}
