package io.roadstead.plugin.kubernetes.read;

import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.fabric8.kubernetes.client.KubernetesClient;
import org.jspecify.annotations.Nullable;

import io.roadstead.api.time.Backoff;
import io.roadstead.api.time.TimerHandle;
import io.roadstead.plugin.kubernetes.client.Connection;
import io.roadstead.plugin.kubernetes.client.ConnectionException;

/**
 * Asks which custom kinds are served, and in which version: two small requests, every now and then while one is missing, more rarely otherwise. What was served
 * counts as gone only when two answers in a row lack it, and none of its objects is told any more: a server that begins to run may not know all of its kinds yet,
 * and one of several may know less than the others. Confined to the source's loop.
 */
final class Discovery {
    private static final Duration SOON = Duration.ofSeconds(2);
    /** While nothing is missing: only a better version could appear. */
    private static final int RARELY = 10;

    private final Reading reading;
    private final Runnable changed;
    private final Backoff backoff;
    private final Map<Kind, String> served = new EnumMap<>(Kind.class);
    private final Set<Kind> doubtful = EnumSet.noneOf(Kind.class);
    private @Nullable Round round;
    private @Nullable TimerHandle timer;
    private @Nullable Trouble trouble;
    private boolean done;
    private int failures;

    /** @param changed called when what is served may have changed */
    Discovery(Reading reading, Runnable changed) {
        this.reading = reading;
        this.changed = changed;
        this.backoff = reading.backoff();
    }

    void start() {
        begin();
    }

    void stop() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        if (round != null) {
            round.end();
            round = null;
        }
    }

    /** Asks again soon: what is known seems to be wrong. */
    void soon() {
        if (round == null) {
            schedule(Backoff.spread(reading.random(), SOON));
        }
    }

    /** The server answers others again: what it did not answer before says nothing any more, and there is no long pause. */
    void hurry() {
        if (trouble != null && trouble.unreachable()) {
            failures = 0;
            backoff.reset();
            soon();
        }
    }

    /** Whether there has been a complete answer. */
    boolean done() {
        return done;
    }

    /** Which version of the kind to read; null when it is not served. */
    @Nullable
    String version(Kind kind) {
        return served.get(kind);
    }

    /** Why nothing is known now; null when something is. */
    @Nullable
    Trouble trouble() {
        return failures > 1 ? trouble : null;
    }

    /** Whether the server answers now. */
    boolean connected() {
        return trouble == null && done;
    }

    @SuppressWarnings("ReferenceEquality") // this very client
    void renew(KubernetesClient former) {
        if (round != null && round.call != null && round.call.client() == former) {
            stop();
            soon();
        }
    }

    private void schedule(Duration pause) {
        if (timer != null) {
            timer.cancel();
        }
        timer = reading.loop().schedule(pause, this::begin);
    }

    private void begin() {
        timer = null;
        round = new Round();
        round.next();
    }

    private void failed(Trouble why, Duration pause) {
        stop();
        trouble = why;
        failures++;
        schedule(pause);
        reading.changed();
    }

    private void complete(Map<String, Set<String>> resources) {
        round = null;
        trouble = null;
        failures = 0;
        backoff.reset();
        boolean unsure = false;
        boolean all = true;
        for (Kind kind : Kind.values()) {
            if (kind.custom()) {
                String version =
                        kind.apiVersions().stream().filter(offered -> resources.getOrDefault(offered, Set.of()).contains(kind.plural()))
                                .findFirst().orElse(null);
                if (version != null) {
                    served.put(kind, version);
                    doubtful.remove(kind);
                    all &= version.equals(kind.apiVersions().getFirst());
                } else if (served.containsKey(kind) && doubtful.add(kind)) {
                    unsure = true;
                } else if (served.containsKey(kind) && reading.answered(kind)) {
                    all = false; // whose definition goes, that one's watch ends
                } else {
                    served.remove(kind);
                    doubtful.remove(kind);
                    all = false;
                }
            }
        }
        done = true;
        Duration pause = unsure ? SOON : reading.options().discoveryInterval().multipliedBy(all ? RARELY : 1);
        schedule(Backoff.spread(reading.random(), pause));
        changed.run();
    }

    /** One question per version of the group. */
    private final class Round {
        private final Iterator<String> versions = versions().iterator();
        private final HashMap<String, Set<String>> resources = new HashMap<>();
        private final Watchdog watchdog = new Watchdog(reading.loop(), this::silent);
        private Connection.@Nullable Call call;
        private String version = "";

        private static Set<String> versions() {
            Set<String> versions = new LinkedHashSet<>();
            for (Kind kind : Kind.values()) {
                if (kind.custom()) {
                    versions.addAll(kind.apiVersions());
                }
            }
            return versions;
        }

        private void next() {
            if (!versions.hasNext()) {
                watchdog.stop();
                complete(resources);
                return;
            }
            version = versions.next();
            String asked = version;
            Handoff<Signal> handoff = new Handoff<>(reading.loop(), signals -> take(asked, signals));
            watchdog.start(reading.options().requestTimeout());
            try {
                call = reading.connection().open(Target.root(version),
                        new AnswerReader(reading.answers(), new Target(Kind.BGP_CLUSTER_CONFIG, version, null, null), false, handoff::add));
            } catch (ConnectionException unusable) {
                failed(Trouble.of(unusable), backoff.next());
            }
        }

        private void end() {
            watchdog.stop();
            if (call != null) {
                call.cancel();
            }
        }

        @SuppressWarnings("ReferenceEquality") // this very round
        private void take(String asked, List<Signal> signals) {
            watchdog.heard();
            for (Signal signal : signals) {
                if (round == this && asked.equals(version)) {
                    handle(signal);
                }
            }
        }

        private void handle(Signal signal) {
            switch (signal) {
                case Signal.Document(Map<String, ?> document) -> resources.put(version, names(document));
                case Signal.Declined(int code, var message, var retryAfter) when code == Trouble.NOT_FOUND -> next();
                case Signal.Declined declined -> {
                    Duration pause = backoff.next();
                    failed(declined.code() == Trouble.FORBIDDEN
                            ? new Trouble(Trouble.FORBIDDEN, "the agent may not ask which kinds are served",
                                    "bind the ClusterRole system:discovery to its service account")
                            : Trouble.of(new Target(Kind.BGP_CLUSTER_CONFIG, version, null, null), declined),
                            declined.retryAfter().compareTo(pause) > 0 ? declined.retryAfter() : pause);
                }
                case Signal.Ended(String failure) when failure == null && resources.containsKey(version) -> next();
                case Signal.Ended(String failure) ->
                        failed(Trouble.unreachable(failure == null ? "the answer breaks off" : failure), backoff.next());
                default -> {
                    // parts of an answer that is not complete yet
                }
            }
        }

        private void silent() {
            KubernetesClient suspect = call == null ? null : call.client();
            failed(Trouble.unreachable("no answer in time"), backoff.next());
            if (suspect != null) {
                reading.suspect(suspect);
            }
        }
    }

    private static Set<String> names(Map<String, ?> document) {
        Set<String> names = new HashSet<>();
        if (document.get("resources") instanceof List<?> list) {
            for (Object element : list) {
                if (element instanceof Map<?, ?> resource && resource.get("name") instanceof String name) {
                    names.add(name);
                }
            }
        }
        return names;
    }
}
