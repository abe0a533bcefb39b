package io.roadstead.api.view;

import java.time.Instant;
import java.util.List;

import io.roadstead.api.plugin.InstanceStatus.Health;

/**
 * The agent as a whole.
 *
 * @param node     this node
 * @param version  of the product
 * @param synced   whether the cluster's objects have been read completely
 * @param leader   whether this agent hands out addresses
 * @param health   the worst of its components
 * @param components source, peers, advertisers, datapath …, one row each
 * @param maintenance how far this node is out of service, which is no problem
 * @param problems everything that somebody should look at, each with its remedy
 */
public record StatusView(String node, String cluster, String version, String apiVersion, Instant started, boolean synced, boolean leader,
        Health health, List<Component> components, Bgp bgp, Ipam ipam, Balancing balancing, Mesh mesh,
        MaintenanceView maintenance, List<String> problems) {

    public StatusView {
        components = List.copyOf(components);
        problems = List.copyOf(problems);
    }

    /** One part. */
    public record Component(String kind, String name, String plugin, Health health, String summary, List<String> problems) {
        public Component {
            problems = List.copyOf(problems);
        }
    }

    /** BGP in one line. */
    public record Bgp(int instances, int peers, int established, int advertised, int received) {
    }

    /** Addresses in one line. */
    public record Ipam(int pools, int conflictingPools, int servicesSatisfied, int servicesUnsatisfied) {
    }

    /** Other clusters in one line: how many of them are ready. */
    public record Mesh(int ready, int remotes) {
    }

    /**
     * Load balancing.
     *
     * @param datapath type of what carries traffic; empty when nothing does
     * @param facts    in the order to show; names of Cilium's where one exists
     */
    public record Balancing(String datapath, int services, int frontends, List<Fact> facts) {
        public Balancing {
            facts = List.copyOf(facts);
        }
    }

    /** A line: {@code Mode → DSR}. A name that begins with blanks belongs to the one before. */
    public record Fact(String name, String value) {
    }
}
