package io.roadstead.testkit.lab;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/** What the life of each {@link BgpDaemon} has in common: processes with files of their own, in a namespace or not. */
abstract class PrivateDaemon implements BgpDaemon {

    static final Duration START_TIMEOUT = Duration.ofSeconds(20);
    private static final String LOG = "log";

    final LabDirectory directory;
    final @Nullable Namespace namespace;
    private final String name;
    /** The last one first, the order of their end: what needs another ends before it. */
    private final Deque<ManagedProcess> processes = new ArrayDeque<>();

    /** @param namespace null for the test's own */
    PrivateDaemon(String name, @Nullable Namespace namespace) {
        this.name = name;
        this.namespace = namespace;
        this.directory = LabDirectory.create(name.toLowerCase(Locale.ROOT));
    }

    /** Starts its processes by {@link #launch} and returns when it answers. Files of an earlier life may be there. */
    abstract void start();

    /** {@link #start}, and nothing remains if that fails. */
    final void startOrClose() {
        try {
            start();
        } catch (RuntimeException | AssertionError e) {
            close();
            throw e;
        }
    }

    final ManagedProcess launch(List<String> command) {
        var builder = ManagedProcess.of(command).log(directory.file(LOG));
        var process = (namespace == null ? builder : builder.in(namespace)).start();
        processes.addFirst(process);
        return process;
    }

    final String path(String file) {
        return directory.file(file).toString();
    }

    @Override
    public final void restart() {
        stop();
        start();
    }

    @Override
    public final void kill() {
        processes.forEach(ManagedProcess::kill);
    }

    @Override
    public final String logs() {
        return LabDirectory.read(directory.file(LOG));
    }

    @Override
    public final void close() {
        stop();
        directory.close();
    }

    @Override
    public final String toString() {
        return name + " in " + (namespace == null ? "the host" : namespace);
    }

    private void stop() {
        processes.forEach(ManagedProcess::close);
        processes.clear();
    }
}
