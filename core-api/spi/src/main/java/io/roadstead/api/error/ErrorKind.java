package io.roadstead.api.error;

/** Who can do something about an error. Shown by the command line and used as a metrics label. */
public enum ErrorKind {
    /** The request was wrong: another one may succeed. */
    USER,
    /** A configuration file or a cluster resource is wrong. */
    CONFIG,
    /** The other side of a connection broke its protocol. */
    PROTOCOL,
    /** The machine lacks something: a permission, a file, a port, memory. */
    RESOURCE,
    /** Roadstead itself is wrong: please report it. */
    INTERNAL
}
