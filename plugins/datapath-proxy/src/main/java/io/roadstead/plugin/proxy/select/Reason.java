package io.roadstead.plugin.proxy.select;

/** Why a flow was not carried, or not any longer. */
public enum Reason {
    NO_BACKEND("no backend"),
    SOURCE_RANGE("source range"),
    /** From outside to a frontend that is for inside. */
    NOT_ROUTABLE("not routable"),
    NO_DISPATCH("dispatch mode not loaded"),
    CONNECTION_LIMIT("connection limit"),
    FRONTEND_LIMIT("connection limit of the frontend"),
    FLOW_LIMIT("flow limit"),
    /** Every attempt was refused or timed out. */
    BACKEND_FAILED("no backend answers"),
    IDLE("idle"),
    /** The backend is gone, and so is the time to get away from it. */
    BACKEND_GONE("backend gone"),
    /** Datagrams came faster than they could be sent on. */
    OVERRUN("overrun");

    private final String text;

    Reason(String text) {
        this.text = text;
    }

    /** As counters, events and explanations show it. */
    public String text() {
        return text;
    }
}
