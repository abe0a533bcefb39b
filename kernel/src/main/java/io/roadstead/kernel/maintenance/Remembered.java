package io.roadstead.kernel.maintenance;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * What outlives the agent.
 *
 * @param command null when nobody has drained the node by command
 * @param begun   when the maintenance began that goes on; null when none does
 */
record Remembered(@Nullable Command command, @Nullable Instant begun) {

    static final Remembered NOTHING = new Remembered(null, null);

    /**
     * That somebody has drained the node.
     *
     * @param reason empty for none
     */
    record Command(String reason) {
    }
}
