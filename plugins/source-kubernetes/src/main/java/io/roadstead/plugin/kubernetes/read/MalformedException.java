package io.roadstead.plugin.kubernetes.read;

/** The server's text is not what it has to be. */
final class MalformedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    MalformedException(String message) {
        super(message);
    }
}
