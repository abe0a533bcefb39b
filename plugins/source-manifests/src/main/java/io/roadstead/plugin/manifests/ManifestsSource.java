package io.roadstead.plugin.manifests;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.plugin.InstanceStatus;
import io.roadstead.api.plugin.InstanceStatus.Health;
import io.roadstead.api.plugin.PluginContext;
import io.roadstead.api.source.ClusterSink;
import io.roadstead.api.source.ClusterSource;
import io.roadstead.api.source.LeaderElection;
import io.roadstead.api.source.ResourceBatch;
import io.roadstead.api.source.ResourceDecoder;
import io.roadstead.api.source.SourceProblem;
import io.roadstead.api.source.StatusUpdate;
import io.roadstead.api.source.StatusWriter;
import io.roadstead.api.time.Loop;
import io.roadstead.plugin.manifests.ManifestDirectory.Change;

/**
 * The objects of a directory of manifests, with the statuses of a state directory that several agents may share. Everything happens on one loop of the plugin;
 * the public methods only hand over to it.
 */
final class ManifestsSource implements ClusterSource<ManifestsConfig>, StatusWriter, LeaderElection {
    private static final Logger log = LoggerFactory.getLogger(ManifestsSource.class);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final long CLOSE_TIMEOUT_SECONDS = 5;
    /** By file, then by line: a longer number is a higher one. */
    private static final Comparator<SourceProblem> BY_PLACE = Comparator
            .comparing((SourceProblem problem) -> problem.origin().substring(0, fileEnd(problem.origin())))
            .thenComparingInt(problem -> problem.origin().length()).thenComparing(SourceProblem::origin);

    private final PluginContext context;
    private final Loop loop;
    private final Path stateDirectory;
    private final ObjectTable table = new ObjectTable();
    private final ManifestDirectory directory;
    private final StatusStore statuses;
    private final Leadership leadership;
    private final List<Registration> watches = new ArrayList<>();
    private @Nullable ClusterSink sink;
    private List<SourceProblem> problems = List.of();
    private Map<String, Integer> ignored = Map.of();
    private @Nullable SourceProblem directoryProblem;
    private boolean synced;
    private boolean retrySet;
    private boolean closed;
    private volatile ManifestsConfig config;
    private volatile InstanceStatus status = new InstanceStatus(Health.STARTING, "not read yet", List.of());

    ManifestsSource(ManifestsConfig config, PluginContext context, ResourceDecoder decoder) {
        this.config = config;
        this.context = context;
        this.loop = context.loop("manifests");
        Path configured = config.stateDirectory();
        this.stateDirectory = configured == null ? context.stateDirectory() : configured;
        this.directory = new ManifestDirectory(new ManifestReader(decoder), table);
        this.statuses = new StatusStore(stateDirectory.resolve("status"), context.clock());
        this.leadership = new Leadership(stateDirectory, context.clock(), this::beginToLead);
    }

    @Override
    public void start(ClusterSink target) {
        loop.execute(() -> {
            if (!closed) {
                sink = target;
                statuses.prepare();
                statuses.load(false); // before the first object is told: it comes with its address
                watches.add(context.watch(config.directory(), Duration.ZERO, loop, this::directoryChanged));
                watches.add(context.watch(stateDirectory, Duration.ZERO, loop, this::stateChanged));
                watches.add(context.watch(stateDirectory.resolve("status"), Duration.ZERO, loop, this::stateChanged));
            }
        });
    }

    @Override
    public boolean reconfigure(ManifestsConfig changed) {
        ManifestsConfig now = config;
        if (!changed.directory().equals(now.directory()) || !Objects.equals(changed.stateDirectory(), now.stateDirectory())) {
            return false;
        }
        config = changed;
        loop.execute(() -> scan(Set.of()));
        return true;
    }

    @Override
    public InstanceStatus status() {
        return status;
    }

    @Override
    public void close() {
        onLoop(() -> {
            closed = true;
            watches.forEach(Registration::close);
            watches.clear();
            leadership.leaveAll();
        });
    }

    @Override
    public void write(List<StatusUpdate> updates) {
        loop.execute(() -> {
            statuses.add(updates);
            save();
        });
    }

    @Override
    public Registration contend(String role, Consumer<Boolean> leads) {
        Object token = new Object();
        loop.execute(() -> {
            if (!closed) {
                leadership.join(token, leads);
                publish();
            }
        });
        return () -> onLoop(() -> leadership.leave(token));
    }

    /** Waits, so that what was given back is given back when the caller goes on. */
    private void onLoop(Runnable task) {
        try {
            loop.submit(() -> {
                task.run();
                return true;
            }).get(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("manifest source did not close cleanly directory={}", config.directory(), e);
        }
    }

    private void directoryChanged(Set<Path> names) {
        scan(names.stream().map(Path::toString).collect(Collectors.toSet()));
    }

    /** Without names, everything. */
    private void scan(Set<String> names) {
        if (closed || sink == null) {
            return;
        }
        try {
            boolean some = synced && directoryProblem == null && !names.isEmpty();
            List<Change> changes = some ? directory.scan(config, names) : directory.scan(config, !synced);
            if (some && changes.isEmpty()) {
                return;
            }
            if (!changes.isEmpty()) {
                loop.schedule(config.settle(), () -> settle(changes));
            }
            directoryProblem = null;
            publish();
            if (!synced) {
                synced = true;
                sink.synced();
                publish();
            }
        } catch (IOException e) {
            // An unmounted directory is no order to withdraw everything.
            directoryProblem =
                    new SourceProblem(config.directory().toString(), "", "the directory cannot be read: " + StatusStore.reason(e),
                            "create it or correct roadstead.source.manifests.directory; it is tried again every second", table.size() > 0);
            publish();
        }
    }

    private void settle(List<Change> changes) {
        if (!closed) {
            scan(changes.stream().map(change -> change.file().name()).collect(Collectors.toSet())); // what changed a moment ago without an event yet is not settled
            if (directoryProblem == null) {
                directory.settle(changes);
                publish();
            } else {
                loop.schedule(config.settle().compareTo(RETRY) > 0 ? config.settle() : RETRY, () -> settle(changes));
            }
        }
    }

    private void stateChanged() {
        if (!closed) {
            leadership.contend();
            statuses.load(leadership.leads()).forEach(table::touch);
            publish();
        }
    }

    private void beginToLead() {
        log.info("leads stateDirectory={}", stateDirectory);
        statuses.load(true).forEach(table::touch);
        Set<ResourceKey> gone = new HashSet<>(statuses.services());
        gone.removeIf(table::holds);
        // A file that cannot be read may hold them.
        if (synced && directoryProblem == null && directory.files().values().stream().noneMatch(ManifestFile::incomplete)) {
            statuses.forget(gone);
        }
    }

    private void save() {
        if (closed) {
            return;
        }
        if (!leadership.leads()) {
            statuses.dropLeaders();
        }
        statuses.save().forEach(table::touch);
        publish();
    }

    private void retryLater() {
        boolean worthIt = directoryProblem != null || leadership.waits() || statuses.hasPending();
        if (worthIt && !retrySet && !closed) {
            retrySet = true;
            loop.schedule(RETRY, () -> {
                retrySet = false;
                if (!closed) {
                    leadership.contend();
                    if (directoryProblem != null) {
                        scan(Set.of());
                    }
                    save();
                }
            });
        }
    }

    /** Tells the kernel what is new, and nothing else. */
    private void publish() {
        ClusterSink target = sink;
        if (target == null || closed) {
            return;
        }
        ResourceBatch batch = table.flush(statuses::complete);
        if (!batch.isEmpty()) {
            target.apply(batch);
        }
        if (leadership.leads() && !batch.deletes().isEmpty()) {
            statuses.forget(batch.deletes());
        }
        List<SourceProblem> now = collectProblems();
        if (!now.equals(problems)) {
            problems = now;
            target.problems(now);
        }
        Map<String, Integer> counts = new TreeMap<>();
        directory.files().values().forEach(file -> file.ignored().forEach((kind, count) -> counts.merge(kind, count, Integer::sum)));
        if (!counts.equals(ignored)) {
            ignored = Map.copyOf(counts);
            target.ignored(ignored);
        }
        status = currentStatus();
        retryLater();
    }

    private List<SourceProblem> collectProblems() {
        List<SourceProblem> all = new ArrayList<>();
        if (directoryProblem != null) {
            all.add(directoryProblem);
        }
        directory.files().values().forEach(file -> all.addAll(file.problems()));
        table.contested()
                .forEach((key, names) -> names.stream().skip(1).forEach(name -> all.add(new SourceProblem(name + ":" + line(name, key), "",
                        key + " stands also in " + names.getFirst() + ":" + line(names.getFirst(), key) + ", which counts",
                        "remove one of the two", false))));
        all.addAll(statuses.problems());
        if (!leadership.problem().isEmpty()) {
            all.add(new SourceProblem(stateDirectory.toString(), "", leadership.problem(), "correct the directory's permissions", false));
        }
        all.sort(BY_PLACE);
        return List.copyOf(all);
    }

    private static int fileEnd(String origin) {
        int colon = origin.lastIndexOf(':');
        return colon < 0 ? origin.length() : colon;
    }

    private int line(String file, ResourceKey key) {
        return Objects.requireNonNull(Objects.requireNonNull(directory.files().get(file)).objects().get(key)).line();
    }

    /** Problems are counted only: the kernel shows those that the sink was told. */
    private InstanceStatus currentStatus() {
        long files = directory.files().values().stream().filter(ManifestFile::present).count();
        String found = problems.isEmpty() ? "" : ", " + problems.size() + (problems.size() == 1 ? " problem" : " problems");
        String summary = table.size() + " objects from " + files + " files in " + config.directory() + found
                + (leadership.leads() ? ", leads" : "");
        Health health = !problems.isEmpty() ? Health.DEGRADED : synced ? Health.OK : Health.STARTING;
        return new InstanceStatus(health, summary, List.of());
    }
}
