package io.roadstead.testkit.lab;

import java.util.List;
import java.util.NoSuchElementException;

import io.roadstead.api.model.bgp.AfiSafi;

/**
 * A BGP speaker that is not ours. Made by {@link Frr}, {@link Bird} and {@link Gobgp} out of configuration text in the daemon's own
 * language; asked in one language, so that a test can state the same facts about all three. Confined to the test's thread. It asks the
 * daemon anew each time and never waits: that is for {@link Eventually}.
 */
public interface BgpDaemon extends AutoCloseable {

    /** The configured neighbours, in the daemon's order. */
    List<SeenNeighbor> neighbors();

    /** The neighbour with this address; throws {@link NoSuchElementException} naming those there are. */
    default SeenNeighbor neighbor(String address) {
        var all = neighbors();
        return all.stream().filter(neighbor -> neighbor.address().equals(address)).findFirst()
                .orElseThrow(() -> new NoSuchElementException("no neighbour " + address + " in " + all));
    }

    /** Every path of the daemon's table: received ones that its import policy let in, and its own. */
    List<SeenRoute> routes(AfiSafi family);

    /** The paths to one prefix, best first; empty when there is none. */
    default List<SeenRoute> routes(AfiSafi family, String prefix) {
        return routes(family).stream().filter(route -> route.prefix().equals(prefix))
                .sorted((one, other) -> Boolean.compare(other.best(), one.best())).toList();
    }

    /** Ends the daemon the polite way if it still runs, and starts it with the same configuration. Returns when it answers. */
    void restart();

    /** SIGKILL: the kernel closes its connections, nobody is told. {@link #restart()} brings it back. */
    void kill();

    /** What it wrote to its log since the first start. */
    String logs();

    /** Ends it the polite way and removes its files. Idempotent. */
    @Override
    void close();
}
