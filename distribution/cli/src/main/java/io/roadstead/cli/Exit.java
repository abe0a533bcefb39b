package io.roadstead.cli;

/** Exit codes of the command line; those of the agent are the kernel's. Documented in docs/operator-guide.md. */
final class Exit {
    static final int OK = 0;
    /** Something unexpected. */
    static final int INTERNAL = 1;
    /** The command line was wrong. */
    static final int USAGE = 2;
    /** A configuration or plugin file was refused. */
    static final int REFUSED = 3;
    /** No agent answered, or not all that were asked. */
    static final int NO_ANSWER = 7;
    /** The agent answered with an error: nothing of that name, or a view it could not make. */
    static final int ANSWERED_ERROR = 8;

    /** The agent answered, and what was looked at, or waited for, is not as it should be. */
    static final int NOT_WELL = 9;

    private Exit() {
    }
}
