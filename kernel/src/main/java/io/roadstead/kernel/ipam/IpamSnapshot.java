package io.roadstead.kernel.ipam;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

import io.roadstead.api.metrics.Metric;
import io.roadstead.api.metrics.Metric.Sample;
import io.roadstead.api.view.PoolView;
import io.roadstead.api.view.StatusView;

/**
 * The addresses at one moment. Immutable, for any thread.
 *
 * @param pools        older ones first
 * @param services     Services that are ours
 * @param unsatisfied  how many of them do not have all they want
 * @param firstPending one of those, and why; empty when there is none
 */
public record IpamSnapshot(List<PoolView> pools, int services, int unsatisfied, String firstPending) {

    static final IpamSnapshot EMPTY = new IpamSnapshot(List.of(), 0, 0, "");

    public IpamSnapshot {
        pools = List.copyOf(pools);
    }

    public int conflictingPools() {
        return (int) pools.stream().filter(pool -> !pool.conflict().isEmpty()).count();
    }

    /** For the agent's status. */
    public StatusView.Ipam status() {
        return new StatusView.Ipam(pools.size(), conflictingPools(), services - unsatisfied, unsatisfied);
    }

    /** What somebody should look at, each with its remedy. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        pools.stream().filter(pool -> !pool.conflict().isEmpty()).forEach(pool -> problems.add("pool " + pool.name()
                + " hands out no new address: " + pool.conflict() + "; change one of the two"));
        if (unsatisfied > 0 && !pools.isEmpty()) {
            problems.add(unsatisfied + (unsatisfied == 1 ? " Service lacks an address; " : " Services lack an address, the first: ")
                    + firstPending);
        }
        return problems;
    }

    List<Metric> metrics() {
        return List.of(gauge("conflicting_pools", "Pools that hand out no new address since they overlap another", conflictingPools()),
                perPool("ips_available", "Addresses of the pool that are free", PoolView::available),
                perPool("ips_used", "Addresses of the pool that are in use", PoolView::used),
                gauge("services_matching", "Services that are given their addresses by Roadstead", services),
                gauge("services_unsatisfied", "Services that do not have all the addresses they want", unsatisfied));
    }

    private static Metric gauge(String name, String help, int value) {
        return new Metric("roadstead_lbipam_" + name, help, Metric.Type.GAUGE, List.of(new Sample(new TreeMap<>(), value)));
    }

    private Metric perPool(String name, String help, Function<PoolView, BigInteger> figure) {
        return new Metric("roadstead_lbipam_" + name, help, Metric.Type.GAUGE,
                pools.stream().map(pool -> new Sample(new TreeMap<>(Map.of("pool", pool.name())), figure.apply(pool).doubleValue()))
                        .toList());
    }
}
