package io.roadstead.bench.mesh;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.source.LeaderElection;

/** Who came first leads, until it gives up. */
final class Election implements LeaderElection {

    private final Deque<Consumer<Boolean>> contenders = new ArrayDeque<>();

    @Override
    public synchronized Registration contend(String role, Consumer<Boolean> leads) {
        contenders.add(leads);
        if (leads.equals(contenders.peek())) {
            leads.accept(true);
        }
        return () -> giveUp(leads);
    }

    /** The one who leads goes to the end of the line. */
    synchronized void next() {
        Consumer<Boolean> leader = contenders.peek();
        if (leader != null && contenders.size() > 1) {
            contenders.remove();
            leader.accept(false);
            contenders.add(leader);
            contenders.element().accept(true);
        }
    }

    private synchronized void giveUp(Consumer<Boolean> leads) {
        boolean led = leads.equals(contenders.peek());
        if (contenders.remove(leads) && led) {
            leads.accept(false);
            if (!contenders.isEmpty()) {
                contenders.element().accept(true);
            }
        }
    }
}
