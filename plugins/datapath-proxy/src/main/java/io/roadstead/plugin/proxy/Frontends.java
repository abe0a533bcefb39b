package io.roadstead.plugin.proxy;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.lb.Backend;
import io.roadstead.api.lb.Frontend;
import io.roadstead.api.lb.Frontend.Scope;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.lb.SelectionTable;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.plugin.proxy.relay.Bind;
import io.roadstead.plugin.proxy.relay.Environment;
import io.roadstead.plugin.proxy.select.BackendKey;
import io.roadstead.plugin.proxy.select.Serving;

/**
 * What is wanted, and the sockets for it. Changed on one loop; {@link #binds} and {@link #refused} may be read from anywhere. A frontend that cannot be carried
 * is refused alone: what it was before goes on.
 */
final class Frontends {

    private static final int MOST_SLOTS = 1 << 20;
    private static final Comparator<Frontend> ORDER =
            Comparator.comparing(Frontend::address).thenComparingInt(Frontend::port).thenComparing(Frontend::protocol)
                    .thenComparing(Frontend::scope);

    private final Environment environment;
    private final Map<Frontend, FrontendState> states = new TreeMap<>(ORDER);
    private final Map<Bind.Key, Bind> binds = new ConcurrentHashMap<>();
    private final Map<Frontend, String> refused = new ConcurrentHashMap<>();
    /** Not served any more, but with flows that go on. */
    private final Set<Bind.Key> retired = new HashSet<>();
    private final Ids<Frontend> ids = new Ids<>();
    private final Ids<BackendKey> backendIds = new Ids<>();

    Frontends(Environment environment) {
        this.environment = environment;
    }

    void replace(Collection<FrontendState> wanted) {
        Set<Frontend> gone = new TreeSet<>(ORDER);
        gone.addAll(states.keySet());
        gone.addAll(refused.keySet());
        wanted.forEach(state -> gone.remove(state.frontend()));
        update(List.copyOf(wanted), List.copyOf(gone));
    }

    void update(List<FrontendState> changed, List<Frontend> removed) {
        Set<Bind.Key> touched = new HashSet<>();
        for (Frontend frontend : removed) {
            refused.remove(frontend);
            if (put(frontend, null)) {
                touched.add(Bind.Key.of(frontend));
            }
        }
        for (FrontendState state : changed) {
            Frontend frontend = state.frontend();
            Optional<String> problem = problem(state);
            if (problem.isPresent()) {
                refused.put(frontend, problem.get());
            } else {
                refused.remove(frontend);
                if (put(frontend, state)) {
                    touched.add(Bind.Key.of(frontend));
                }
            }
        }
        touched.forEach(this::serve);
        Set.copyOf(retired).forEach(this::forget);
    }

    /** Whether that changes anything. */
    private boolean put(Frontend frontend, @Nullable FrontendState state) {
        FrontendState before = state == null ? states.remove(frontend) : states.put(frontend, state);
        if (state != null) {
            ids.acquire(frontend);
            state.backends().forEach(backend -> backendIds.acquire(BackendKey.of(backend)));
        }
        if (before != null) {
            ids.release(frontend);
            before.backends().forEach(backend -> backendIds.release(BackendKey.of(backend)));
        }
        return before == null ? state != null : !before.equals(state);
    }

    private void serve(Bind.Key key) {
        Serving serving = new Serving(state(key, Scope.EXTERNAL), state(key, Scope.INTERNAL));
        if (serving.isEmpty()) {
            retired.add(key);
        } else {
            retired.remove(key);
        }
        binds.computeIfAbsent(key, absent -> Bind.of(absent, environment)).serve(serving);
    }

    private @Nullable FrontendState state(Bind.Key key, Scope scope) {
        return states.get(new Frontend(key.address(), key.port(), key.protocol(), scope));
    }

    private void forget(Bind.Key key) {
        Bind bind = binds.get(key);
        if (bind != null && bind.flows() == 0) {
            retired.remove(key);
            binds.remove(key);
            bind.worker().loop().execute(bind::close);
        }
    }

    /** Why a frontend cannot be carried as it is. */
    private static Optional<String> problem(FrontendState state) {
        if (state.frontend().protocol() == Protocol.SCTP) {
            return Optional.of("the proxy does not carry SCTP; leave the port to another datapath");
        }
        SelectionTable table = state.table();
        if (table == null) {
            return Optional.empty();
        }
        int slots = table.slots();
        if (slots < 1 || slots > MOST_SLOTS) {
            return Optional
                    .of("algorithm " + state.algorithm() + " made a table of " + slots + " slots; 1 to " + MOST_SLOTS + " are possible");
        }
        for (int slot = 0; slot < slots; slot++) {
            int index = table.backendIndex(slot);
            if (index < 0 || index >= state.selectable()) {
                return Optional.of("algorithm " + state.algorithm() + " gave slot " + slot + " to backend " + index + " of "
                        + state.selectable() + "; correct or replace the algorithm");
            }
        }
        return Optional.empty();
    }

    /** On the loop. */
    Stream<FrontendState> states() {
        return states.values().stream();
    }

    /** On the loop. */
    long id(Frontend frontend) {
        return ids.of(frontend);
    }

    /** The numbers of all; on the loop. */
    Map<Frontend, Long> ids() {
        return states.keySet().stream().collect(Collectors.toMap(frontend -> frontend, ids::of));
    }

    /** On the loop. */
    long id(Backend backend) {
        return backendIds.of(BackendKey.of(backend));
    }

    @Nullable
    Bind bind(Bind.Key key) {
        return binds.get(key);
    }

    Collection<Bind> binds() {
        return binds.values();
    }

    /** By the frontend that is refused. */
    Map<Frontend, String> refused() {
        return refused;
    }
}
