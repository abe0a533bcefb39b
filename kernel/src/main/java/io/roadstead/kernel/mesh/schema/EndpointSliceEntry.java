package io.roadstead.kernel.mesh.schema;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.DataFormatException;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.mesh.RemoteService;
import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.EndpointSlice;
import io.roadstead.api.model.service.EndpointSlice.Conditions;
import io.roadstead.kernel.mesh.zstd.Zstd;

/** An EndpointSlice, as newer clusters share it beside services or instead of them. Only read. */
public record EndpointSliceEntry(String namespace, String name, Map<String, String> labels, List<Endpoint> endpoints,
        List<NamedPort> ports) {

    /** As Cilium's own limit. */
    private static final int MOST_BYTES = 16 << 20;

    public EndpointSliceEntry {
        labels = Map.copyOf(labels);
        endpoints = List.copyOf(endpoints);
        ports = List.copyOf(ports);
    }

    /**
     * An endpoint.
     *
     * @param addresses of the slice's family; the first counts
     * @param nodeName  empty when not told
     * @param zone      empty when not told
     * @param hints     zones whose clients should use it; empty for no hint
     */
    public record Endpoint(List<IpAddress> addresses, Conditions conditions, String nodeName, String zone, List<String> hints) {
        public Endpoint {
            addresses = List.copyOf(addresses);
            hints = List.copyOf(hints);
        }
    }

    /** A port of all its endpoints; the number is 0 when none is told. */
    public record NamedPort(String name, Port port) {
    }

    /** The Service that it belongs to, in its namespace; empty for none. */
    public String serviceName() {
        return labels.getOrDefault(EndpointSlice.SERVICE_NAME_LABEL, "");
    }

    /** Takes what is under a slice's key, if the rules allow. */
    public static EndpointSliceEntry decode(Owner owner, String keySuffix, byte[] value) throws RefusedValueException {
        Sizes.require(value);
        Draft draft = new Draft();
        new ProtoInput(decompressed(value)).fields(draft::field);
        owner.requireSame(draft.cluster, draft.clusterId);
        if (draft.namespace.isEmpty() || draft.name.isEmpty() || !keySuffix.equals(draft.namespace + "/" + draft.name)) {
            throw new RefusedValueException("names slice " + Quoted.text(draft.namespace + "/" + draft.name));
        }
        return draft.slice();
    }

    private static byte[] decompressed(byte[] value) throws RefusedValueException {
        try {
            return Zstd.decompress(value, MOST_BYTES);
        } catch (DataFormatException damaged) {
            throw new RefusedValueException("as Zstandard, " + damaged.getMessage(), damaged);
        }
    }

    /** A Service's slices, as the rest of the agent sees them; endpoints that are neither ready nor serve until they have ended are left out. */
    public static RemoteService remoteService(Owner owner, String namespace, String service, Collection<EndpointSliceEntry> slices) {
        Map<IpAddress, Merged> byAddress = new TreeMap<>();
        for (EndpointSliceEntry slice : slices) {
            List<RemoteService.Port> ports = slice.remotePorts();
            for (Endpoint endpoint : slice.endpoints) {
                RemoteService.Condition condition = condition(endpoint.conditions);
                if (condition != null && !endpoint.addresses.isEmpty() && (!ports.isEmpty() || slice.ports.isEmpty())) {
                    byAddress.computeIfAbsent(endpoint.addresses.getFirst(), first -> new Merged(endpoint)).add(ports, condition);
                }
            }
        }
        List<RemoteService.Endpoint> endpoints = new ArrayList<>();
        byAddress.forEach(
                (address, merged) -> endpoints.add(new RemoteService.Endpoint(address, List.copyOf(merged.ports), merged.first.zone,
                        merged.first.hints, merged.condition)));
        return new RemoteService(ObjectMeta.of(namespace, service), owner.cluster(), owner.clusterId(), endpoints);
    }

    private static RemoteService.@Nullable Condition condition(Conditions conditions) {
        if (conditions.active()) {
            return RemoteService.Condition.ACTIVE;
        }
        return conditions.serving() && conditions.terminating() ? RemoteService.Condition.TERMINATING : null;
    }

    private List<RemoteService.Port> remotePorts() {
        List<RemoteService.Port> known = new ArrayList<>();
        for (NamedPort port : ports) {
            port.port.knownProtocol().filter(protocol -> port.port.number() > 0)
                    .ifPresent(protocol -> known.add(new RemoteService.Port(port.name, protocol, port.port.number())));
        }
        return known;
    }

    /** One address in one slice or several. */
    private static final class Merged {
        private final Endpoint first;
        private final Set<RemoteService.Port> ports = new LinkedHashSet<>();
        private RemoteService.Condition condition = RemoteService.Condition.TERMINATING;

        private Merged(Endpoint first) {
            this.first = first;
        }

        private void add(List<RemoteService.Port> more, RemoteService.Condition also) {
            ports.addAll(more);
            condition = also == RemoteService.Condition.ACTIVE ? also : condition;
        }
    }

    private static final class Draft {
        private String cluster = "";
        private int clusterId;
        private String namespace = "";
        private String name = "";
        private String addressType = "";
        private final Map<String, String> labels = new TreeMap<>();
        private final List<EndpointDraft> endpoints = new ArrayList<>();
        private final List<NamedPort> ports = new ArrayList<>();

        private void field(int field, ProtoInput in) throws RefusedValueException {
            switch (field) {
                case 1 -> cluster = in.text();
                case 2 -> clusterId = Math.clamp(in.number(), -1, Integer.MAX_VALUE);
                case 3 -> namespace = in.text();
                case 4 -> name = in.text();
                case 5 -> label(in);
                case 7 -> addressType = in.text();
                case 8 -> {
                    EndpointDraft endpoint = new EndpointDraft();
                    in.message(endpoint::field);
                    endpoints.add(endpoint);
                }
                case 9 -> ports.add(port(in));
                default -> in.skip();
            }
        }

        private void label(ProtoInput in) throws RefusedValueException {
            String[] entry = {"", ""};
            in.message((field, it) -> {
                switch (field) {
                    case 1 -> entry[0] = it.text();
                    case 2 -> entry[1] = it.text();
                    default -> it.skip();
                }
            });
            labels.put(entry[0], entry[1]);
        }

        private static NamedPort port(ProtoInput in) throws RefusedValueException {
            String[] texts = {"", "TCP"};
            long[] number = {0};
            in.message((field, it) -> {
                switch (field) {
                    case 1 -> texts[0] = it.text();
                    case 2 -> texts[1] = it.text();
                    case 3 -> number[0] = it.number();
                    default -> it.skip();
                }
            });
            if (number[0] < 0 || number[0] > 65_535) {
                throw new RefusedValueException("has port " + number[0]);
            }
            return new NamedPort(texts[0], new Port(texts[1], (int) number[0]));
        }

        private EndpointSliceEntry slice() throws RefusedValueException {
            AddressFamily family = switch (addressType) {
                case "IPv4" -> AddressFamily.IPV4;
                case "IPv6" -> AddressFamily.IPV6;
                default -> throw new RefusedValueException("has address type " + Quoted.text(addressType));
            };
            List<Endpoint> read = new ArrayList<>();
            for (EndpointDraft endpoint : endpoints) {
                read.add(endpoint.endpoint(family));
            }
            return new EndpointSliceEntry(namespace, name, labels, read, ports);
        }
    }

    private static final class EndpointDraft {
        private final List<String> addresses = new ArrayList<>();
        private @Nullable Boolean ready;
        private @Nullable Boolean serving;
        private @Nullable Boolean terminating;
        private String nodeName = "";
        private String zone = "";
        private final List<String> hints = new ArrayList<>();

        private void field(int field, ProtoInput in) throws RefusedValueException {
            switch (field) {
                case 1 -> addresses.add(in.text());
                case 2 -> in.message(this::condition);
                case 6 -> nodeName = in.text();
                case 7 -> zone = in.text();
                case 8 -> in.message(this::hint);
                default -> in.skip();
            }
        }

        private void condition(int field, ProtoInput in) throws RefusedValueException {
            switch (field) {
                case 1 -> ready = in.flag();
                case 2 -> serving = in.flag();
                case 3 -> terminating = in.flag();
                default -> in.skip();
            }
        }

        private void hint(int field, ProtoInput in) throws RefusedValueException {
            if (field != 1) {
                in.skip();
                return;
            }
            in.message((part, it) -> {
                if (part == 1) {
                    hints.add(it.text());
                } else {
                    it.skip();
                }
            });
        }

        private Endpoint endpoint(AddressFamily family) throws RefusedValueException {
            List<IpAddress> read = new ArrayList<>();
            for (String address : addresses) {
                IpAddress ip = GoText.ip(address);
                if (ip.family() != family) {
                    throw new RefusedValueException("has " + ip + " among addresses of another family");
                }
                read.add(ip);
            }
            return new Endpoint(read, Conditions.of(ready, serving, terminating), nodeName, zone, hints);
        }
    }
}
