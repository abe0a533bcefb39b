package io.roadstead.kernel.boot;

import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.source.LeaderElection;
import io.roadstead.api.source.Needs;
import io.roadstead.kernel.cluster.ClusterNeeds;

/**
 * An election whose winner looks at more of the cluster than others do. It is told that it leads when that has been read: it would take what it has not heard of for
 * gone, and tell others so.
 *
 * @param election who decides
 * @param of       of the leader
 */
record NeedingElection(LeaderElection election, ClusterNeeds needs, Needs of) implements LeaderElection {

    private static final Logger log = LoggerFactory.getLogger(NeedingElection.class);

    @Override
    public Registration contend(String role, Consumer<Boolean> leads) {
        Candidate candidate = new Candidate(role, leads);
        Registration contending = election.contend(role, candidate::elected);
        return () -> {
            contending.close();
            needs.set(candidate.part, Needs.OWN_NODE);
        };
    }

    /** Synchronized, so that nobody is told true who has been told false in the meantime: another agent leads by then. */
    private final class Candidate {
        private final String part;
        private final Consumer<Boolean> leads;
        private long term;
        private boolean elected;

        Candidate(String role, Consumer<Boolean> leads) {
            this.part = "leader of " + role;
            this.leads = leads;
        }

        private synchronized void elected(boolean now) {
            elected = now;
            term++;
            long elections = term;
            if (now) {
                needs.set(part, of).whenComplete((nothing, failure) -> begin(elections, failure));
            } else {
                leads.accept(false);
                needs.set(part, Needs.OWN_NODE);
            }
        }

        private synchronized void begin(long elections, Throwable failure) {
            if (elected && term == elections) {
                if (failure == null) {
                    leads.accept(true);
                } else {
                    log.error("cannot lead, the source does not give what that needs part=\"{}\"", part, failure);
                }
            }
        }
    }
}
