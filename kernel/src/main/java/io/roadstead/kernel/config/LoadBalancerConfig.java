package io.roadstead.kernel.config;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.config.Doc;
import io.roadstead.api.config.OpenKeys;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.net.IpRange;
import io.roadstead.api.model.pool.LoadBalancerIpPool;

/** The section {@code roadstead.load-balancer}. */
public record LoadBalancerConfig(@Doc("Addresses for Services of type LoadBalancer.") Ipam ipam,
        @Doc("Pools of addresses beside those of CiliumLoadBalancerIPPool resources; the same on every node.") @OpenKeys Map<String, Pool> pools) {

    /** Handing out addresses. */
    public record Ipam(@Doc("Whether this agent may hand out addresses; one agent of the cluster at a time does.") boolean enabled) {
    }

    /** One pool. */
    public record Pool(@Doc(value = "Prefixes and ranges.", example = "[ \"172.16.1.0/24\", \"10.0.0.10-10.0.0.20\" ]") List<Block> blocks,
            @Doc("Which Services may have an address of it. Default: all.") @Nullable Selector serviceSelector,
            @Doc("Whether the first and last address of a prefix are handed out.") boolean allowFirstLastIps,
            @Doc("No new address from it; what was handed out stays.") boolean disabled) {
        public Pool {
            if (blocks.isEmpty()) {
                throw new IllegalArgumentException("blocks is empty");
            }
        }
    }

    /** Addresses of a pool; as a text a prefix or {@code first-last}. */
    public record Block(@Doc("A prefix.") @Nullable IpPrefix cidr, @Doc("First address of a range.") @Nullable IpAddress start,
            @Doc("Last address of a range. Default: the first.") @Nullable IpAddress stop) {
        public Block {
            if ((cidr == null) == (start == null) || stop != null && start == null) {
                throw new IllegalArgumentException("a block has either a cidr, or start and stop");
            }
            if (start != null && stop != null) {
                new IpRange(start, stop); // says what is wrong
            }
        }

        static Block parse(String text) {
            int dash = text.indexOf('-');
            return dash < 0
                    ? new Block(IpPrefix.parse(text), null, null)
                    : new Block(null, IpAddress.parse(text.substring(0, dash).strip()), IpAddress.parse(text.substring(dash + 1).strip()));
        }

        LoadBalancerIpPool.Block toModel() {
            return start == null
                    ? new LoadBalancerIpPool.Block(cidr, null)
                    : new LoadBalancerIpPool.Block(null, new IpRange(start, stop == null ? start : stop));
        }
    }
}
