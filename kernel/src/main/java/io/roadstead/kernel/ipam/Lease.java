package io.roadstead.kernel.ipam;

import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.meta.Condition;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.model.service.ServiceType;

/** What is known and decided of one Service. Mutable; owned by {@link AddressPlanner}, read by its helpers, confined to the control loop. */
final class Lease {

    /** In this order Services of one change are served, so that agents which do not talk to each other come to the same result. */
    static final Comparator<Lease> ORDER = Comparator.comparing((Lease lease) -> lease.service.meta().created())
            .thenComparing(lease -> lease.service.meta().namespace()).thenComparing(lease -> lease.service.meta().name());

    /** Who gives the Service its addresses. */
    enum Owner {
        /** We do. */
        OURS,
        /** No longer we: what we gave is being taken back. */
        LEAVING,
        /** Somebody else, or nobody. Its addresses count as occupied, nothing else is done. */
        FOREIGN
    }

    final ResourceKey key;
    Service service;
    AddressRequest request;
    SharingProfile sharing;
    Owner owner = Owner.FOREIGN;

    /** What it shall have, in the order in which it got them. */
    final Set<IpAddress> planned = new LinkedHashSet<>();
    /** What was handed to the source since the source last showed what it had been handed: it may have stored any of it. */
    final Set<IpAddress> written = new HashSet<>();
    /** What it had from us while it was ours. */
    final Set<IpAddress> given = new HashSet<>();
    /** What the allocator has down for it: stored, planned and written. */
    Set<IpAddress> occupied = Set.of();
    /** Handed to the source and not yet seen stored. */
    Service.@Nullable Status inFlight;
    /** Why it does not have all it wants; empty when it has. */
    List<Refusal> refusals = List.of();
    /** For people; empty when there is nothing to say. */
    String note = "";

    Lease(Service service) {
        this.key = service.key();
        this.service = service;
        this.request = AddressRequest.of(service);
        this.sharing = SharingProfile.of(service);
    }

    void service(Service newer) {
        service = newer;
        request = AddressRequest.of(newer);
        sharing = SharingProfile.of(newer);
    }

    /** What the source holds. */
    List<IpAddress> stored() {
        return service.status().loadBalancerIngress();
    }

    boolean hasCondition() {
        return IpamConditions.find(service.status().conditions()).isPresent();
    }

    /** The status that shall be stored. */
    Service.Status desired(boolean dormant) {
        Service.Status now = service.status();
        return switch (owner) {
            case FOREIGN -> now;
            case LEAVING -> new Service.Status(service.spec().type() == ServiceType.LOAD_BALANCER
                    ? stored().stream().filter(address -> !given.contains(address)).toList()
                    : List.of(), IpamConditions.with(now.conditions(), null));
            case OURS -> {
                Condition condition = IpamConditions.ofService(refusals.isEmpty() ? null : refusals.getFirst(), note);
                boolean same = planned.equals(Set.copyOf(stored()));
                yield dormant && same && !hasCondition()
                        ? now
                        : new Service.Status(same ? stored() : List.copyOf(planned), IpamConditions.with(now.conditions(), condition));
            }
        };
    }
}
