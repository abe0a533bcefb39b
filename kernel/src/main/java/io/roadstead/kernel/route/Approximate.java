package io.roadstead.kernel.route;

/**
 * A count that is said to people. Small ones are exact. Large ones move only when they differ by a twentieth from what was said last, and to and from none: else
 * each node that comes or goes would be a change to every Service.
 */
final class Approximate {

    /** Up to here each one matters. */
    static final int EXACT = 20;
    private static final int PART = 20;

    private int said;

    /** Takes the count as it is now; returns whether that is to be said. */
    boolean set(int now) {
        boolean tell = now != said && (now <= EXACT || said <= EXACT || Math.abs(now - said) > said / PART);
        if (tell) {
            said = now;
        }
        return tell;
    }

    /** Says the count as it is. */
    void exactly(int now) {
        said = now;
    }

    int said() {
        return said;
    }
}
