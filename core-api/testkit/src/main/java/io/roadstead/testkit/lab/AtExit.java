package io.roadstead.testkit.lab;

import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * What must not outlive this JVM. Processes and namespaces enter when they come to be and leave when they are closed; those that a test
 * forgot, or that an interrupted run left, are removed by a shutdown hook, last come first gone. A killed JVM has no hook:
 * {@link Namespace} and {@link LabDirectory} of the next run sweep up after it.
 */
final class AtExit {

    private static final ConcurrentLinkedDeque<Runnable> PENDING = new ConcurrentLinkedDeque<>();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(AtExit::runAll, "lab-at-exit"));
    }

    private AtExit() {
    }

    /** The action, to be handed to {@link #forget} once it is no longer needed. Must be repeatable: it may run beside a close. */
    static Runnable remember(Runnable action) {
        PENDING.push(action);
        return action;
    }

    static void forget(Runnable action) {
        PENDING.remove(action);
    }

    private static void runAll() {
        for (var action : PENDING) {
            try {
                action.run();
            } catch (RuntimeException ignored) {
                // the JVM is going, and the next leftover matters more than this one's reason
            }
        }
    }
}
