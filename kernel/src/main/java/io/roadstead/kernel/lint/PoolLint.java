package io.roadstead.kernel.lint;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.net.IpRange;
import io.roadstead.api.model.node.CiliumNode;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.model.pool.LoadBalancerIpPool;

/** Addresses that pools hand out and that somebody else may have. */
final class PoolLint {

    private PoolLint() {
    }

    static void check(LintInput input, List<Finding> findings) {
        List<Block> blocks = blocks(input.pools());
        if (blocks.isEmpty()) {
            return;
        }
        overlaps(blocks, findings);
        RangeIndex<String> podCidrs = podCidrs(input);
        RangeIndex<String> addresses = addresses(input.nodes());
        for (Block block : blocks) {
            podCidrs.overlapping(block.range).ifPresent(owner -> findings.add(new Finding(LintRule.POOL_CONTAINS_POD_CIDR, block.pool.key(),
                    block.field, block + " has addresses of Pods: " + owner, "take addresses that no Pod has")));
            addresses.overlapping(block.range).ifPresent(owner -> findings.add(new Finding(LintRule.POOL_CONTAINS_NODE, block.pool.key(),
                    block.field, block + " has the address of a node: " + owner, "take addresses that no machine has")));
        }
    }

    /** One block of a pool. */
    private record Block(LoadBalancerIpPool pool, String field, IpRange range, String text) {
        @Override
        public String toString() {
            return text;
        }
    }

    private static List<Block> blocks(List<LoadBalancerIpPool> pools) {
        List<Block> blocks = new ArrayList<>();
        for (LoadBalancerIpPool pool : pools) {
            for (int i = 0; i < pool.blocks().size(); i++) {
                LoadBalancerIpPool.Block block = pool.blocks().get(i);
                IpPrefix cidr = block.cidr();
                blocks.add(new Block(pool, "spec.blocks[" + i + "]", block.addresses(),
                        cidr == null ? block.addresses().toString() : cidr.toString()));
            }
        }
        return blocks;
    }

    /** Each block against those that begin before it: one finding for a pair of pools. */
    private static void overlaps(List<Block> blocks, List<Finding> findings) {
        List<Block> ordered = new ArrayList<>(blocks);
        ordered.sort(Comparator.comparing(Block::range).thenComparing(block -> block.pool.key()));
        Set<List<String>> told = new HashSet<>();
        Block furthest = null;
        for (Block block : ordered) {
            if (furthest != null && furthest.range.overlaps(block.range)
                    && told.add(List.of(block.pool.meta().name(), furthest.pool.meta().name()))) {
                boolean same = block.pool.key().equals(furthest.pool.key());
                findings.add(new Finding(LintRule.POOLS_OVERLAP, block.pool.key(), block.field,
                        block + " shares addresses with " + furthest
                                + (same ? " of the same pool" : " of pool " + furthest.pool.meta().name()),
                        same ? "remove one of the two" : "change one of the two: the younger pool hands out nothing"));
            }
            if (furthest == null || furthest.range.last().compareTo(block.range.last()) < 0) {
                furthest = block;
            }
        }
    }

    private static RangeIndex<String> podCidrs(LintInput input) {
        RangeIndex.Builder<String> index = new RangeIndex.Builder<>();
        for (Node node : input.nodes()) {
            node.podCidrs().forEach(cidr -> index.add(IpRange.of(cidr), cidr + " of " + node.key()));
        }
        for (CiliumNode node : input.ciliumNodes()) {
            node.podCidrs().forEach(cidr -> index.add(IpRange.of(cidr), cidr + " of " + node.key()));
        }
        return index.build();
    }

    private static RangeIndex<String> addresses(List<Node> nodes) {
        RangeIndex.Builder<String> index = new RangeIndex.Builder<>();
        for (Node node : nodes) {
            node.addresses().forEach(address -> index.add(new IpRange(address.address(), address.address()),
                    address.address() + " of " + node.key()));
        }
        return index.build();
    }
}
