package io.roadstead.plugin.proxy.select;

import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.lb.Frontend.Scope;
import io.roadstead.api.lb.FrontendState;

/** What one address and port serves: at most two frontends, which differ in their scope. Immutable. */
public final class Serving {

    /** Nobody any more. */
    public static final Serving NOBODY = new Serving(null, null);

    private final @Nullable FrontendState external;
    private final @Nullable FrontendState internal;
    private final Set<BackendKey> externalBackends;
    private final Set<BackendKey> internalBackends;

    public Serving(@Nullable FrontendState external, @Nullable FrontendState internal) {
        this.external = external;
        this.internal = internal;
        externalBackends = keys(external);
        internalBackends = keys(internal);
    }

    private static Set<BackendKey> keys(@Nullable FrontendState state) {
        return state == null ? Set.of() : state.backends().stream().map(BackendKey::of).collect(Collectors.toUnmodifiableSet());
    }

    /** The frontend for clients inside or outside; null when there is none for them. */
    public @Nullable FrontendState forClient(boolean inside) {
        return inside && internal != null ? internal : external;
    }

    /** Either of the two, to name what it is; null when there is none. */
    public @Nullable FrontendState any() {
        return external != null ? external : internal;
    }

    public @Nullable FrontendState of(Scope scope) {
        return scope == Scope.INTERNAL ? internal : external;
    }

    /** Whether flows to that backend may go on. */
    public boolean keeps(Scope scope, BackendKey backend) {
        return (scope == Scope.INTERNAL ? internalBackends : externalBackends).contains(backend);
    }

    public boolean isEmpty() {
        return external == null && internal == null;
    }
}
