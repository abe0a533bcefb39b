package io.roadstead.bench.kubernetes;

/** One way to follow the bench's cluster, in a process of its own. */
interface Follower extends AutoCloseable {
    /** Begins; {@link #synced} is true when everything that existed has been read. */
    void start();

    boolean synced();

    /** How many times {@link BenchCluster#END} was told, and with it all before. */
    long endsTold();

    /** How many times an EndpointSlice was told; of several changes of one that came together, the last only may be. */
    long slicesTold();

    @Override
    void close();
}
