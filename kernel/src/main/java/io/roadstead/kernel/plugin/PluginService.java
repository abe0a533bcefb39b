package io.roadstead.kernel.plugin;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.view.PluginView;

/**
 * The plugins of an agent: starts what is in the folder, follows the folder, and stops. Its methods may be called from any thread and wait for the lifecycle loop,
 * which owns everything behind them. A plugin that cannot run is refused alone and named with cause and remedy.
 */
public final class PluginService {

    private static final Logger log = LoggerFactory.getLogger(PluginService.class);

    private final PluginSettings settings;
    private final PluginHost host;
    private final PluginStore store;
    private final KernelPluginManager manager;
    /** By id, in the order of their starts. */
    private final Map<String, RunningPlugin> running = new LinkedHashMap<>();
    /** Content that has failed to start: it is not tried again. Keeps no exception of the plugin's, which would pin its classes. */
    private final Map<String, RoadsteadException> failedByContent = new HashMap<>();
    private final Map<Path, Registration> watches = new HashMap<>();
    private Map<Path, String> reported = Map.of();
    private volatile List<PluginView> views = List.of();

    public PluginService(PluginSettings settings, PluginHost host) {
        this.settings = settings;
        this.host = host;
        this.store = new PluginStore(settings.directory(), settings.allowSharedFolder(), settings.workDirectory());
        this.manager = new KernelPluginManager(settings.directory(), PluginService.class.getClassLoader());
    }

    /**
     * Starts what is in the folder, then follows it.
     *
     * @throws RoadsteadException when the folder or the lock cannot be used, or, with the strict setting, when a plugin that is not disabled cannot run; then none runs
     */
    public void start() {
        onLifecycle(() -> {
            store.open();
            try {
                update(settings.strict());
            } catch (RoadsteadException e) {
                stopAll();
                throw e;
            }
            followFolder();
            return true;
        });
    }

    /** Looks at the folder now instead of at its next change. */
    public void rescan() {
        onLifecycle(() -> {
            updateLater();
            return true;
        });
    }

    /** Stops all plugins, dependents first. Idempotent. */
    public void stop() {
        onLifecycle(() -> {
            watches.values().forEach(Registration::close);
            watches.clear();
            stopAll();
            views = List.of();
            return true;
        });
    }

    /** Every plugin in the folder, by file name, as it was after the last look. */
    public List<PluginView> plugins() {
        return views;
    }

    private <T> T onLifecycle(Supplier<T> body) {
        try {
            return host.lifecycle().submit(body).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RoadsteadException known
                    ? known
                    : new RoadsteadException(CommonErrorCode.INTERNAL, "plugins", String.valueOf(e.getCause()),
                            "please report it with the log", e);
        }
    }

    private void stopAll() {
        List.copyOf(running.keySet()).reversed().forEach(this::stop);
    }

    /** While running, a folder or lock that cannot be used changes nothing. */
    private void updateLater() {
        try {
            update(false);
            followFolder();
        } catch (RoadsteadException e) {
            log.warn("plugins left as they are problem={}", e.getMessage());
            List<PluginView> rows = new ArrayList<>(views.stream().filter(view -> !view.id().isEmpty()).toList());
            rows.add(new PluginView("", "", "", "refused", settings.directory().toString(), "", "", List.of(), List.of(),
                    e.subject() + " " + e.problem(),
                    e.remedy()));
            views = List.copyOf(rows);
        }
    }

    private void followFolder() {
        Set<Path> directories = new HashSet<>(Set.of(settings.directory()));
        directories.add(settings.lockFile().toAbsolutePath().resolveSibling(""));
        views.stream().map(view -> Path.of(view.file())).filter(Files::isDirectory).forEach(plugin -> {
            directories.add(plugin);
            directories.add(plugin.resolve("lib"));
        });
        watches.entrySet().removeIf(watch -> {
            if (directories.contains(watch.getKey())) {
                return false;
            }
            watch.getValue().close();
            return true;
        });
        for (Path directory : directories) {
            if (!watches.containsKey(directory)) {
                watches.put(directory, host.context().watch().watch(directory, settings.settle(), host.lifecycle(), this::updateLater));
            }
        }
    }

    private void update(boolean strict) {
        PluginVerifier verifier = new PluginVerifier(settings.lockMode(),
                settings.lockMode() == LockMode.OFF ? PluginLock.of(List.of()) : PluginLock.read(settings.lockFile()),
                settings.trustedKeys());
        List<Candidate> candidates = store.scan();
        PluginPlan plan = new PluginPlan(candidates, running, failedByContent, settings.disabled(), verifier);
        if (strict) {
            failOn(plan.problems());
        }
        running.forEach((id, plugin) -> plugin.movedTo(plan.moved().getOrDefault(id, plugin.file())));
        List.copyOf(running.keySet()).reversed().stream().filter(plan.toStop()::contains).forEach(this::stop);
        for (PluginPlan.Start start : plan.toStart()) {
            start(start, plan.problems());
        }
        publish(candidates, plan);
        failedByContent.keySet().retainAll(candidates.stream().map(PluginService::sha256).toList());
        Set<Path> used = new HashSet<>();
        running.values().forEach(plugin -> used.add(plugin.copy()));
        candidates.stream().map(Candidate::copy).filter(Objects::nonNull).forEach(used::add);
        store.removeUnused(used);
        if (strict) {
            failOn(plan.problems());
        }
    }

    private void start(PluginPlan.Start start, Map<Path, RoadsteadException> problems) {
        PluginManifest manifest = start.manifest();
        Path file = start.candidate().file();
        for (PluginManifest.Dependency dependency : manifest.dependencies()) {
            if (!running.containsKey(dependency.id())) {
                problems.put(file, new RoadsteadException(CommonErrorCode.PLUGIN_DEPENDENCY, "plugin " + manifest.id(),
                        "needs plugin " + dependency.id() + ", which cannot be loaded itself",
                        "see what is said about " + dependency.id()));
                return;
            }
        }
        try {
            RunningPlugin plugin = RunningPlugin.start(start, host, manager, running);
            running.put(manifest.id(), plugin);
            log.info("plugin started plugin={} version={} file={} verified={} offers={}", manifest.id(), manifest.version(),
                    file.getFileName(),
                    start.verified(), plugin.offers());
        } catch (RoadsteadException e) {
            log.error("plugin failed to start plugin={} version={} file={}", manifest.id(), manifest.version(), file.getFileName(), e);
            RoadsteadException withoutCause = new RoadsteadException(e.code(), e.subject(), e.problem(), e.remedy());
            problems.put(file, withoutCause);
            failedByContent.put(start.content().sha256(), withoutCause);
        }
    }

    private void stop(String id) {
        RunningPlugin plugin = running.remove(id);
        if (plugin != null) {
            plugin.stop();
            log.info("plugin stopped plugin={} version={}", id, plugin.manifest().version());
        }
    }

    private static void failOn(Map<Path, RoadsteadException> problems) {
        if (problems.isEmpty()) {
            return;
        }
        List<RoadsteadException> all = List.copyOf(problems.values());
        RoadsteadException failure = new RoadsteadException(all.getFirst().code(), "plugins",
                String.join("\n  ", all.stream().map(RoadsteadException::getMessage).toList()),
                "put them right, remove them, or list their ids in roadstead.plugins.disabled");
        all.forEach(failure::addSuppressed);
        throw failure;
    }

    private void publish(List<Candidate> candidates, PluginPlan plan) {
        Map<Path, RunningPlugin> runningByFile = new HashMap<>();
        running.values().forEach(plugin -> runningByFile.put(plugin.file(), plugin));
        List<PluginView> rows = new ArrayList<>();
        Map<Path, String> messages = new HashMap<>();
        for (Candidate candidate : candidates) {
            RoadsteadException problem = plan.problems().get(candidate.file());
            if (problem != null) {
                String message = String.valueOf(problem.getMessage());
                messages.put(candidate.file(), message);
                boolean logged = message.equals(reported.get(candidate.file())) || problem.equals(failedByContent.get(sha256(candidate)));
                if (!logged) {
                    log.warn("plugin refused file={} code={} problem={}", candidate.subject(), problem.code().name(), message);
                }
            }
            rows.add(view(candidate, runningByFile.get(candidate.file()), problem));
        }
        reported = messages;
        views = List.copyOf(rows);
    }

    private PluginView view(Candidate candidate, @Nullable RunningPlugin plugin, @Nullable RoadsteadException problem) {
        String file = candidate.file().toString();
        String text = problem == null ? "" : problem.problem();
        String remedy = problem == null ? "" : problem.remedy();
        if (plugin != null) {
            PluginManifest manifest = plugin.manifest();
            return new PluginView(manifest.id(), manifest.version(), manifest.requires(), "started", file, plugin.content().sha256(),
                    plugin.verified(),
                    dependencies(manifest), plugin.offers(),
                    problem == null ? "" : "the file has changed, the plugin runs on as it was: " + text, remedy);
        }
        PluginManifest manifest = candidate.manifest();
        if (manifest == null) {
            return new PluginView(candidate.subject(), "", "", "refused", file, sha256(candidate), "", List.of(), List.of(), text, remedy);
        }
        String state = problem == null ? "disabled" : failedByContent.containsKey(sha256(candidate)) ? "failed" : "refused";
        return new PluginView(manifest.id(), manifest.version(), manifest.requires(), state, file, sha256(candidate), "",
                dependencies(manifest),
                List.of(), text, remedy);
    }

    private static String sha256(Candidate candidate) {
        return candidate.content() == null ? "" : candidate.content().sha256();
    }

    private static List<String> dependencies(PluginManifest manifest) {
        return manifest.dependencies().stream().map(PluginManifest.Dependency::toString).toList();
    }

    /** For tests: the loader of a running plugin. */
    ClassLoader loader(String id) {
        return onLifecycle(() -> {
            RunningPlugin plugin = running.get(id);
            if (plugin == null) {
                throw new IllegalArgumentException("not running: " + id);
            }
            return plugin.loader();
        });
    }
}
