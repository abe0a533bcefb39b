package io.roadstead.api.error;

import org.jspecify.annotations.Nullable;

/**
 * An error that a person can act on. Wrapped once, at the boundary where the subject is known; never logged and rethrown.
 */
public final class RoadsteadException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient ErrorCode code;
    private final String subject;
    private final String problem;
    private final String remedy;

    /**
     * @param subject what it is about, as its user names it: {@code peer tor-switch}, {@code roadstead.conf: 12}
     * @param problem what is wrong, one clause without a full stop
     * @param remedy  what to do, one clause; empty when there is nothing to do
     */
    public RoadsteadException(ErrorCode code, String subject, String problem, String remedy) {
        this(code, subject, problem, remedy, null);
    }

    /** As above, with the cause that was caught. */
    public RoadsteadException(ErrorCode code, String subject, String problem, String remedy, @Nullable Throwable cause) {
        super(subject + ": " + problem + (remedy.isEmpty() ? "" : "; " + remedy), cause);
        this.code = code;
        this.subject = subject;
        this.problem = problem;
        this.remedy = remedy;
    }

    public ErrorCode code() {
        return code;
    }

    public String subject() {
        return subject;
    }

    public String problem() {
        return problem;
    }

    /** Empty when there is nothing to do. */
    public String remedy() {
        return remedy;
    }
}
