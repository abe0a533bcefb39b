package io.roadstead.api.lb;

/** Whether a backend gets flows. */
public enum BackendState {
    /** New flows and those it has. */
    ACTIVE,
    /** Shutting down but serving: keeps its flows; gets new ones only when no backend is active (KEP-1669). */
    TERMINATING,
    /** Shutting down, no longer serving: keeps its flows until they end. */
    TERMINATING_NOT_SERVING,
    /** Found unhealthy: keeps its flows. */
    QUARANTINED,
    /** Taken out by its owner, or of weight 0: keeps its flows. */
    MAINTENANCE
}
