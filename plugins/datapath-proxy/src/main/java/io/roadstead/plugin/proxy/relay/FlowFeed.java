package io.roadstead.plugin.proxy.relay;

import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.lb.Backend;
import io.roadstead.api.lb.Flow;
import io.roadstead.api.lb.FlowEvents.FlowEvent;
import io.roadstead.api.lb.FlowEvents.Kind;
import io.roadstead.api.lb.Frontend;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.lifecycle.Registration;
import io.roadstead.plugin.proxy.select.Client;
import io.roadstead.plugin.proxy.select.Reason;

/** Tells of flows. Costs next to nothing while nobody listens. Safe for any thread. */
public final class FlowFeed {

    private static final Logger log = LoggerFactory.getLogger(FlowFeed.class);

    private final InstantSource clock;
    private final List<Consumer<FlowEvent>> consumers = new CopyOnWriteArrayList<>();

    public FlowFeed(InstantSource clock) {
        this.clock = clock;
    }

    /** From now on until the registration is closed. */
    public Registration subscribe(Consumer<FlowEvent> consumer) {
        consumers.add(consumer);
        return () -> consumers.remove(consumer);
    }

    void began(Frontend frontend, Client client, FrontendState state, Backend backend) {
        tell(Kind.NEW, frontend, client, state, backend, "");
    }

    void ended(Frontend frontend, Client client, FrontendState state, Backend backend) {
        tell(Kind.CLOSE, frontend, client, state, backend, "");
    }

    void dropped(Frontend frontend, Client client, @Nullable FrontendState state, Reason reason) {
        tell(Kind.DROP, frontend, client, state, null, reason.text());
    }

    private void tell(Kind kind, Frontend frontend, Client client, @Nullable FrontendState state, @Nullable Backend backend,
            String reason) {
        if (consumers.isEmpty()) {
            return;
        }
        Flow flow = new Flow(frontend.protocol(), client.address(), client.port(), frontend.address(), frontend.port());
        FlowEvent event = new FlowEvent(clock.instant(), kind, flow, state == null ? "" : state.service(),
                backend == null ? null : backend.address(), backend == null ? 0 : backend.port(), state == null ? "" : state.dispatch(),
                reason);
        for (Consumer<FlowEvent> consumer : consumers) {
            try {
                consumer.accept(event);
            } catch (RuntimeException e) {
                log.warn("a consumer of flow events failed event={}", event, e);
            }
        }
    }
}
