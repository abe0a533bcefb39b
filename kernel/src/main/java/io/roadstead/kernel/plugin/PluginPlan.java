package io.roadstead.kernel.plugin;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.kernel.plugin.PluginManifest.Dependency;

/**
 * What to do so that what runs is what lies in the folder. What runs keeps running unless its own file, or that of a plugin it needs, is gone or has been replaced by one
 * that can run too. Decides only; made anew for each look at the folder.
 */
final class PluginPlan {

    /** A plugin that may be loaded. */
    record Start(Candidate candidate, PluginManifest manifest, PluginContent content, Path copy, String verified) {
    }

    /** What shall run under an id: what runs already when start is null. */
    private record Target(PluginManifest manifest, @Nullable Start start) {
    }

    private final Map<String, RunningPlugin> running;
    private final Map<Path, RoadsteadException> problems = new LinkedHashMap<>();
    private final Map<String, Path> moved = new HashMap<>();
    private final Set<String> unavailable = new HashSet<>();
    private final Map<String, Target> targets = new TreeMap<>();
    private final Set<String> toStop = new HashSet<>();
    private final List<Start> toStart = new ArrayList<>();

    /** @param failedByContent content that failed to start before, with its failure */
    PluginPlan(List<Candidate> candidates, Map<String, RunningPlugin> running, Map<String, RoadsteadException> failedByContent,
            Set<String> disabled,
            PluginVerifier verifier) {
        this.running = running;
        Map<String, List<Start>> usable = new TreeMap<>();
        for (Candidate candidate : candidates) {
            check(candidate, failedByContent, disabled, verifier, usable);
        }
        usable.forEach(this::choose);
        keepWhatWouldBeReplacedInVain();
        finish();
    }

    /** Why a file does not run, by file; the service adds what fails to start. */
    Map<Path, RoadsteadException> problems() {
        return problems;
    }

    /** Ids of plugins to stop. */
    Set<String> toStop() {
        return toStop;
    }

    /** Plugins to start, dependencies first. */
    List<Start> toStart() {
        return toStart;
    }

    /** New files of running plugins whose content has only moved. */
    Map<String, Path> moved() {
        return moved;
    }

    private void check(Candidate candidate, Map<String, RoadsteadException> failedByContent, Set<String> disabled, PluginVerifier verifier,
            Map<String, List<Start>> usable) {
        PluginManifest manifest = candidate.manifest();
        PluginContent content = candidate.content();
        Path copy = candidate.copy();
        RoadsteadException problem = candidate.problem();
        if (manifest == null || content == null || copy == null) {
            refuse(candidate, problem);
            return;
        }
        if (disabled.contains(manifest.id())) {
            unavailable.add(manifest.id());
            return;
        }
        RunningPlugin current = running.get(manifest.id());
        if (current != null && current.content().equals(content)) {
            add(usable, new Start(candidate, manifest, content, copy, current.verified()));
            return;
        }
        RoadsteadException failure = failedByContent.get(content.sha256());
        if (failure != null) {
            unavailable.add(manifest.id());
            refuse(candidate, failure);
            return;
        }
        try {
            Path signature = candidate.file().resolveSibling(candidate.subject() + ".sig");
            add(usable, new Start(candidate, manifest, content, copy,
                    verifier.verify(manifest, content, copy, signature, candidate.subject())));
        } catch (RoadsteadException e) {
            unavailable.add(manifest.id());
            refuse(candidate, e);
        }
    }

    private static void add(Map<String, List<Start>> usable, Start start) {
        usable.computeIfAbsent(start.manifest.id(), id -> new ArrayList<>()).add(start);
    }

    /** A file that was good when it was loaded, and is not now, may be one that is being copied: what runs is kept. */
    private void refuse(Candidate candidate, @Nullable RoadsteadException problem) {
        if (problem != null) {
            problems.put(candidate.file(), problem);
        }
        running.forEach((id, plugin) -> {
            if (plugin.file().equals(candidate.file())) {
                targets.put(id, new Target(plugin.manifest(), null));
            }
        });
    }

    private void choose(String id, List<Start> starts) {
        RunningPlugin current = running.get(id);
        Start chosen = starts.size() == 1 ? starts.getFirst() : null;
        if (current != null) {
            for (Start start : starts) {
                if (start.candidate.file().equals(current.file())) {
                    chosen = start;
                } else if (chosen == null && start.content.equals(current.content())) {
                    chosen = start;
                }
            }
        }
        boolean keptUnderOldFile = targets.containsKey(id);
        for (Start start : starts) {
            if (keptUnderOldFile || !start.equals(chosen)) {
                Path other = keptUnderOldFile && current != null ? current.file() : other(starts, start, chosen).candidate.file();
                problems.put(start.candidate.file(), new RoadsteadException(CommonErrorCode.PLUGIN_DUPLICATE, start.candidate.subject(),
                        "has the plugin id " + id + ", and so has " + other.getFileName(), "remove one of the two files"));
            }
        }
        if (keptUnderOldFile) {
            return;
        }
        if (chosen == null) {
            unavailable.add(id);
            return;
        }
        boolean same = current != null && current.content().equals(chosen.content);
        if (same) {
            moved.put(id, chosen.candidate.file());
        }
        targets.put(id, new Target(chosen.manifest, same ? null : chosen));
    }

    private static Start other(List<Start> starts, Start start, @Nullable Start chosen) {
        return chosen != null ? chosen : starts.stream().filter(candidate -> !candidate.equals(start)).findFirst().orElse(start);
    }

    /** A replacement that cannot run itself, or that a running plugin could not live with, is refused; what it would replace runs on. */
    private void keepWhatWouldBeReplacedInVain() {
        for (String id : List.copyOf(targets.keySet())) {
            Target target = targets.get(id);
            RunningPlugin current = running.get(id);
            if (target == null || target.start == null || current == null) {
                continue;
            }
            Map<String, RoadsteadException> refused = resolve(targets).refused();
            Map<String, Target> kept = new TreeMap<>(targets);
            kept.put(id, new Target(current.manifest(), null));
            Set<String> saved = brokenBy(targets);
            saved.removeAll(brokenBy(kept));
            RoadsteadException own = refused.get(id);
            if (own != null && !brokenBy(kept).contains(id)) {
                problems.put(target.start.candidate.file(), own);
                targets.put(id, new Target(current.manifest(), null));
            } else if (!saved.isEmpty()) {
                problems.put(target.start.candidate.file(),
                        new RoadsteadException(CommonErrorCode.PLUGIN_DEPENDENCY, target.start.candidate.subject(),
                                "is version " + target.manifest.version() + " of " + id + ", which does not fit the running "
                                        + String.join(", ", saved),
                                "replace these together with it"));
                targets.put(id, new Target(current.manifest(), null));
            }
        }
    }

    /** Running plugins that are to stay as they are, but could not. */
    private Set<String> brokenBy(Map<String, Target> tried) {
        Set<String> broken = new HashSet<>(resolve(tried).refused().keySet());
        broken.removeIf(id -> {
            Target target = tried.get(id);
            return target == null || target.start != null;
        });
        return broken;
    }

    private PluginGraph.Resolution resolve(Map<String, Target> tried) {
        Map<String, PluginManifest> manifests = new TreeMap<>();
        tried.forEach((id, target) -> manifests.put(id, target.manifest));
        return PluginGraph.resolve(manifests, unavailable);
    }

    private void finish() {
        PluginGraph.Resolution resolution = resolve(targets);
        resolution.refused().forEach((id, problem) -> {
            Target target = targets.get(id);
            RunningPlugin current = running.get(id);
            if (target != null && target.start != null) {
                problems.put(target.start.candidate.file(), problem);
            } else if (current != null) {
                problems.put(moved.getOrDefault(id, current.file()), problem);
            }
        });
        for (Map.Entry<String, RunningPlugin> entry : running.entrySet()) {
            Target target = targets.get(entry.getKey());
            boolean needsStopped = entry.getValue().manifest().dependencies().stream().map(Dependency::id).anyMatch(toStop::contains);
            if (needsStopped || target == null || target.start != null || !resolution.order().contains(entry.getKey())) {
                toStop.add(entry.getKey());
            }
        }
        for (String id : resolution.order()) {
            Target target = targets.get(id);
            RunningPlugin current = running.get(id);
            if (target != null && target.start != null) {
                toStart.add(target.start);
            } else if (current != null && toStop.contains(id)) {
                toStart.add(again(id, current));
            }
        }
    }

    /** A plugin that is stopped only since one that it needs is replaced. */
    private Start again(String id, RunningPlugin plugin) {
        Candidate candidate =
                new Candidate(moved.getOrDefault(id, plugin.file()), "", plugin.copy(), plugin.content(), plugin.manifest(), null);
        return new Start(candidate, plugin.manifest(), plugin.content(), plugin.copy(), plugin.verified());
    }
}
