package io.roadstead.plugin.kubernetes.client;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.time.Loop;

/**
 * Ends the credential plugins of a kubeconfig that do not answer: the client runs them by itself, on whichever loop asks, and waits for ever. Knows them by their names
 * among the processes that this one has started. Looks from a loop of its own, since all others may be waiting. Safe for any thread.
 */
final class CredentialPlugins implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CredentialPlugins.class);
    private static final int LOOKS = 3;

    private final Supplier<Loop> loops;
    private final Duration limit;
    private final AtomicInteger ended = new AtomicInteger();
    /** How often each running one has been seen; confined to the loop. */
    private Map<Long, Integer> seen = new HashMap<>();
    private volatile Set<String> names = Set.of();
    private volatile boolean closed;
    private boolean looking;

    /**
     * @param loops asked once, when there is a plugin
     * @param limit how long one may take; up to a third longer
     */
    CredentialPlugins(Supplier<Loop> loops, Duration limit) {
        this.loops = loops;
        this.limit = limit;
    }

    /** Watches those from now on, and no others; by their commands as kubeconfigs have them. */
    synchronized void watch(Set<Path> commands) {
        names = Set.copyOf(commands.stream().map(CredentialPlugins::name).toList());
        if (!names.isEmpty() && !looking) {
            looking = true;
            Loop loop = loops.get();
            loop.execute(() -> look(loop));
        }
    }

    /** How many have been ended. */
    int ended() {
        return ended.get();
    }

    Duration limit() {
        return limit;
    }

    @Override
    public void close() {
        closed = true;
    }

    private void look(Loop loop) {
        if (closed) {
            return;
        }
        Map<Long, Integer> now = new HashMap<>();
        // A shell may stand between, by which the client runs them.
        ProcessHandle.current().children().filter(child -> isPlugin(child) || child.descendants().anyMatch(this::isPlugin))
                .forEach(plugin -> {
                    int looks = seen.getOrDefault(plugin.pid(), 0) + 1;
                    if (looks > LOOKS) {
                        end(plugin);
                    } else {
                        now.put(plugin.pid(), looks);
                    }
                });
        seen = now;
        loop.schedule(limit.dividedBy(LOOKS), () -> look(loop));
    }

    private void end(ProcessHandle plugin) {
        log.warn("a kubeconfig's credential plugin does not answer and is ended pid={} limit={}", plugin.pid(), limit);
        ended.incrementAndGet();
        plugin.descendants().forEach(ProcessHandle::destroyForcibly); // they may hold what is read
        plugin.destroyForcibly();
    }

    /** By its command, or by its script, which is an interpreter's first argument. */
    private boolean isPlugin(ProcessHandle process) {
        ProcessHandle.Info info = process.info();
        Stream<String> words = Stream.concat(info.command().stream(), info.arguments().stream().flatMap(Arrays::stream).limit(1));
        return words.anyMatch(word -> names.contains(name(Path.of(word))));
    }

    private static String name(Path command) {
        Path last = command.getFileName();
        return last == null ? "" : last.toString();
    }
}
