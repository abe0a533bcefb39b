package io.roadstead.kernel.config;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.config.Doc;
import io.roadstead.api.config.OpenKeys;
import io.roadstead.api.lb.FrontendState.NoBackend;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.net.IpRange;
import io.roadstead.api.model.pool.LoadBalancerIpPool;
import io.roadstead.kernel.lb.LoadBalancerSettings;
import io.roadstead.kernel.lb.TableSize;

/** The section {@code roadstead.load-balancer}. */
public record LoadBalancerConfig(
        @Doc("What carries the traffic of Services: ebpf, proxy, the type of another datapath plugin, or none.") String datapath,
        @Doc("How backends are chosen for Services that do not say: maglev, random, rendezvous, or the type of another algorithm plugin.") String algorithm,
        @Doc("How packets get to backends for Services that do not say: snat, dsr, hybrid (dsr for TCP, snat for UDP), or the type of another dispatch plugin.") String dispatch,
        @Doc(value = "Slots of a Service's table: auto takes a prime of at least 100 for each backend, from 251; or a prime for all, up to 1048576.",
                example = "16381") TableSize tableSize,
        @Doc("Seed of the hash that picks a flow's slot, 0 to 4294967295; the same on every node, best not known outside.") long hashSeed,
        @Doc("What new flows to a Service without backends meet: reject is port unreachable or a closed connection, drop is silence.") NoBackend noBackend,
        @Doc(value = "Where node ports are open: the node's addresses in these prefixes, and single addresses (/32, /128) as they are. Default: all of the node's.",
                example = "[ \"192.168.10.0/24\" ]") List<IpPrefix> nodePortAddresses,
        @Doc("Whether loadBalancerSourceRanges hold for ClusterIPs and node ports, too; else for load-balancer and external IPs.") boolean sourceRangesAllTypes,
        @Doc("Value of the label service.kubernetes.io/service-proxy-name on Services that are ours. Default: those without the label.") String serviceProxyName,
        @Doc("Addresses for Services of type LoadBalancer.") Ipam ipam,
        @Doc("Pools of addresses beside those of CiliumLoadBalancerIPPool resources; the same on every node.") @OpenKeys Map<String, Pool> pools) {

    public LoadBalancerConfig {
        BgpConfig.checkRange("hash-seed", hashSeed, 0, 0xffff_ffffL);
    }

    /** For the controller. */
    public LoadBalancerSettings settings() {
        return new LoadBalancerSettings(algorithm, dispatch, tableSize, (int) hashSeed, noBackend, nodePortAddresses, sourceRangesAllTypes,
                serviceProxyName);
    }

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
