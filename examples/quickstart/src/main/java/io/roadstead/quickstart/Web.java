package io.roadstead.quickstart;

import java.util.List;
import java.util.Map;

/** A web service of the cluster, by its address in the cluster. */
interface Web {

    /** Where a browser finds it. */
    String url();

    /** Puts it into the cluster with these of its backends, by number from 1. */
    void publish(List<Integer> backends);

    /** Has cluster east share its own Service of that name, and this one take part, from the next {@link #publish} on. */
    void share();

    /** Asks that many times, each on a connection of its own: how many answers came from whom. Throws {@link WalkFailure} when one does not come. */
    Map<String, Integer> ask(int times);
}
