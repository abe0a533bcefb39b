package io.roadstead.plugin.manifests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.meta.Condition;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.source.SourceProblem;
import io.roadstead.api.source.StatusUpdate;
import io.roadstead.yaml.YamlText.SyntaxException;

/**
 * What Roadstead decided, in files beside the manifests: {@code services.jsonl} is read back and shared by all agents, the YAML documents are for people.
 * Confined to the source's loop.
 */
final class StatusStore {
    static final String SERVICES = "services.jsonl";

    private final StatusFiles files;
    private final InstantSource clock;
    private final Map<ResourceKey, StatusUpdate> pending = new LinkedHashMap<>();
    private final Map<ResourceKey, List<DatedCondition>> conditions = new HashMap<>();
    private byte[] stored = new byte[0];
    private Assignments assignments = Assignments.NONE;
    private List<SourceProblem> readProblems = List.of();
    private List<SourceProblem> writeProblems = List.of();

    StatusStore(Path directory, InstantSource clock) {
        this.files = new StatusFiles(directory, clock);
        this.clock = clock;
    }

    List<SourceProblem> problems() {
        List<SourceProblem> all = new ArrayList<>(readProblems);
        all.addAll(writeProblems);
        return all;
    }

    boolean hasPending() {
        return !pending.isEmpty();
    }

    /** Makes the directory, so that it can be watched. */
    void prepare() {
        write(files::prepare);
    }

    /** The object with what was decided for it; its manifest's own status counts while nothing was. */
    Resource complete(Resource resource) {
        if (resource instanceof Service service) {
            Service.Status status = assignments.status(service.key());
            return status == null ? service : service.withStatus(status);
        }
        return resource;
    }

    /** Reads what is stored. Returns the Services for which that is news. A leader, who alone writes, puts a damaged file aside and keeps what was legible. */
    Set<ResourceKey> load(boolean leader) {
        List<SourceProblem> found = new ArrayList<>();
        Assignments before = assignments;
        try {
            byte[] content = files.read(SERVICES).orElse(new byte[0]);
            if (!Arrays.equals(content, stored)) {
                assignments = Assignments.parse(content);
                stored = content;
            }
            if (assignments.damagedLines() > 0) {
                if (leader) {
                    files.setAside(SERVICES);
                    store(new Assignments(assignments.entries(), 0));
                } else {
                    found.add(problem(SERVICES, assignments.damagedLines() + " lines are damaged; the addresses in them are lost",
                            "the leading agent will put the file aside", false));
                }
            }
            for (String name : files.asideFiles()) {
                found.add(problem(name, "was damaged, and put aside; addresses that stood in its damaged lines are handed out anew",
                        "look what is missing in " + SERVICES + ", then delete the file", false));
            }
        } catch (IOException e) {
            found.add(problem(SERVICES, "cannot be read: " + reason(e), "check the directory's permissions and its file system",
                    !assignments.entries().isEmpty()));
        }
        readProblems = List.copyOf(found);
        return changed(before, assignments);
    }

    /** Takes updates; they count when {@link #save} has stored them. */
    void add(Collection<StatusUpdate> updates) {
        // by whom a Service is announced is for those who look at the object in an API server; here status and explain tell
        updates.stream().filter(update -> !(update instanceof StatusUpdate.ServiceAnnouncement)).forEach(update -> {
            pending.remove(update.key());
            pending.put(update.key(), update);
        });
    }

    /** Drops the updates that only a leader may write. */
    void dropLeaders() {
        pending.values().removeIf(update -> !(update instanceof StatusUpdate.BgpNodeStatus));
    }

    /** Forgets what was decided for objects that are gone: assignments, documents, and what was still to be written. */
    void forget(Collection<ResourceKey> keys) {
        pending.keySet().removeAll(keys);
        Assignments kept = assignments;
        Map<ResourceKey, Service.@Nullable Status> gone = new HashMap<>();
        keys.stream().filter(key -> kept.status(key) != null).forEach(key -> gone.put(key, null));
        if (!gone.isEmpty()) {
            write(() -> store(kept.with(gone, clock.instant())));
        }
        keys.stream().filter(key -> !key.kind().equals(Service.KIND)).forEach(key -> write(() -> {
            files.remove(StatusDocument.fileName(key));
            conditions.remove(key);
        }));
    }

    /** The Services for which something was decided. */
    Set<ResourceKey> services() {
        return Set.copyOf(assignments.entries().keySet());
    }

    /** Stores what is pending. Returns the Services whose new status is stored now; what could not be stored stays pending, with a problem. */
    Set<ResourceKey> save() {
        Assignments before = assignments;
        Map<ResourceKey, Service.@Nullable Status> decisions = new LinkedHashMap<>();
        List<StatusUpdate> documents = new ArrayList<>();
        pending.values().forEach(update -> {
            if (update instanceof StatusUpdate.ServiceStatus(ResourceKey key, Service.Status status)) {
                decisions.put(key, status);
            } else {
                documents.add(update);
            }
        });
        writeProblems = List.of();
        if (!decisions.isEmpty() && write(() -> store(before.with(decisions, clock.instant())))) {
            pending.keySet().removeAll(decisions.keySet());
        }
        for (StatusUpdate document : documents) {
            if (write(() -> store(document))) {
                pending.remove(document.key());
            }
        }
        return changed(before, assignments);
    }

    private interface Writing {
        void run() throws IOException;
    }

    private boolean write(Writing writing) {
        try {
            writing.run();
            return true;
        } catch (IOException e) {
            writeProblems = List.of(problem("", "statuses cannot be written: " + reason(e),
                    "make room or correct the permissions; it is tried again every second", false));
            return false;
        }
    }

    private void store(Assignments next) throws IOException {
        byte[] content = next.encode();
        if (!Arrays.equals(content, stored)) {
            files.write(SERVICES, content);
            stored = content;
        }
        assignments = next;
    }

    private void store(StatusUpdate update) throws IOException {
        switch (update) {
            case StatusUpdate.ServiceStatus service -> throw new IllegalArgumentException(service.key() + " is stored with the others");
            case StatusUpdate.ServiceAnnouncement announcement -> throw new IllegalArgumentException(announcement.key() + " has no file");
            case StatusUpdate.Conditions(ResourceKey key, List<Condition> list) -> {
                List<DatedCondition> dated = date(key, list);
                document(key, dated.isEmpty(), StatusDocument.ofConditions(key, dated));
            }
            case StatusUpdate.BgpNodeStatus node -> {
                List<DatedCondition> dated = date(node.key(), node.conditions());
                document(node.key(), node.instances().isEmpty() && dated.isEmpty(), StatusDocument.ofNode(node, dated));
            }
        }
    }

    private List<DatedCondition> date(ResourceKey key, List<Condition> list) throws IOException {
        List<DatedCondition> former = conditions.get(key);
        List<DatedCondition> dated = DatedCondition.date(list, former == null ? storedConditions(key) : former, clock.instant());
        conditions.put(key, dated);
        return dated;
    }

    private List<DatedCondition> storedConditions(ResourceKey key) throws IOException {
        String name = StatusDocument.fileName(key);
        Optional<byte[]> content = files.read(name);
        try {
            return content.isEmpty() ? List.of() : StatusDocument.conditions(new String(content.get(), StandardCharsets.UTF_8));
        } catch (SyntaxException e) {
            files.setAside(name);
            return List.of();
        }
    }

    private void document(ResourceKey key, boolean empty, String content) throws IOException {
        if (empty) {
            files.remove(StatusDocument.fileName(key));
            conditions.remove(key);
        } else {
            files.write(StatusDocument.fileName(key), content);
        }
    }

    @SuppressWarnings("ReferenceEquality") // immutable, and replaced only by a change
    private static Set<ResourceKey> changed(Assignments before, Assignments after) {
        if (before == after) {
            return Set.of();
        }
        Set<ResourceKey> keys = new HashSet<>(before.entries().keySet());
        keys.addAll(after.entries().keySet());
        keys.removeIf(key -> Objects.equals(before.status(key), after.status(key)));
        return keys;
    }

    private SourceProblem problem(String file, String problem, String remedy, boolean kept) {
        return new SourceProblem(files.directory().resolve(file).toString(), "", problem, remedy, kept);
    }

    /** An exception's message without the path, which the problem's origin has. */
    static String reason(IOException e) {
        if (e instanceof FileSystemException system && system.getReason() != null) {
            return system.getReason();
        }
        return switch (e) {
            case AccessDeniedException ignored -> "Permission denied";
            case NoSuchFileException ignored -> "No such file or directory";
            case NotDirectoryException ignored -> "Not a directory";
            default -> String.valueOf(e.getMessage());
        };
    }
}
