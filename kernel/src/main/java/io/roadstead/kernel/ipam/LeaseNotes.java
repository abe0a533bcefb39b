package io.roadstead.kernel.ipam;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

import io.roadstead.api.model.net.IpAddress;

/**
 * Puts into words what a Service's owner should know: what was refused, what is kept although it would not be given today, and with whom an address is not shared
 * and why. Follows from the present state alone, so that a restart finds the same words and writes nothing.
 */
final class LeaseNotes {

    private final PoolTable pools;
    private final Allocator allocator;

    LeaseNotes(PoolTable pools, Allocator allocator) {
        this.pools = pools;
        this.allocator = allocator;
    }

    String note(Lease lease, Collection<Lease> sharers) {
        List<String> parts = new ArrayList<>();
        lease.refusals.forEach(refusal -> parts.add(refusal.message()));
        if (!lease.request.unreadable().isEmpty()) {
            parts.add("not an address in " + AddressRequest.ADDRESSES + ": " + String.join(", ", lease.request.unreadable()));
        }
        for (IpAddress address : lease.planned) {
            if (!lease.refusals.isEmpty() && !lease.request.addresses().isEmpty() && !lease.request.addresses().contains(address)) {
                parts.add(address + " kept until all that was requested can be given");
            }
            keptAlthough(lease, address).ifPresent(why -> parts.add(address + " kept although " + why));
            holderAlthough(lease, address).ifPresent(parts::add);
        }
        notShared(lease, sharers).ifPresent(parts::add);
        return String.join("; ", parts);
    }

    private Optional<String> keptAlthough(Lease lease, IpAddress address) {
        List<Pool> containing = pools.containing(address);
        if (containing.isEmpty()) {
            return Optional.of("no pool contains it");
        }
        Optional<String> why = Optional.empty();
        for (Pool pool : containing) {
            Optional<Refusal> refusal = pool.refusal(address, lease.service);
            if (refusal.isEmpty()) {
                return Optional.empty();
            }
            why = why.or(() -> refusal.map(one -> "pool " + pool.name() + " " + one.message()));
        }
        return why;
    }

    private Optional<String> holderAlthough(Lease lease, IpAddress address) {
        for (Lease holder : AddressGrants.sorted(allocator.holders(address))) {
            if (holder == lease) {
                continue;
            }
            if (holder.owner == Lease.Owner.FOREIGN) {
                return Optional.of(address + " kept although another implementation gave it to " + holder.service.displayName());
            }
            if (holder.owner == Lease.Owner.OURS && holder.planned.contains(address)) {
                Optional<String> why = lease.sharing.refusal(holder.sharing)
                        .map(refusal -> address + " kept although " + holder.service.displayName() + " has it: " + refusal.message());
                if (why.isPresent()) {
                    return why;
                }
            }
        }
        return Optional.empty();
    }

    /** With whom of its sharing key it could not go together; three of them, by address. */
    private Optional<String> notShared(Lease lease, Collection<Lease> sharers) {
        TreeMap<IpAddress, String> refused = new TreeMap<>();
        for (Lease other : AddressGrants.sorted(sharers)) {
            if (other != lease && other.planned.stream().noneMatch(lease.planned::contains)) {
                lease.sharing.refusal(other.sharing).ifPresent(refusal -> other.planned
                        .forEach(address -> refused.putIfAbsent(address,
                                address + " with " + other.service.displayName() + ": " + refusal.message())));
            }
        }
        return refused.isEmpty()
                ? Optional.empty()
                : Optional.of("does not share " + refused.values().stream().limit(3).collect(Collectors.joining(", ")));
    }
}
