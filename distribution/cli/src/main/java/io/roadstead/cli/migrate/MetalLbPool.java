package io.roadstead.cli.migrate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.meta.LabelSelector;
import io.roadstead.api.model.meta.LabelSelector.Expression;
import io.roadstead.api.model.meta.LabelSelector.Operator;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.net.IpRange;
import io.roadstead.api.model.pool.LoadBalancerIpPool;
import io.roadstead.cli.manifest.Manifest;
import io.roadstead.kernel.resource.Tree;

/**
 * MetalLB's IPAddressPool, as far as it has an equivalent.
 *
 * @param labels   BGPAdvertisements select it by
 * @param services which Services may have an address of it; {@link LabelSelector#EVERYTHING} when all may
 * @param disabled whether {@code services} could not be said, and so nobody gets an address before somebody has looked
 * @param blocks   in the shape of a CiliumLoadBalancerIPPool's {@code blocks}
 */
record MetalLbPool(Manifest manifest, String name, Map<String, String> labels, LabelSelector services, boolean disabled,
        List<Map<String, Object>> blocks) {

    /** Which pool a Service is of, where nothing else tells. */
    static final String LABEL = "roadstead.io/pool";

    private static final String SERVICE_NAMESPACE = "io.kubernetes.service.namespace";
    /** A /16 of them; more blocks would be nothing that somebody could read. */
    private static final int MOST_BLOCKS = 256;

    /** What the label of this pool selects. */
    LabelSelector labelled() {
        return LabelSelector.ofLabels(Map.of(LABEL, Names.objectName(name)));
    }

    /** Reads one; null when something in it is wrong, which is remarked. */
    static @Nullable MetalLbPool read(Manifest manifest, Draft draft) {
        return draft.read(manifest, root -> new Reader(manifest, draft, root).pool());
    }

    void addTo(Draft draft) {
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("blocks", blocks);
        if (!services.isEmpty()) {
            spec.put("serviceSelector", Selectors.tree(services));
        }
        if (disabled) {
            spec.put("disabled", true);
        }
        List<String> comments = new ArrayList<>();
        comments.add("From IPAddressPool " + name + ".");
        comments.addAll(draft.commentsOn(manifest));
        draft.add(LoadBalancerIpPool.KIND, name, labels, spec, comments);
    }

    private record Reader(Manifest manifest, Draft draft, Tree root) {

        MetalLbPool pool() {
            Tree spec = root.at("spec");
            draft.unknown(manifest, spec, "spec", Set.of("addresses", "autoAssign", "avoidBuggyIPs", "serviceAllocation"));
            String name = root.at("metadata").at("name").name();
            Tree addresses = spec.at("addresses");
            if (addresses.items().isEmpty()) {
                addresses.fault("is empty", "a pool has addresses");
            }
            boolean avoid = spec.at("avoidBuggyIPs").flag(false);
            List<Map<String, Object>> blocks = new ArrayList<>();
            addresses.items(item -> item.parsed(text -> block(text, avoid))).forEach(blocks::addAll);
            Optional<LabelSelector> allocated = allocation(spec.at("serviceAllocation"));
            LabelSelector services = allocated.orElse(LabelSelector.EVERYTHING);
            MetalLbPool pool =
                    new MetalLbPool(manifest, name, root.at("metadata").at("labels").texts(), services, allocated.isEmpty(), blocks);
            if (spec.at("autoAssign").flag(true)) {
                return pool;
            }
            draft.hint(manifest, "spec.autoAssign", "a pool that is used on request selects Services by a label",
                    "give Services that ask for it the label " + LABEL + "=" + Names.objectName(name));
            return new MetalLbPool(manifest, name, pool.labels, Selectors.and(services, pool.labelled()).orElse(pool.labelled()),
                    pool.disabled, blocks);
        }

        /** Empty when one selector cannot say it. */
        private Optional<LabelSelector> allocation(Tree tree) {
            draft.unknown(manifest, tree, "spec.serviceAllocation",
                    Set.of("priority", "namespaces", "namespaceSelectors", "serviceSelectors"));
            if (tree.at("priority").integer(Integer.MIN_VALUE, Integer.MAX_VALUE, 0) != 0) {
                draft.lost(manifest, "spec.serviceAllocation.priority", "pools have no priority",
                        "where several pools match a Service, make their selectors disjoint");
            }
            LabelSelector selector = LabelSelector.EVERYTHING;
            List<String> namespaces = tree.at("namespaces").items(Tree::text);
            boolean sayable = true;
            if (!MetalLbPeer.selectors(tree.at("namespaceSelectors")).isEmpty()) {
                draft.lost(manifest, "spec.serviceAllocation.namespaceSelectors", "Services are not selected by labels of their namespace",
                        "the pool is disabled: name the namespaces in its serviceSelector, under key " + SERVICE_NAMESPACE
                                + ", and enable it");
                sayable = false;
            }
            if (!namespaces.isEmpty()) {
                selector = new LabelSelector(Map.of(), List.of(new Expression(SERVICE_NAMESPACE, Operator.IN, namespaces)));
            }
            List<LabelSelector> services = MetalLbPeer.selectors(tree.at("serviceSelectors"));
            Optional<LabelSelector> any = Selectors.anyOf(services);
            if (any.isEmpty()) {
                draft.lost(manifest, "spec.serviceAllocation.serviceSelectors", "a pool has one selector, which cannot say all of these",
                        "the pool is disabled: give the Services a label in common, select it, and enable the pool");
                sayable = false;
            }
            return sayable ? Selectors.and(selector, any.orElse(LabelSelector.EVERYTHING)) : Optional.empty();
        }

        private List<Map<String, Object>> block(String text, boolean avoidBuggy) {
            int dash = text.indexOf('-');
            if (dash < 0) {
                IpPrefix cidr = cidr(text.strip());
                return avoidBuggy && cidr.family() == AddressFamily.IPV4 ? harmless(IpRange.of(cidr))
                        : List.of(Map.of("cidr", cidr.toString()));
            }
            IpRange range =
                    new IpRange(IpAddress.parse(text.substring(0, dash).strip()), IpAddress.parse(text.substring(dash + 1).strip()));
            return avoidBuggy && range.family() == AddressFamily.IPV4 ? harmless(range) : List.of(tree(range));
        }

        private static IpPrefix cidr(String text) {
            int slash = text.indexOf('/');
            if (slash < 0 || !text.substring(slash + 1).matches("[0-9]{1,3}")) {
                throw new IllegalArgumentException("neither a CIDR nor a range: '" + text + "'; write 10.0.0.0/24 or 10.0.0.1-10.0.0.9");
            }
            return IpPrefix.containing(IpAddress.parse(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
        }

        /** Without the addresses that end with .0 or .255. */
        private List<Map<String, Object>> harmless(IpRange range) {
            long first = range.first().low() >>> Byte.SIZE;
            long last = range.last().low() >>> Byte.SIZE;
            if (last - first >= MOST_BLOCKS) {
                draft.lost(manifest, "spec.avoidBuggyIPs", range + " would be more than " + MOST_BLOCKS + " blocks",
                        "leave out addresses that end with .0 and .255 yourself, if anything still confuses them");
                return List.of(tree(range));
            }
            List<Map<String, Object>> blocks = new ArrayList<>();
            for (long network = first; network <= last; network++) {
                long from = Math.max(range.first().low(), network << Byte.SIZE | 1);
                long to = Math.min(range.last().low(), network << Byte.SIZE | 254);
                if (from <= to) {
                    blocks.add(tree(new IpRange(IpAddress.ipv4((int) from), IpAddress.ipv4((int) to))));
                }
            }
            return blocks;
        }

        private static Map<String, Object> tree(IpRange range) {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("start", range.first().toString());
            tree.put("stop", range.last().toString());
            return tree;
        }
    }
}
