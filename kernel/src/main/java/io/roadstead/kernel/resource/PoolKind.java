package io.roadstead.kernel.resource;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.net.IpRange;
import io.roadstead.api.model.pool.LoadBalancerIpPool;
import io.roadstead.api.model.pool.LoadBalancerIpPool.Block;

/** CiliumLoadBalancerIPPool; v2alpha1 once called {@code blocks} {@code cidrs}. */
final class PoolKind {

    private PoolKind() {
    }

    static Resource pool(Tree root, ObjectMeta meta) {
        Tree spec = root.at("spec");
        boolean alpha = root.at("apiVersion").text().endsWith("/v2alpha1");
        if (alpha) {
            spec.only("blocks", "cidrs", "serviceSelector", "allowFirstLastIPs", "disabled");
        } else {
            spec.only("blocks", "serviceSelector", "allowFirstLastIPs", "disabled");
        }
        Tree blocks = spec.at(alpha && spec.at("cidrs").present() && !spec.at("blocks").present() ? "cidrs" : "blocks");
        if (blocks.items().isEmpty()) {
            blocks.fault("is empty", "a pool needs a block with cidr, or start and stop");
        }
        return new LoadBalancerIpPool(meta, blocks.items(item -> item.object(PoolKind::block)), Common.selector(spec.at("serviceSelector")),
                spec.at("allowFirstLastIPs").word(List.of("Yes", "No"), text -> text, "Yes").equals("Yes"),
                spec.at("disabled").flag(false));
    }

    private static @Nullable Block block(Tree tree) {
        tree.only("cidr", "start", "stop");
        if (tree.at("cidr").present()) {
            IpPrefix cidr = tree.at("cidr").parsed(Common::cidr);
            return cidr == null ? null : new Block(cidr, null);
        }
        if (!tree.at("start").present()) {
            tree.fault("has neither cidr nor start", "");
            return null;
        }
        IpAddress start = tree.at("start").parsed(IpAddress::parse);
        IpAddress stop = tree.at("stop").present() ? tree.at("stop").parsed(IpAddress::parse) : start;
        return start == null || stop == null ? null : new Block(null, new IpRange(start, stop));
    }
}
