package io.roadstead.kernel.cluster;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.source.LeaderElection;
import io.roadstead.api.source.StatusWriter;
import io.roadstead.api.time.Loop;

/**
 * A writer of statuses, from when it is there until it is taken away, and whether this agent leads in a role meanwhile. Who writes as the leader asks right before:
 * losing the lead counts at once, not when the loop comes to it.
 */
public final class WritingTerm {

    private final StatusWriter writer;
    private volatile boolean leads;

    private WritingTerm(StatusWriter writer) {
        this.writer = writer;
    }

    /**
     * Begins one, for this holder. On any thread.
     *
     * @param control  where the holder is told
     * @param election null makes this agent lead at once
     * @return ends it, and gives up the role
     */
    public static Registration begin(Loop control, String role, StatusWriter writer, @Nullable LeaderElection election, Holder holder) {
        WritingTerm term = new WritingTerm(writer);
        control.execute(() -> holder.termBegan(term));
        Registration contending = () -> {
        };
        if (election == null) {
            term.lead(true, control, holder);
        } else {
            contending = election.contend(role, leads -> term.lead(leads, control, holder));
        }
        Registration given = contending;
        return () -> {
            term.leads = false;
            given.close();
            control.execute(() -> holder.termEnded(term));
        };
    }

    private void lead(boolean now, Loop control, Holder holder) {
        leads = now; // at once: another agent may begin as soon as this returns
        control.execute(() -> holder.leadChanged(this, now));
    }

    public StatusWriter writer() {
        return writer;
    }

    /** Whether this agent leads; any thread. */
    public boolean leads() {
        return leads;
    }

    /** Whose term it is; told on the control loop, in this order. A term may begin before a former one has ended. */
    public interface Holder {
        void termBegan(WritingTerm term);

        /** @param leads as it was told; by now it may be otherwise again */
        void leadChanged(WritingTerm term, boolean leads);

        void termEnded(WritingTerm term);
    }
}
