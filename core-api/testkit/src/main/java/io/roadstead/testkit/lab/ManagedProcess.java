package io.roadstead.testkit.lab;

import static io.roadstead.testkit.lab.Eventually.eventually;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A long-running process of a test, its output in a file. Any thread may call any method. It is ended by its own pid and never by name, so
 * that nothing else on the machine is touched; it never outlives this JVM, unless the JVM is killed.
 */
public final class ManagedProcess implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ManagedProcess.class);
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final int TAIL_LINES = 40;

    private final String name;
    private final Process process;
    private final Path log;
    private final @Nullable LabDirectory ownDirectory;
    private final Runnable atExit;

    private ManagedProcess(String name, Process process, Path log, @Nullable LabDirectory ownDirectory) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.ownDirectory = ownDirectory;
        this.atExit = AtExit.remember(this::kill);
    }

    /** A process to be; nothing happens before {@link Builder#start()}. The program is looked up in PATH. */
    public static Builder of(String program, String... arguments) {
        var command = new ArrayList<>(List.of(program));
        command.addAll(List.of(arguments));
        return new Builder(command);
    }

    /** See {@link Builder}. */
    public static Builder of(List<String> command) {
        return new Builder(command);
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** File that receives standard output and standard error; restarts of a daemon append to it. */
    public Path log() {
        return log;
    }

    /** Everything said so far on standard output and standard error. */
    public String output() {
        return LabDirectory.read(log);
    }

    /** Waits until the output contains the text; fails like {@link #await}. */
    public ManagedProcess awaitOutput(Duration timeout, String text) {
        return await(timeout, "output contains \"" + text + "\"", () -> output().contains(text));
    }

    /** Waits until the whole output satisfies; fails like {@link #await}. */
    public ManagedProcess awaitOutput(Duration timeout, Predicate<String> satisfies) {
        return await(timeout, "output satisfies", () -> satisfies.test(output()));
    }

    /**
     * Waits until the condition holds. Throws {@link AssertionError} after the timeout, and {@link LabException} at once when the process
     * ends first, both with the end of the output.
     */
    public ManagedProcess await(Duration timeout, String what, Condition condition) {
        eventually(timeout, () -> {
            if (!condition.holds() && process.isAlive()) {
                throw new AssertionError(name + " runs, but not: " + what + "\n" + tail());
            }
        });
        if (!process.isAlive() && !condition.holds()) {
            throw new LabException(name + " ended with " + process.exitValue() + " before: " + what + "\n" + tail());
        }
        return this;
    }

    /** Waits for the process to end by itself and gives its exit code. */
    public int awaitExit(Duration timeout) {
        if (!waitFor(timeout)) {
            throw new AssertionError(name + " still runs after " + timeout + "\n" + tail());
        }
        return process.exitValue();
    }

    /** Sends SIGTERM and returns at once. */
    public void terminate() {
        process.destroy();
    }

    /** SIGKILL to it and its children: no farewell to anyone. Returns when it is gone. */
    public void kill() {
        var children = process.descendants().toList();
        process.destroyForcibly();
        waitFor(GRACE);
        children.forEach(ProcessHandle::destroyForcibly);
    }

    /** SIGTERM, SIGKILL after 10 s; children that outlive it are killed. Its log goes too, unless the test named the file. Idempotent. */
    @Override
    public void close() {
        var children = process.descendants().toList();
        process.destroy();
        if (!waitFor(GRACE)) {
            LOG.warn("process did not end when asked to process={} pid={} grace={}", name, pid(), GRACE);
            process.destroyForcibly();
            waitFor(GRACE);
        }
        children.forEach(ProcessHandle::destroyForcibly);
        AtExit.forget(atExit);
        if (ownDirectory != null) {
            ownDirectory.close();
        }
    }

    @Override
    public String toString() {
        return name + "[pid=" + pid() + "]";
    }

    private boolean waitFor(Duration timeout) {
        try {
            return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw LabException.interrupted("waiting for " + name, e);
        }
    }

    private String tail() {
        var lines = output().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    }

    /** Something to wait for. */
    @FunctionalInterface
    public interface Condition {
        boolean holds();
    }

    /** A process to be: where it runs, with what, and where its output goes. */
    public static final class Builder {

        private final List<String> command;
        private final Map<String, String> environment = new HashMap<>();
        private @Nullable Namespace namespace;
        private @Nullable Cgroup cgroup;
        private @Nullable Path directory;
        private @Nullable Path log;

        private Builder(List<String> command) {
            this.command = List.copyOf(command);
        }

        /** Runs in the namespace instead of the test's own. */
        public Builder in(Namespace namespace) {
            this.namespace = namespace;
            return this;
        }

        /** Runs in the control group instead of the test's own. */
        public Builder in(Cgroup cgroup) {
            this.cgroup = cgroup;
            return this;
        }

        /** Working directory; that of the test if not given. */
        public Builder directory(Path directory) {
            this.directory = directory;
            return this;
        }

        /** One variable on top of the test's environment. */
        public Builder environment(String name, String value) {
            environment.put(name, value);
            return this;
        }

        /** File that output is appended to and that outlives the process; a private one if not given. */
        public Builder log(Path log) {
            this.log = log;
            return this;
        }

        /** Starts it; returns as soon as the program runs, which says nothing about whether it is ready. */
        public ManagedProcess start() {
            var name = Path.of(command.getFirst()).getFileName().toString();
            if (log == null) {
                var directory = LabDirectory.create(name);
                return start(name, directory.file("log"), directory);
            }
            return start(name, log, null);
        }

        /** The control group first: a namespace hides the path of the group. */
        private List<String> wrapped() {
            var inside = namespace == null ? command : namespace.inside(command);
            return cgroup == null ? inside : cgroup.inside(inside);
        }

        private ManagedProcess start(String name, Path output, @Nullable LabDirectory ownDirectory) {
            var builder = new ProcessBuilder(wrapped());
            builder.environment().putAll(environment);
            builder.directory(directory == null ? null : directory.toFile());
            builder.redirectInput(new File("/dev/null"));
            builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
            try {
                return new ManagedProcess(name, builder.start(), output, ownDirectory);
            } catch (IOException e) {
                throw new LabException("cannot start " + String.join(" ", command), e);
            }
        }
    }
}
