package io.roadstead.plugin.kubernetes.lead;

/** What a leader asks before it does something that only a leader may. Safe for any thread. */
public interface Fence {
    /** Whether it may lead at some time. */
    boolean possible();

    /** The number of this agent's current term of leading, rising from 1; 0 while it does not lead. */
    long term();

    /**
     * Whether the lease is certain not to have run out at this moment, also when the process has just been standing still. May be false for a while within a term, and
     * true again.
     */
    boolean valid();

    /** Never leads. */
    Fence NEVER = new Fence() {
        @Override
        public boolean possible() {
            return false;
        }

        @Override
        public long term() {
            return 0;
        }

        @Override
        public boolean valid() {
            return false;
        }
    };
}
