package io.roadstead.kernel.mesh.schema;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.mesh.RemoteNode;
import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;

/**
 * A node, as a cluster tells others of it.
 *
 * @param podCidrs     IPv4 ones first; the first of a family is written as the main one, the others as secondary ones
 * @param serving      addresses at which health checks and an ingress answer
 * @param source       where its writer has it from; a reader does not care
 * @param encryptionKey index of an IPsec key, 0 to 255; 0 for none
 * @param wireguardKey base64; empty for none
 * @param bootId       empty when not told
 */
public record NodeEntry(String cluster, int clusterId, String name, List<Address> addresses, List<IpPrefix> podCidrs, Serving serving,
        String source, int encryptionKey, Map<String, String> labels, Map<String, String> annotations, String wireguardKey, String bootId) {

    public NodeEntry {
        addresses = List.copyOf(addresses);
        podCidrs = List.copyOf(podCidrs);
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
    }

    /** With neither keys nor addresses of health checks. */
    public static NodeEntry of(Owner owner, String name, List<Address> addresses, List<IpPrefix> podCidrs, Map<String, String> labels) {
        return new NodeEntry(owner.cluster(), owner.clusterId(), name, addresses, podCidrs, Serving.NONE, "custom-resource", 0, labels,
                Map.of(),
                "", "");
    }

    /** An address; the type is one of those below, or another that says nothing to us. */
    public record Address(String type, IpAddress ip) {
        public static final String INTERNAL = "InternalIP";
        public static final String EXTERNAL = "ExternalIP";
        /** Within the Pods' network: not one to reach the node at. */
        public static final String CILIUM_INTERNAL = "CiliumInternalIP";
    }

    /** Addresses of what answers on the node; null where nothing does. */
    public record Serving(@Nullable IpAddress health4, @Nullable IpAddress health6, @Nullable IpAddress ingress4,
            @Nullable IpAddress ingress6) {
        public static final Serving NONE = new Serving(null, null, null, null);
    }

    public byte[] encode() {
        return JsonOutput.write(out -> {
            out.text("Name", name).text("Cluster", cluster).name("IPAddresses");
            listOrNull(out, addresses,
                    (to, address) -> to.object(it -> it.text("Type", address.type()).text("IP", GoText.ip(address.ip()))));
            writeCidrs(out, "IPv4", AddressFamily.IPV4);
            writeCidrs(out, "IPv6", AddressFamily.IPV6);
            out.text("IPv4HealthIP", text(serving.health4)).text("IPv6HealthIP", text(serving.health6));
            out.text("IPv4IngressIP", text(serving.ingress4)).text("IPv6IngressIP", text(serving.ingress6));
            out.number("ClusterID", clusterId).text("Source", source).number("EncryptionKey", encryptionKey);
            writeTexts(out.name("Labels"), labels);
            writeTexts(out.name("Annotations"), annotations);
            out.text("WireguardPubKey", wireguardKey).text("BootID", bootId);
        });
    }

    private void writeCidrs(JsonOutput out, String family, AddressFamily of) throws IOException {
        List<IpPrefix> cidrs = podCidrs.stream().filter(cidr -> cidr.family() == of).toList();
        out.name(family + "AllocCIDR");
        if (cidrs.isEmpty()) {
            out.nothing();
        } else {
            writeCidr(out, cidrs.getFirst());
        }
        out.name(family + "SecondaryAllocCIDRs");
        listOrNull(out, cidrs.subList(Math.min(1, cidrs.size()), cidrs.size()), NodeEntry::writeCidr);
    }

    private static void writeCidr(JsonOutput out, IpPrefix cidr) throws IOException {
        out.object(it -> it.text("IP", GoText.ip(cidr.address())).text("Mask", GoText.mask(cidr.family(), cidr.length())));
    }

    private static <T> void listOrNull(JsonOutput out, List<T> items, JsonOutput.Item<T> item) throws IOException {
        if (items.isEmpty()) {
            out.nothing();
        } else {
            out.list(items, item);
        }
    }

    private static void writeTexts(JsonOutput out, Map<String, String> texts) throws IOException {
        if (texts.isEmpty()) {
            out.nothing();
        } else {
            out.map(texts, JsonOutput::text);
        }
    }

    private static String text(@Nullable IpAddress address) {
        return address == null ? "" : GoText.ip(address);
    }

    /** Takes what is under a node's key, if the rules allow. */
    public static NodeEntry decode(Owner owner, String keySuffix, byte[] value) throws RefusedValueException {
        Draft draft = new Draft();
        JsonInput.read(value, draft::field);
        NodeEntry node = draft.node();
        owner.requireSame(node.cluster, node.clusterId);
        if (node.name.isEmpty() || !node.name.equals(keySuffix)) {
            throw new RefusedValueException("names node " + Quoted.text(node.name));
        }
        return node;
    }

    /** As the rest of the agent sees it. Whether its Pod CIDRs are nobody else's is not known here. */
    public RemoteNode remoteNode() {
        List<IpAddress> reachable = Stream.of(ofType(Address.INTERNAL), ofType(Address.EXTERNAL)).flatMap(List::stream).distinct().toList();
        if (reachable.isEmpty()) {
            reachable = addresses.stream().filter(address -> !address.type.equals(Address.CILIUM_INTERNAL)).map(Address::ip).distinct()
                    .toList();
        }
        return new RemoteNode(new ObjectMeta("", name, labels, annotations, Instant.EPOCH), cluster, clusterId, reachable, podCidrs);
    }

    private List<IpAddress> ofType(String type) {
        return addresses.stream().filter(address -> address.type.equals(type)).map(Address::ip).toList();
    }

    private static final class Draft {
        private String cluster = "";
        private int clusterId;
        private String name = "";
        private List<Address> addresses = List.of();
        private final List<IpPrefix> mainCidrs = new ArrayList<>();
        private final List<IpPrefix> moreCidrs = new ArrayList<>();
        private @Nullable IpAddress health4;
        private @Nullable IpAddress health6;
        private @Nullable IpAddress ingress4;
        private @Nullable IpAddress ingress6;
        private String source = "";
        private int encryptionKey;
        private Map<String, String> labels = Map.of();
        private Map<String, String> annotations = Map.of();
        private String wireguardKey = "";
        private String bootId = "";

        private void field(String field, JsonInput in) throws IOException, RefusedValueException {
            switch (field) {
                case "name" -> name = in.text();
                case "cluster" -> cluster = in.text();
                case "clusterid" -> clusterId = in.number(Integer.MAX_VALUE);
                case "ipaddresses" -> addresses = in.list(Draft::address);
                case "ipv4alloccidr", "ipv6alloccidr" -> add(mainCidrs, cidr(in));
                case "ipv4secondaryalloccidrs", "ipv6secondaryalloccidrs" -> moreCidrs.addAll(in.list(Draft::cidr));
                case "ipv4healthip" -> health4 = GoText.ipOrNull(in.text());
                case "ipv6healthip" -> health6 = GoText.ipOrNull(in.text());
                case "ipv4ingressip" -> ingress4 = GoText.ipOrNull(in.text());
                case "ipv6ingressip" -> ingress6 = GoText.ipOrNull(in.text());
                case "source" -> source = in.text();
                case "encryptionkey" -> encryptionKey = in.number(255);
                case "labels" -> labels = in.texts();
                case "annotations" -> annotations = in.texts();
                case "wireguardpubkey" -> wireguardKey = in.text();
                case "bootid" -> bootId = in.text();
                default -> in.skip();
            }
        }

        private static void add(List<IpPrefix> cidrs, @Nullable IpPrefix cidr) {
            if (cidr != null) {
                cidrs.add(cidr);
            }
        }

        /** Null when it has no IP, as a host name has none. */
        private static @Nullable Address address(JsonInput in) throws IOException, RefusedValueException {
            String[] parts = {"", ""};
            in.object((name, it) -> {
                switch (name) {
                    case "type" -> parts[0] = it.text();
                    case "ip" -> parts[1] = it.text();
                    default -> it.skip();
                }
            });
            IpAddress ip = GoText.ipOrNull(parts[1]);
            return ip == null ? null : new Address(parts[0], ip);
        }

        /** Older writers have an object, newer ones text. */
        private static @Nullable IpPrefix cidr(JsonInput in) throws IOException, RefusedValueException {
            if (in.isText()) {
                String text = in.text();
                return text.isEmpty() ? null : GoText.prefix(text);
            }
            String[] parts = {"", ""};
            in.object((name, it) -> {
                switch (name) {
                    case "ip" -> parts[0] = it.text();
                    case "mask" -> parts[1] = it.text();
                    default -> it.skip();
                }
            });
            IpAddress ip = GoText.ipOrNull(parts[0]);
            if (ip == null) {
                return null;
            }
            if (parts[1].isEmpty()) {
                throw new RefusedValueException("has a CIDR without a mask");
            }
            return GoText.prefix(ip, GoText.maskLength(ip.family(), parts[1]));
        }

        private NodeEntry node() {
            List<IpPrefix> cidrs = Stream.concat(mainCidrs.stream(), moreCidrs.stream()).distinct()
                    .sorted(Comparator.comparing(IpPrefix::family)).toList();
            return new NodeEntry(cluster, clusterId, name, addresses, cidrs, new Serving(health4, health6, ingress4, ingress6), source,
                    encryptionKey, labels, annotations, wireguardKey, bootId);
        }
    }
}
