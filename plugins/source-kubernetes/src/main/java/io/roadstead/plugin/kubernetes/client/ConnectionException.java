package io.roadstead.plugin.kubernetes.client;

/** There is no client, since what it would be made from is missing or wrong. Never holds a secret. */
public final class ConnectionException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    private final String remedy;

    ConnectionException(String problem, String remedy) {
        super(problem);
        this.remedy = remedy;
    }

    /** One clause; may be empty. */
    public String remedy() {
        return remedy;
    }
}
