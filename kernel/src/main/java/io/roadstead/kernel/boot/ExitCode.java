package io.roadstead.kernel.boot;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;

/** How the agent's process ends. Part of the interface: service managers decide on restarts by it. */
public enum ExitCode {
    /** Stopped as asked. */
    OK(0),
    /** A mistake of ours: please report it. */
    INTERNAL(1),
    /** The command line is wrong. */
    USAGE(2),
    /** The configuration is wrong; all its problems have been printed. */
    CONFIG(3),
    /** A plugin cannot be loaded, and {@code roadstead.plugins.strict} is on. */
    PLUGIN(4),
    /** The machine lacks something: a permission, a port, a directory. */
    RESOURCE(5),
    /** A part did not end in time; everything else was stopped. */
    STOP_TIMEOUT(6);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    /** The process's exit status. */
    public int code() {
        return code;
    }

    /** The code for an error that ended the agent. */
    public static ExitCode of(RoadsteadException error) {
        String name = error.code().name();
        if (name.equals(CommonErrorCode.STOP_TIMEOUT.name())) {
            return STOP_TIMEOUT;
        } else if (name.startsWith("PLUGIN_") || name.startsWith("EXTENSION_")) {
            return PLUGIN;
        }
        return switch (error.code().kind()) {
            case USER -> USAGE;
            case CONFIG -> CONFIG;
            case RESOURCE -> RESOURCE;
            case PROTOCOL, INTERNAL -> INTERNAL;
        };
    }
}
