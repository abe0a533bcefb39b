package io.roadstead.plugin.kubernetes.call;

import java.time.Duration;
import java.util.Map;

/**
 * What came of a request.
 *
 * @param code       HTTP's; 0 when no answer came, which does not say that the request was not carried out
 * @param body       the object, or a {@code Status} that says what was wrong; empty when neither could be read
 * @param retryAfter zero unless the server named a time
 * @param problem    what was wrong, in the server's words where it had some; empty when all went well
 */
public record ApiReply(int code, Map<String, ?> body, Duration retryAfter, String problem) {
    public static final int NO_ANSWER = 0;
    public static final int UNAUTHORIZED = 401;
    public static final int FORBIDDEN = 403;
    public static final int NOT_FOUND = 404;
    public static final int CONFLICT = 409;
    public static final int TOO_MANY_REQUESTS = 429;
    public static final int UNAVAILABLE = 503;

    private static final int FIRST_OK = 200;
    private static final int FIRST_NOT_OK = 300;

    /** Nobody answered. */
    public static ApiReply unanswered(String problem) {
        return new ApiReply(NO_ANSWER, Map.of(), Duration.ZERO, problem);
    }

    public boolean ok() {
        return code >= FIRST_OK && code < FIRST_NOT_OK;
    }

    /** Whether the server as a whole does not answer now, whatever is asked. */
    public boolean serverAway() {
        return code == NO_ANSWER || code == TOO_MANY_REQUESTS || code == UNAVAILABLE;
    }
}
