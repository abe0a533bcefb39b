package io.roadstead.plugin.mesh.etcd.client;

import java.util.function.Consumer;

/** What a {@link Writer} asks of a connection. Answers come on the store's loop; none comes once the connection has been lost. */
interface WriteCalls {
    /** Stores a key under a lease. */
    void put(String key, byte[] value, long lease, Consumer<Outcome> answer);

    /** Removes a key; one that is not there is fine. */
    void delete(String key, Consumer<Outcome> answer);

    /** Asks for a lease; {@link Outcome.Granted} when there is one. */
    void grant(Consumer<Outcome> answer);

    /** Keeps a lease alive; {@link Writer#leaseLost} is called when it has ended. */
    void renew(long lease);

    /** How a request ended. What ends otherwise takes the connection with it, and is unknown. */
    sealed interface Outcome {
        /** Stored, or removed. */
        record Done() implements Outcome {
        }

        /** There is a new lease. */
        record Granted(long lease) implements Outcome {
        }

        /** There is no such lease any more. */
        record LeaseGone() implements Outcome {
        }

        /**
         * The store does not take it now.
         *
         * @param all     whether it takes nothing at all, as when it is full
         * @param problem with its remedy
         */
        record Refused(boolean all, String problem) implements Outcome {
        }
    }
}
