package io.roadstead.kernel.planted;

/** An exception that is called an error. */
public final class NamedError extends RuntimeException {
    private static final long serialVersionUID = 1L;
}
