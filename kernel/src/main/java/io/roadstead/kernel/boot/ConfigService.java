package io.roadstead.kernel.boot;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.time.Loop;
import io.roadstead.kernel.config.AgentConfig;
import io.roadstead.kernel.config.ConfigLoader;
import io.roadstead.kernel.config.ConfigOutcome;
import io.roadstead.kernel.config.ConfigProblem;
import io.roadstead.kernel.config.ConfigSnapshot;
import io.roadstead.kernel.config.PluginDefaults;
import io.roadstead.kernel.loop.DirectoryWatch;

/**
 * The configuration in force. A changed file replaces it; a broken one is reported and changes nothing. Confined to the lifecycle loop but for what says otherwise.
 */
final class ConfigService {

    private static final Logger log = LoggerFactory.getLogger(ConfigService.class);
    private static final Duration SETTLE = Duration.ofMillis(200);

    private final ConfigLoader loader;
    private final Loop lifecycle;
    private final DirectoryWatch watch;
    private final Map<String, PluginDefaults> defaults = new LinkedHashMap<>();
    private final Map<Path, Registration> watched = new TreeMap<>();
    private final List<Runnable> listeners = new ArrayList<>();
    private final ConfigSnapshot atStart;
    private volatile ConfigSnapshot inForce;
    private volatile List<String> problems = List.of();

    ConfigService(ConfigLoader loader, ConfigOutcome<ConfigSnapshot> first, Loop lifecycle, DirectoryWatch watch) {
        this.loader = loader;
        this.atStart = first.orThrow();
        this.inForce = atStart;
        this.problems = first.warnings().stream().map(ConfigProblem::toString).toList();
        this.lifecycle = lifecycle;
        this.watch = watch;
    }

    /** Any thread. */
    ConfigSnapshot inForce() {
        return inForce;
    }

    /** Any thread. */
    AgentConfig agent() {
        return inForce.agent();
    }

    /** What is wrong with the file as it is now, and what of it waits for a restart; any thread. */
    List<String> problems() {
        return problems;
    }

    /** Calls after the configuration in force has changed. */
    void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /**
     * Takes a plugin's defaults into account; nobody is told, since only that plugin's sections can change by it.
     *
     * @throws io.roadstead.api.error.RoadsteadException when they are broken; the configuration in force stays without them
     */
    void addDefaults(PluginDefaults plugin) {
        PluginDefaults before = defaults.put(plugin.pluginId(), plugin);
        if (plugin.equals(before)) {
            return;
        }
        ConfigOutcome<ConfigSnapshot> outcome = inForce.withDefaults(List.copyOf(defaults.values()));
        if (outcome.value().isEmpty()) {
            defaults.remove(plugin.pluginId());
        }
        inForce = outcome.orThrow();
    }

    /** Forgets a plugin's defaults. */
    void removeDefaults(String pluginId) {
        if (defaults.remove(pluginId) != null) {
            inForce.withDefaults(List.copyOf(defaults.values())).value().ifPresent(snapshot -> inForce = snapshot);
        }
    }

    /** Follows the file and what it includes. */
    Registration follow() {
        watchFiles();
        return () -> {
            watched.values().forEach(Registration::close);
            watched.clear();
        };
    }

    private void watchFiles() {
        for (Path file : inForce.files()) {
            Path directory = file.getParent();
            if (directory != null) {
                watched.computeIfAbsent(directory, absent -> watch.watch(absent, SETTLE, lifecycle, this::reload));
            }
        }
    }

    /** Reads everything anew. */
    void reload() {
        ConfigOutcome<ConfigSnapshot> outcome = loader.load(List.copyOf(defaults.values()));
        if (outcome.value().isEmpty()) {
            List<String> errors =
                    outcome.errors().stream().map(error -> error + " (the configuration read before stays in force)").toList();
            if (!errors.equals(problems)) {
                errors.forEach(error -> log.error("configuration refused problem=\"{}\"", error));
            }
            problems = errors;
            return;
        }
        ConfigSnapshot now = outcome.orThrow();
        List<String> found = new ArrayList<>(
                now.restartNeeded(atStart).stream().map(key -> key + " has changed; restart the agent to apply it").toList());
        outcome.warnings().stream().map(ConfigProblem::toString).forEach(found::add);
        if (!found.equals(problems)) {
            found.forEach(problem -> log.warn("configuration needs attention problem=\"{}\"", problem));
            if (found.isEmpty()) {
                log.info("configuration is in order again files={}", now.files());
            }
        }
        problems = found;
        boolean changed = !now.view().equals(inForce.view());
        inForce = now;
        watchFiles();
        if (changed) {
            log.info("configuration changed files={}", now.files());
        }
        List.copyOf(listeners).forEach(Runnable::run); // also when only the content of a secret's file is new: each compares for itself
    }
}
