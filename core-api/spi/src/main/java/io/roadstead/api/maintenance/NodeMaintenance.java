package io.roadstead.api.maintenance;

import java.util.concurrent.CompletionStage;

import io.roadstead.api.view.MaintenanceView;

/**
 * Takes this node out of service by command, and back. Offered by the kernel to plugins' injectors; safe for any thread. Whoever offers it to people says who they
 * are: there is no permission check here.
 */
public interface NodeMaintenance {
    /** How long a reason may be, in characters. */
    int REASON_LIMIT = 256;

    /** How far this node is out of service. */
    CompletionStage<MaintenanceView> status();

    /**
     * Drains this node until {@link #undrain}, over restarts of the agent. Idempotent: the reason of a second call replaces the first one's, and what has begun goes
     * on. Completes when it has been stored; what is to be withdrawn is withdrawn later.
     *
     * @param reason for people; empty for none, one line, at most {@link #REASON_LIMIT} characters
     * @throws io.roadstead.api.error.RoadsteadException through the stage: BAD_REQUEST for such a reason, and nothing has changed; INPUT_OUTPUT when it could not be
     *                                                   stored, and the node is drained until the agent ends
     */
    CompletionStage<MaintenanceView> drain(String reason);

    /** Takes {@link #drain} back; other causes stay and are in the answer. Idempotent. Fails with INPUT_OUTPUT as above, the other way round. */
    CompletionStage<MaintenanceView> undrain();
}
