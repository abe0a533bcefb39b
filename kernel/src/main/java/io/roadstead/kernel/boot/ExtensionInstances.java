package io.roadstead.kernel.boot;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.plugin.ExtensionFactory;
import io.roadstead.api.plugin.Instance;
import io.roadstead.api.plugin.InstanceStatus;
import io.roadstead.api.plugin.InstanceStatus.Health;
import io.roadstead.api.view.StatusView;
import io.roadstead.kernel.config.ConfigOutcome;
import io.roadstead.kernel.config.ConfigProblem;
import io.roadstead.kernel.config.PluginDefaults;
import io.roadstead.kernel.registry.Extension;
import io.roadstead.kernel.registry.ExtensionListener;
import io.roadstead.kernel.registry.ExtensionRegistry;

/**
 * One instance per extension of one extension point: made when its plugin comes, reconfigured in place or made anew when its section changes, closed when the plugin
 * goes. One that fails is shown with its reason, disturbs nobody, and is tried again when its configuration or its plugin changes. Confined to the lifecycle loop,
 * but for {@link #components}.
 *
 * @param <F> the extension point's factory
 * @param <X> what it makes
 */
final class ExtensionInstances<F extends ExtensionFactory<?, ?>, X extends Instance<?>> implements ExtensionListener<F> {

    private static final Logger log = LoggerFactory.getLogger(ExtensionInstances.class);
    /** What {@link Instance#close} promises, and a little more. */
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(6);

    private final Class<? super F> kind;
    private final Role<X> role;
    private final ConfigService config;
    private final Map<String, Slot<F, X>> slots = new ConcurrentSkipListMap<>();
    private final List<RoadsteadException> hung = new ArrayList<>();
    private @Nullable Registration following;

    /** @param kind the extension point's interface */
    ExtensionInstances(Class<? super F> kind, Role<X> role, ConfigService config) {
        this.kind = kind;
        this.role = role;
        this.config = config;
    }

    /** Makes instances of what is there, and follows what comes and goes. */
    void open(ExtensionRegistry registry) {
        following = registry.watch(kind, this);
    }

    @Override
    public void added(Extension<F> extension) {
        Slot<F, X> slot = new Slot<>(extension, extension.type());
        slots.put(slot.type, slot);
        try {
            config.addDefaults(new PluginDefaults(extension.pluginId(), extension.referenceConf()));
        } catch (RoadsteadException broken) {
            fail(slot, broken);
            return;
        }
        evaluate(slot);
    }

    @Override
    public void removed(Extension<F> extension) {
        Slot<F, X> slot = slots.remove(extension.type());
        if (slot != null) {
            end(slot);
            config.removeDefaults(extension.pluginId());
        }
    }

    /** Compares each with the configuration in force. */
    void configChanged() {
        List<Slot<F, X>> all = List.copyOf(slots.values());
        all.stream().filter(slot -> !role.wanted(slot.type)).forEach(this::evaluate); // what goes makes room for what comes
        all.stream().filter(slot -> role.wanted(slot.type)).forEach(this::evaluate);
    }

    /** Ends all; returns those that did not end in time. */
    List<RoadsteadException> closeAll() {
        if (following != null) {
            following.close();
        }
        new TreeMap<>(slots).descendingMap().values().forEach(this::end);
        slots.clear();
        return List.copyOf(hung);
    }

    /** Sections that loaded plugins provide; any thread. */
    Collection<String> sections() {
        return slots.keySet().stream().map(role::section).toList();
    }

    /** One row per extension; any thread. */
    List<StatusView.Component> components() {
        return slots.values().stream().filter(slot -> slot.wanted).map(slot -> slot.component(role.kind())).toList();
    }

    private void evaluate(Slot<F, X> slot) {
        slot.wanted = role.wanted(slot.type);
        if (!slot.wanted) {
            end(slot);
            return;
        }
        try {
            Record wanted = section(slot);
            if (!wanted.equals(slot.config)) {
                apply(slot, wanted);
            }
            slot.failure = "";
        } catch (RoadsteadException failed) {
            fail(slot, failed);
        }
    }

    private Record section(Slot<F, X> slot) {
        ConfigOutcome<? extends Record> outcome =
                slot.extension.call(factory -> config.inForce().section(role.section(slot.type), factory.configType()));
        outcome.warnings().stream().map(ConfigProblem::toString)
                .forEach(warning -> log.warn("configuration needs attention problem=\"{}\"", warning));
        return outcome.orThrow();
    }

    private void apply(Slot<F, X> slot, Record wanted) {
        X running = slot.instance;
        if (running == null) {
            begin(slot, wanted);
        } else if (slot.extension.call(factory -> role.reconfigure(slot.type, running, () -> Factories.reconfigure(running, wanted)))) {
            slot.config = wanted;
            log.info("{} reconfigured type={}", role.kind(), slot.type);
        } else if (role.overlaps()) {
            begin(slot, wanted);
            retire(slot, running);
        } else {
            end(slot);
            begin(slot, wanted);
        }
    }

    private void begin(Slot<F, X> slot, Record wanted) {
        X made = slot.extension.call(factory -> Factories.<X>create(factory, slot.type, wanted, slot.extension.context()));
        try {
            slot.extension.run(() -> role.start(slot.type, made));
        } catch (RoadsteadException failed) {
            retire(slot, made);
            throw failed;
        }
        slot.instance = made;
        slot.config = wanted;
        log.info("{} started type={} plugin={}", role.kind(), slot.type, slot.extension.pluginId());
    }

    private void end(Slot<F, X> slot) {
        X running = slot.instance;
        slot.instance = null;
        slot.config = null;
        slot.failure = "";
        if (running != null) {
            retire(slot, running);
            log.info("{} stopped type={} plugin={}", role.kind(), slot.type, slot.extension.pluginId());
        }
    }

    /** Stops and closes an instance; one that does not come back is left behind. */
    private void retire(Slot<F, X> slot, X instance) {
        String name = role.kind() + " " + slot.type;
        try {
            slot.extension.run(() -> role.stop(slot.type, instance));
        } catch (RoadsteadException failed) {
            log.warn("stopping failed part=\"{}\"", name, failed);
        }
        try {
            TimeLimit.run(name, CLOSE_LIMIT, () -> slot.extension.run(instance::close));
        } catch (RoadsteadException failed) {
            log.warn("closing failed part=\"{}\"", name, failed);
            if (failed.code() == CommonErrorCode.STOP_TIMEOUT) {
                hung.add(failed);
            }
        }
    }

    private void fail(Slot<F, X> slot, RoadsteadException failed) {
        String message = String.valueOf(failed.getMessage());
        if (!message.equals(slot.failure)) {
            log.error("{} failed type={} plugin={} problem=\"{}\"", role.kind(), slot.type, slot.extension.pluginId(), message,
                    failed.getCause());
        }
        slot.failure = message;
    }

    /** What there is of one extension. Fields are written on the lifecycle loop and read from any thread. */
    private static final class Slot<F extends ExtensionFactory<?, ?>, X extends Instance<?>> {
        private final Extension<F> extension;
        private final String type;
        private volatile boolean wanted = true;
        private volatile @Nullable X instance;
        private volatile @Nullable Record config;
        /** Why it does not run, or runs with an earlier configuration; empty when all is well. */
        private volatile String failure = "";

        Slot(Extension<F> extension, String type) {
            this.extension = extension;
            this.type = type;
        }

        private StatusView.Component component(String kind) {
            X running = instance;
            InstanceStatus status = running == null
                    ? new InstanceStatus(failure.isEmpty() ? Health.STARTING : Health.FAILED, failure.isEmpty() ? "starting" : "failed",
                            List.of())
                    : status(running);
            List<String> problems = new ArrayList<>(status.problems());
            if (!failure.isEmpty()) {
                problems.addFirst(failure);
            }
            Health health = failure.isEmpty() || status.health() == Health.FAILED ? status.health() : Health.DEGRADED;
            return new StatusView.Component(kind, type, extension.pluginId(), health, status.summary(), problems);
        }

        private InstanceStatus status(X running) {
            try {
                return extension.call(factory -> running.status());
            } catch (RoadsteadException broken) {
                return new InstanceStatus(Health.FAILED, "does not tell its status", List.of(String.valueOf(broken.getMessage())));
            }
        }
    }
}
