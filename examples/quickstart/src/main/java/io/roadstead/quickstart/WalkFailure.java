package io.roadstead.quickstart;

/** The walk did not show what it has to; the message says what, for people. */
final class WalkFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    WalkFailure(String message) {
        super(message);
    }
}
