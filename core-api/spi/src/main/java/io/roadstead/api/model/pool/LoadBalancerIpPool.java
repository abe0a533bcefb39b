package io.roadstead.api.model.pool;

import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.meta.LabelSelector;
import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.net.IpRange;

/**
 * A cilium.io/v2 (or v2alpha1) CiliumLoadBalancerIPPool.
 *
 * @param blocks           at least one
 * @param serviceSelector  null means every Service
 * @param allowFirstLastIps whether the first and last address of a CIDR block are handed out; of no effect on /31, /32, /127, /128 and on
 *                         ranges
 * @param disabled         no new address from it; what was handed out stays
 */
public record LoadBalancerIpPool(ObjectMeta meta, List<Block> blocks, @Nullable LabelSelector serviceSelector, boolean allowFirstLastIps,
        boolean disabled) implements Resource {

    public static final String KIND = "CiliumLoadBalancerIPPool";

    public LoadBalancerIpPool {
        blocks = List.copyOf(blocks);
    }

    @Override
    public String kind() {
        return KIND;
    }

    /** One block: exactly one of the two is set; a CIDR wins over start and stop when a resource has both. */
    public record Block(@Nullable IpPrefix cidr, @Nullable IpRange range) {
        public Block {
            if ((cidr == null) == (range == null)) {
                throw new IllegalArgumentException("a block is a cidr or a range");
            }
        }

        /** All its addresses, whatever allowFirstLastIPs says. */
        public IpRange addresses() {
            return cidr != null ? IpRange.of(cidr) : Objects.requireNonNull(range);
        }
    }
}
