package io.roadstead.plugin.manifests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Who leads of the agents that share a state directory. All roles go with one lock. Confined to the source's loop. */
final class Leadership {
    private final Path directory;
    private final LeaderLock lock;
    private final Map<Object, Consumer<Boolean>> contenders = new LinkedHashMap<>();
    private final Runnable began;
    private String problem = "";

    /** @param began called when this agent has begun to lead, before the contenders are */
    Leadership(Path directory, InstantSource clock, Runnable began) {
        this.directory = directory;
        this.lock = new LeaderLock(directory, clock);
        this.began = began;
    }

    boolean leads() {
        return lock.held();
    }

    /** Whether trying again makes sense. */
    boolean waits() {
        return !contenders.isEmpty() && !lock.held();
    }

    /** Why nobody can lead; empty when somebody can. */
    String problem() {
        return problem;
    }

    void join(Object token, Consumer<Boolean> leads) {
        contenders.put(token, leads);
        if (lock.held()) {
            leads.accept(true);
        } else {
            contend();
        }
    }

    void leave(Object token) {
        Consumer<Boolean> leads = contenders.remove(token);
        if (leads != null && lock.held()) {
            try {
                leads.accept(false);
            } finally {
                if (contenders.isEmpty()) {
                    release();
                }
            }
        }
    }

    void leaveAll() {
        List.copyOf(contenders.keySet()).forEach(this::leave);
    }

    /** Tries to begin, unless it leads or nobody wants to. */
    void contend() {
        if (!waits()) {
            return;
        }
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            if (lock.tryAcquire()) {
                began.run();
                contenders.values().forEach(leads -> leads.accept(true));
            }
            problem = "";
        } catch (IOException e) {
            problem = "the leader's lock cannot be taken: " + StatusStore.reason(e);
        }
    }

    private void release() {
        try {
            lock.release();
            problem = "";
        } catch (IOException e) {
            problem = "the leader's lock cannot be given back cleanly: " + StatusStore.reason(e);
        }
    }
}
