package io.roadstead.api.view;

import java.util.List;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Protocol;

/**
 * What would become of a Service's tables without one of its backends.
 *
 * @param service {@code namespace/name}
 * @param without {@code address}, or {@code address:port}; empty when nothing is taken away
 * @param tables  one per set of backends
 */
public record SimulationView(String node, String service, String without, List<Table> tables) {
    public SimulationView {
        tables = List.copyOf(tables);
    }

    /**
     * One table.
     *
     * @param frontends     that use it, like {@code 172.16.1.1:80/TCP}
     * @param slots         of the present table
     * @param slotsAfter    of the table without the backend; 0 when nobody would be left
     * @param shares        of the backends that new flows may get, in their order
     * @param leastShare    of the present table: the least of what backends get, in relation to what their weights say; 1 is exact
     * @param greatestShare the greatest, likewise
     * @param freed         how many slots the backend had
     * @param moved         how many slots of the other backends would go from one of them to another; of tables of unequal size, out of {@code sampled} flows
     * @param sampled       what {@code moved} is out of
     */
    public record Table(List<String> frontends, Protocol protocol, String algorithm, int slots, int slotsAfter, List<Share> shares,
            double leastShare, double greatestShare, double leastShareAfter, double greatestShareAfter, int freed, int moved, int sampled) {
        public Table {
            frontends = List.copyOf(frontends);
            shares = List.copyOf(shares);
        }
    }

    /** Slots of a backend, now and without the other one; −1 for the one that is taken away. */
    public record Share(IpAddress address, int port, int weight, int slots, int slotsAfter) {
    }
}
