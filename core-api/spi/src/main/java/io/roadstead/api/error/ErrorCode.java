package io.roadstead.api.error;

/** Identity of an error, stable across releases. Implemented by enums; plugins bring their own enum. */
public interface ErrorCode {
    /** Upper snake case, unique within its enum, for example {@code CONFIG_UNKNOWN_KEY}. */
    String name();

    /** Who can do something about it. */
    ErrorKind kind();
}
