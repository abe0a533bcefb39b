package io.roadstead.kernel.ipam;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.meta.LabelSelector;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.net.IpRange;
import io.roadstead.api.model.pool.LoadBalancerIpPool;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.view.PoolView;

/** A pool as it is used: its blocks, what it overlaps, how many of its addresses are occupied. Owned by {@link PoolTable}. */
final class Pool {

    /** Older pools first, then by name: who comes first keeps a contested range, and is served from first. */
    static final Comparator<Pool> ORDER = Comparator.comparing((Pool pool) -> pool.resource.meta().created()).thenComparing(Pool::name);

    private final LoadBalancerIpPool resource;
    private final List<Block> blocks;
    private final BigInteger total;
    private String conflict = "";
    private long used;
    private long usedAssignable;
    private @Nullable PoolView view;

    /**
     * One block.
     *
     * @param assignable what may be handed out of it
     */
    record Block(String text, IpRange all, IpRange assignable) {
        static Block of(LoadBalancerIpPool.Block block, boolean allowFirstLast) {
            IpRange all = block.addresses();
            IpPrefix cidr = block.cidr();
            if (cidr == null) {
                return new Block(all.first().equals(all.last()) ? all.first().toString() : all.toString(), all, all);
            }
            boolean whole = allowFirstLast || cidr.length() >= cidr.family().bits() - 1;
            return new Block(cidr.toString(), all, whole ? all : new IpRange(all.first().next(), beforeLast(all.last())));
        }

        /** The last address of a prefix with host bits is odd: nothing to borrow. */
        private static IpAddress beforeLast(IpAddress last) {
            return new IpAddress(last.family(), last.high(), last.low() - 1);
        }
    }

    Pool(LoadBalancerIpPool resource) {
        this.resource = resource;
        this.blocks = resource.blocks().stream().map(block -> Block.of(block, resource.allowFirstLastIps())).toList();
        this.total = size(blocks.stream().map(Block::assignable).sorted().toList());
    }

    /** Of the union. */
    private static BigInteger size(List<IpRange> sorted) {
        BigInteger sum = BigInteger.ZERO;
        @Nullable
        IpRange run = null;
        for (IpRange range : sorted) {
            if (run != null && run.overlaps(range)) {
                run = new IpRange(run.first(), run.last().compareTo(range.last()) > 0 ? run.last() : range.last());
            } else {
                sum = run == null ? sum : sum.add(run.size());
                run = range;
            }
        }
        return run == null ? sum : sum.add(run.size());
    }

    String name() {
        return resource.meta().name();
    }

    LoadBalancerIpPool resource() {
        return resource;
    }

    List<Block> blocks() {
        return blocks;
    }

    /** What it overlaps; empty when nothing. */
    String conflict() {
        return conflict;
    }

    /** Returns whether that is a change. */
    boolean conflict(String what) {
        boolean changed = !conflict.equals(what);
        conflict = what;
        view = changed ? null : view;
        return changed;
    }

    boolean contains(IpAddress address) {
        return blocks.stream().anyMatch(block -> block.all.contains(address));
    }

    boolean assigns(IpAddress address) {
        return blocks.stream().anyMatch(block -> block.assignable.contains(address));
    }

    boolean selects(Service service) {
        LabelSelector selector = resource.serviceSelector();
        return selector == null || selector.matches(service.selectorLabels());
    }

    /** Why it hands nothing out, as a clause that follows its name; empty when it does. */
    Optional<String> closed() {
        if (resource.disabled()) {
            return Optional.of("is disabled");
        }
        return conflict.isEmpty() ? Optional.empty() : Optional.of("is in conflict: " + conflict);
    }

    /** Why it would not hand out this address of its own to this Service, as a clause that follows its name; empty when it would. */
    Optional<Refusal> refusal(IpAddress address, Service service) {
        Optional<String> closed = closed();
        if (closed.isPresent()) {
            return Optional.of(new Refusal(Refusal.Why.NO_POOL, closed.get()));
        }
        if (!assigns(address)) {
            return Optional
                    .of(new Refusal(Refusal.Why.NO_POOL, "keeps the first and last address of a block back (allowFirstLastIPs: No)"));
        }
        return selects(service)
                ? Optional.empty()
                : Optional.of(new Refusal(Refusal.Why.POOL_SELECTOR_MISMATCH, "selects only Services with " + selectorText()));
    }

    String selectorText() {
        return Objects.requireNonNullElse(resource.serviceSelector(), LabelSelector.EVERYTHING).toString();
    }

    void count(IpAddress address, int difference) {
        if (contains(address)) {
            used += difference;
            usedAssignable += assigns(address) ? difference : 0;
            view = null;
        }
    }

    /** The same object until something differs. */
    PoolView view() {
        PoolView present = view;
        if (present == null) {
            present = new PoolView(name(), resource.disabled(), conflict, total, BigInteger.valueOf(used),
                    total.subtract(BigInteger.valueOf(usedAssignable)), blocks.stream().map(Block::text).toList(), selectorText());
            view = present;
        }
        return present;
    }
}
