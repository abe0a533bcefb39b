package io.roadstead.kernel.ipam;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import io.roadstead.api.model.meta.Condition;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.pool.LoadBalancerIpPool;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.model.service.ServiceType;
import io.roadstead.api.source.StatusUpdate;
import io.roadstead.api.view.PoolView;
import io.roadstead.kernel.ipam.Lease.Owner;

/**
 * Which Service has which address: takes changes of Services and pools, returns the statuses that must be stored. Leading it decides, following it only keeps in mind
 * what is stored. Touches what a change touches: the Services it names, those they share a key or an address with, those with an address of a changed pool and, when
 * an address or a pool became available, those that wait. No I/O, no clock; confined to the control loop.
 */
final class AddressPlanner {

    private final Set<String> classes;
    private final Allocator allocator = new Allocator();
    private final PoolTable pools = new PoolTable(allocator);
    private final AddressGrants grants = new AddressGrants(pools, allocator);
    private final LeaseNotes notes = new LeaseNotes(pools, allocator);
    private final Map<ResourceKey, Lease> leases = new HashMap<>();
    private final Map<String, Set<Lease>> sharers = new HashMap<>();
    /** Ours that do not have all they want. */
    private final TreeSet<Lease> waiting = new TreeSet<>(Lease.ORDER);
    private final Map<String, Told> told = new HashMap<>();
    private int ours;
    private boolean leading;

    /** To look at before the change at hand is done. */
    private final Set<Lease> touched = new LinkedHashSet<>();
    /** New, or edited in a way that matters to sharing: they give way, not those that were there. */
    private final Set<Lease> edited = new HashSet<>();
    /** Whether something for which a Service may wait became available. */
    private boolean available;

    /** What was last written of a pool. */
    private record Told(PoolView view, List<Condition> conditions) {
    }

    /**
     * What changed.
     *
     * @param goneServices also those that are unknown
     */
    record Change(List<Service> services, List<ResourceKey> goneServices, List<LoadBalancerIpPool> pools, List<String> gonePools) {
    }

    AddressPlanner(Set<String> classes) {
        this.classes = Set.copyOf(classes);
    }

    /** Takes a change; returns what must be stored, nothing while following. */
    List<StatusUpdate> apply(Change change) {
        if (!change.pools.isEmpty() || !change.gonePools.isEmpty()) {
            boolean dormant = dormant();
            pools.change(change.pools, change.gonePools)
                    .forEach(pool -> pool.blocks()
                            .forEach(block -> allocator.in(block.all()).forEach(entry -> touched.addAll(entry.getValue()))));
            if (dormant != dormant()) {
                touched.addAll(leases.values());
            }
            available = true;
        }
        change.goneServices.forEach(this::forget);
        change.services.forEach(this::observe);
        return settle();
    }

    /** Begins to decide. What is stored stays, whatever else changed meanwhile. */
    List<StatusUpdate> lead() {
        leading = true;
        touched.addAll(leases.values());
        available = true;
        return settle();
    }

    /** Stops deciding, and forgets what was decided but not stored. */
    void follow() {
        leading = false;
        told.clear();
        touched.addAll(leases.values());
        settle();
    }

    /** Why the Service lacks an address that it should have; empty otherwise. */
    String pending(ResourceKey service) {
        Lease lease = leases.get(service);
        return lease != null && waiting.contains(lease) ? lease.note : "";
    }

    /** What its owner should know of its addresses; empty when nothing. */
    String note(ResourceKey service) {
        Lease lease = leases.get(service);
        return lease == null ? "" : lease.note;
    }

    IpamSnapshot snapshot() {
        String first = waiting.isEmpty() ? "" : waiting.first().service.displayName() + ": " + waiting.first().note;
        return new IpamSnapshot(pools.all().stream().map(Pool::view).toList(), ours, waiting.size(), first);
    }

    /** Until there is a pool nothing is written to a Service that was never ours: another implementation may serve them all. */
    private boolean dormant() {
        return pools.all().isEmpty();
    }

    private void forget(ResourceKey key) {
        Lease lease = leases.get(key);
        if (lease != null) {
            touchWithNeighbours(lease);
            drop(lease);
        }
    }

    private void drop(Lease lease) {
        leases.remove(lease.key);
        waiting.remove(lease);
        unindex(lease);
        touched.remove(lease);
        edited.remove(lease);
        own(lease, Owner.FOREIGN);
        lease.occupied.forEach(address -> vacate(address, lease));
    }

    private void observe(Service service) {
        Lease lease = leases.get(service.key());
        if (lease == null) {
            if (service.spec().type() != ServiceType.LOAD_BALANCER && service.status().equals(Service.Status.NONE)) {
                return;
            }
            lease = new Lease(service);
            leases.put(lease.key, lease);
            edited.add(lease);
        } else {
            touchWithNeighbours(lease);
            unindex(lease);
            waiting.remove(lease);
            Service.Status before = lease.service.status();
            SharingProfile profile = lease.sharing;
            Set<IpAddress> written = lease.written;
            lease.service(service);
            if (service.status().equals(lease.inFlight)) {
                lease.inFlight = null;
                lease.written.clear();
            } else if (!service.status().equals(before)) {
                lease.inFlight = null; // somebody else's word, or an older one of ours: what shall be stored is said again
                lease.stored().stream()
                        .filter(address -> !before.loadBalancerIngress().contains(address) && !written.contains(address))
                        .forEach(lease.planned::add);
            }
            if (!lease.sharing.equals(profile)) {
                edited.add(lease);
                available = true;
            }
        }
        if (!lease.sharing.key().isEmpty()) {
            sharers.computeIfAbsent(lease.sharing.key(), key -> new HashSet<>()).add(lease);
        }
        occupy(lease);
        touchWithNeighbours(lease);
    }

    private List<StatusUpdate> settle() {
        List.copyOf(touched).forEach(this::adopt);
        if (leading) {
            giveWay();
            grant();
        }
        List<StatusUpdate> updates = new ArrayList<>();
        for (Lease lease : AddressGrants.sorted(touched)) {
            if (leading) {
                write(lease, updates);
            }
            if (lease.owner == Owner.FOREIGN && lease.occupied.isEmpty() && lease.service.spec().type() != ServiceType.LOAD_BALANCER) {
                drop(lease);
            }
        }
        touched.clear();
        edited.clear();
        available = false;
        if (leading) {
            writePools(updates);
        }
        return updates;
    }

    /** Settles whose the Service is, and takes what it has for its own. */
    private void adopt(Lease lease) {
        Owner before = lease.owner;
        own(lease, ownerNow(lease));
        if (!leading) {
            lease.planned.clear();
            lease.written.clear();
            lease.inFlight = null;
        }
        if (lease.owner != Owner.OURS) {
            lease.planned.clear();
            lease.refusals = List.of();
            lease.note = "";
            waiting.remove(lease);
        } else if (!leading || before != Owner.OURS) {
            lease.planned.addAll(lease.stored());
        }
        if (lease.owner == Owner.FOREIGN) {
            lease.given.clear();
        } else if (!leading && lease.hasCondition()) {
            lease.given.addAll(lease.stored());
        }
        occupy(lease);
        if (!leading && lease.owner == Owner.OURS) {
            readNote(lease);
        }
    }

    private Owner ownerNow(Lease lease) {
        Service.Spec spec = lease.service.spec();
        boolean loadBalancer = spec.type() == ServiceType.LOAD_BALANCER;
        if (loadBalancer && spec.loadBalancerClassName().map(classes::contains).orElseGet(() -> !servedByOthers(lease))) {
            return Owner.OURS;
        }
        boolean traces = lease.hasCondition() || lease.inFlight != null || lease.stored().stream().anyMatch(lease.given::contains);
        // With a foreign class a condition may be that of another agent which knows it: only what was seen to be ours is taken back.
        return traces && (lease.owner != Owner.FOREIGN || !loadBalancer && lease.hasCondition()) ? Owner.LEAVING : Owner.FOREIGN;
    }

    /** Whether a Service without a class already has an address that cannot be from here: it is left to whoever gave it that. */
    private boolean servedByOthers(Lease lease) {
        return !lease.stored().isEmpty() && lease.given.isEmpty() && lease.inFlight == null && !lease.hasCondition()
                && lease.stored().stream().allMatch(address -> pools.containing(address).isEmpty());
    }

    /** Takes an address away from those that were just edited so that they cannot share it any more, and from newcomers that claim a taken one. */
    private void giveWay() {
        Set<Lease> unsettled = new HashSet<>(edited);
        for (Lease lease : AddressGrants.sorted(edited)) {
            lease.planned.removeIf(address -> allocator.holders(address).stream()
                    .anyMatch(holder -> holder != lease && !unsettled.contains(holder) && holder.planned.contains(address)
                            && lease.sharing.refusal(holder.sharing).isPresent()));
            unsettled.remove(lease);
        }
    }

    private void grant() {
        TreeSet<Lease> todo = new TreeSet<>(Lease.ORDER);
        todo.addAll(touched);
        do {
            if (available) {
                todo.addAll(waiting);
                available = false;
            }
            for (Lease lease = todo.pollFirst(); lease != null; lease = todo.pollFirst()) {
                if (lease.owner == Owner.OURS) {
                    grant(lease, todo);
                }
            }
        } while (available);
    }

    private void grant(Lease lease, Set<Lease> todo) {
        Set<IpAddress> before = Set.copyOf(lease.planned);
        grants.satisfy(lease, sharers(lease));
        touched.add(lease);
        if (lease.refusals.isEmpty()) {
            waiting.remove(lease);
        } else {
            waiting.add(lease);
        }
        if (!lease.planned.equals(before)) {
            occupy(lease);
            touchWithNeighbours(lease);
            // Who waits for an address by name may be refused by another holder now.
            if (lease.planned.stream().anyMatch(address -> allocator.holders(address).size() > 1)) {
                waiting.stream().filter(other -> other != lease && other.request.addresses().stream().anyMatch(lease.planned::contains))
                        .forEach(todo::add);
            }
        }
    }

    private void write(Lease lease, List<StatusUpdate> updates) {
        if (lease.owner == Owner.OURS) {
            lease.note = notes.note(lease, sharers(lease));
        }
        Service.Status desired = lease.desired(dormant());
        if (lease.owner == Owner.OURS && IpamConditions.find(desired.conditions()).isPresent()) {
            lease.given.addAll(lease.planned);
        }
        if (!desired.equals(lease.service.status()) && !desired.equals(lease.inFlight)) {
            lease.inFlight = desired;
            lease.written.addAll(desired.loadBalancerIngress());
            occupy(lease);
            updates.add(new StatusUpdate.ServiceStatus(lease.key, desired));
        }
    }

    private void writePools(List<StatusUpdate> updates) {
        told.keySet().retainAll(pools.all().stream().map(Pool::name).toList());
        for (Pool pool : pools.all()) {
            Told last = told.get(pool.name());
            if (last == null || !last.view.equals(pool.view())) {
                List<Condition> conditions = IpamConditions.ofPool(pool.view());
                told.put(pool.name(), new Told(pool.view(), conditions));
                if (last == null || !last.conditions.equals(conditions)) {
                    updates.add(new StatusUpdate.Conditions(pool.resource().key(), conditions));
                }
            }
        }
    }

    /** Following, the leader's word as stored is all there is to say. */
    private void readNote(Lease lease) {
        Optional<Condition> condition = IpamConditions.find(lease.service.status().conditions());
        lease.note = condition.map(Condition::message).orElse(lease.stored().isEmpty() ? "no leading agent has decided yet" : "");
        if (condition.map(stored -> stored.status() == Condition.Status.TRUE).orElse(!lease.stored().isEmpty())) {
            waiting.remove(lease);
        } else {
            waiting.add(lease);
        }
    }

    private void own(Lease lease, Owner owner) {
        ours += (owner == Owner.OURS ? 1 : 0) - (lease.owner == Owner.OURS ? 1 : 0);
        lease.owner = owner;
    }

    private Collection<Lease> sharers(Lease lease) {
        return sharers.getOrDefault(lease.sharing.key(), Set.of());
    }

    private void unindex(Lease lease) {
        sharers.computeIfPresent(lease.sharing.key(), (key, members) -> members.remove(lease) && members.isEmpty() ? null : members);
    }

    private void touchWithNeighbours(Lease lease) {
        touched.add(lease);
        touched.addAll(sharers(lease));
        lease.occupied.forEach(address -> touched.addAll(allocator.holders(address)));
    }

    /** Makes the allocator know what the lease may have. */
    private void occupy(Lease lease) {
        Set<IpAddress> now = new HashSet<>(lease.stored());
        now.addAll(lease.planned);
        now.addAll(lease.written);
        if (now.equals(lease.occupied)) {
            return;
        }
        for (IpAddress address : now) {
            if (!lease.occupied.contains(address) && allocator.occupy(address, lease)) {
                pools.count(address, 1);
            }
        }
        for (IpAddress address : lease.occupied) {
            if (!now.contains(address)) {
                vacate(address, lease);
            }
        }
        lease.occupied = now;
    }

    private void vacate(IpAddress address, Lease lease) {
        if (allocator.vacate(address, lease)) {
            pools.count(address, -1);
        }
        available = true;
    }
}
