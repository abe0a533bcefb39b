package io.roadstead.api.model.bgp;

/** The states of RFC 4271 §8.2.2. */
public enum SessionState {
    IDLE("idle"), CONNECT("connect"), ACTIVE("active"), OPEN_SENT("open_sent"), OPEN_CONFIRM("open_confirm"), ESTABLISHED("established");

    private final String text;

    SessionState(String text) {
        this.text = text;
    }

    /** As Cilium's status and command line spell it. */
    public String text() {
        return text;
    }
}
