package io.roadstead.plugin.datapath.ebpf.view;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.lb.FlowEvents;
import io.roadstead.api.lifecycle.Registration;

/** Who wants events. Outlives the programs and the ring that they write to, so that nobody has to ask twice. Any thread. */
public final class Subscribers implements FlowEvents {

    private static final Logger LOG = LoggerFactory.getLogger(Subscribers.class);

    private final List<Subscriber> subscribers = new CopyOnWriteArrayList<>();
    private volatile Runnable changed = Subscribers::nothing;

    @Override
    public Registration subscribe(Consumer<FlowEvent> consumer) {
        Subscriber subscriber = new Subscriber(consumer);
        subscribers.add(subscriber);
        changed.run();
        return () -> {
            if (subscribers.remove(subscriber)) {
                changed.run();
            }
        };
    }

    boolean isEmpty() {
        return subscribers.isEmpty();
    }

    /** Called when one came or went, on whichever thread that was; only the last one given is. */
    void onChange(Runnable task) {
        changed = task;
    }

    /** No one is told of changes any more. */
    void offChange() {
        changed = Subscribers::nothing;
    }

    void publish(FlowEvent event) {
        List<Subscriber> failed = new ArrayList<>();
        for (Subscriber subscriber : subscribers) {
            try {
                subscriber.consumer.accept(event);
            } catch (RuntimeException e) {
                LOG.warn("a subscriber of flow events failed and gets no more", e);
                failed.add(subscriber);
            }
        }
        if (!failed.isEmpty()) {
            subscribers.removeAll(failed);
            changed.run();
        }
    }

    private static void nothing() {
        // nobody reads events at this time
    }

    /** Compared by identity: a consumer may be here twice, and is taken back once at a time. */
    private static final class Subscriber {
        private final Consumer<FlowEvent> consumer;

        Subscriber(Consumer<FlowEvent> consumer) {
            this.consumer = consumer;
        }
    }
}
