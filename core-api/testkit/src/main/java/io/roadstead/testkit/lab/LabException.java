package io.roadstead.testkit.lab;

import org.jspecify.annotations.Nullable;

/** A lab could not do what it was asked to: the message carries the command and what it said. */
public final class LabException extends RuntimeException {

    LabException(String message) {
        super(message);
    }

    LabException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** For a wait that was interrupted; restores the interrupt. */
    static LabException interrupted(String what, InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new LabException("interrupted while " + what, cause);
    }
}
