package io.roadstead.plugin.kubernetes.read;

import java.time.Duration;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/** What a request's answer is told as, in this order of its parts. */
sealed interface Signal {
    /** The answer has begun, and is a good one. */
    record Begun() implements Signal {
    }

    /** Something came that completes nothing yet. */
    record Heard() implements Signal {
    }

    /** An object of a list. */
    record Item(Read read) implements Signal {
    }

    /**
     * All objects of this page have been told.
     *
     * @param continuation empty on the last page
     */
    record Page(String resourceVersion, String continuation) implements Signal {
    }

    /** An object appeared or changed. */
    record Changed(Read read, String resourceVersion) implements Signal {
    }

    /** An object is gone. */
    record Deleted(Read read, String resourceVersion) implements Signal {
    }

    /** Everything up to this version has been told. */
    record Bookmark(String resourceVersion) implements Signal {
    }

    /** A document that is no list. */
    record Document(Map<String, ?> document) implements Signal {
    }

    /**
     * The server declined.
     *
     * @param retryAfter zero when it did not say
     */
    record Declined(int code, String message, Duration retryAfter) implements Signal {
    }

    /**
     * Nothing more comes.
     *
     * @param failure null when the answer was complete
     */
    record Ended(@Nullable String failure) implements Signal {
    }
}
