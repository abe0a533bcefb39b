package io.roadstead.kernel.ipam;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;

/** Decides what a Service gets that it does not have. Looks at the tables, changes only the lease's plan and refusals. */
final class AddressGrants {

    private final PoolTable pools;
    private final Allocator allocator;

    AddressGrants(PoolTable pools, Allocator allocator) {
        this.pools = pools;
        this.allocator = allocator;
    }

    /**
     * Gives the lease what it wants as far as possible. What it has and does not want goes only once it has all that it wants: a request that cannot be granted
     * costs nobody an address. Deciding again without a change in between changes nothing.
     *
     * @param sharers leases with the same sharing key
     */
    void satisfy(Lease lease, Collection<Lease> sharers) {
        List<Refusal> refusals = new ArrayList<>();
        List<IpAddress> named = lease.request.addresses();
        if (!named.isEmpty()) {
            for (IpAddress address : named) {
                if (!lease.planned.contains(address)) {
                    Optional<Refusal> refusal = refusal(lease, address);
                    refusal.ifPresentOrElse(refusals::add, () -> lease.planned.add(address));
                }
            }
        } else {
            for (AddressFamily family : lease.request.families()) {
                if (lease.planned.stream().noneMatch(address -> address.family() == family)) {
                    Optional<IpAddress> address = shared(lease, family, sharers).or(() -> lowestFree(lease, family));
                    address.ifPresentOrElse(lease.planned::add, () -> refusals.add(noneFree(lease, family)));
                }
            }
        }
        if (refusals.isEmpty()) {
            lease.planned.removeIf(address -> named.isEmpty()
                    ? !lease.request.families().contains(address.family())
                    : !named.contains(address));
        }
        lease.refusals = List.copyOf(refusals);
    }

    /** Why this lease cannot get this address; empty when it can. */
    private Optional<Refusal> refusal(Lease lease, IpAddress address) {
        List<Pool> containing = pools.containing(address);
        if (containing.isEmpty()) {
            return Optional.of(new Refusal(Refusal.Why.NO_POOL, "requested " + address
                    + " is in no pool; add a block that contains it to a pool, or request an address of " + poolNames()));
        }
        Optional<Refusal> closed = Optional.empty();
        for (Pool pool : containing) {
            Optional<Refusal> refusal = pool.refusal(address, lease.service);
            if (refusal.isEmpty()) {
                return occupied(lease, address).map(why -> new Refusal(why.why(), "requested " + address + " " + why.message()));
            }
            closed = closed
                    .or(() -> refusal.map(why -> new Refusal(why.why(), "requested " + address + " is in pool " + pool.name() + ", which "
                            + why.message())));
        }
        return closed;
    }

    /** Whose presence keeps the lease off an address; empty when nobody's. */
    private Optional<Refusal> occupied(Lease lease, IpAddress address) {
        for (Lease holder : sorted(allocator.holders(address))) {
            if (holder != lease) {
                Optional<Refusal> refusal = holder.owner == Lease.Owner.FOREIGN
                        ? Optional.of(new Refusal(Refusal.Why.ALREADY_ALLOCATED, "another implementation gave it that"))
                        : lease.sharing.refusal(holder.sharing);
                if (refusal.isPresent()) {
                    return refusal.map(why -> new Refusal(why.why(), "is held by " + holder.service.displayName() + ": " + why.message()));
                }
            }
        }
        return Optional.empty();
    }

    /** The lowest address that another lease with this sharing key has and that can be shared with it. */
    private Optional<IpAddress> shared(Lease lease, AddressFamily family, Collection<Lease> sharers) {
        TreeSet<IpAddress> candidates = new TreeSet<>();
        sharers.stream().filter(other -> other != lease).flatMap(other -> other.planned.stream())
                .filter(address -> address.family() == family).forEach(candidates::add);
        return candidates.stream().filter(address -> refusal(lease, address).isEmpty()).findFirst();
    }

    private Optional<IpAddress> lowestFree(Lease lease, AddressFamily family) {
        for (Pool pool : pools.all()) {
            if (pool.closed().isEmpty() && pool.selects(lease.service)) {
                for (Pool.Block block : pool.blocks()) {
                    Optional<IpAddress> free =
                            block.assignable().family() == family ? allocator.lowestFree(block.assignable()) : Optional.empty();
                    if (free.isPresent()) {
                        return free;
                    }
                }
            }
        }
        return Optional.empty();
    }

    private Refusal noneFree(Lease lease, AddressFamily family) {
        String version = family == AddressFamily.IPV4 ? "IPv4" : "IPv6";
        List<Pool> ofFamily = pools.all().stream()
                .filter(pool -> pool.blocks().stream().anyMatch(block -> block.all().family() == family)).toList();
        if (ofFamily.isEmpty()) {
            return new Refusal(Refusal.Why.NO_POOL, "no pool has " + version + " addresses; add one");
        }
        List<Pool> matching = ofFamily.stream().filter(pool -> pool.selects(lease.service)).toList();
        List<Pool> full = matching.stream().filter(pool -> pool.closed().isEmpty()).toList();
        if (!full.isEmpty()) {
            return new Refusal(Refusal.Why.OUT_OF_IPS, "no free " + version + " address in " + names(full) + "; add a block or a pool");
        }
        if (!matching.isEmpty()) {
            return new Refusal(Refusal.Why.NO_POOL, matching.stream().limit(3)
                    .map(pool -> "pool " + pool.name() + " " + pool.closed().orElse("")).collect(Collectors.joining(", "))
                    + "; enable or correct it, or add a pool");
        }
        return new Refusal(Refusal.Why.POOL_SELECTOR_MISMATCH, "no pool with " + version + " addresses selects it; add a label that one of "
                + names(ofFamily) + " selects, or change a serviceSelector");
    }

    private String poolNames() {
        return pools.all().isEmpty() ? "one" : names(pools.all());
    }

    private static String names(List<Pool> some) {
        String first = some.stream().limit(3).map(Pool::name).collect(Collectors.joining(", "));
        return (some.size() == 1 ? "pool " : "pools ") + first + (some.size() > 3 ? " and " + (some.size() - 3) + " more" : "");
    }

    static List<Lease> sorted(Collection<Lease> leases) {
        return leases.size() < 2 ? List.copyOf(leases) : leases.stream().sorted(Lease.ORDER).toList();
    }
}
