package io.roadstead.kernel.mesh.schema;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.mesh.RemoteService;
import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.net.IpAddress;

/**
 * A Service and its endpoints, as a cluster shares them.
 *
 * @param frontends cluster address → name of port → port of the Service; empty for a headless one
 * @param backends  address of an endpoint that is ready or serves → name of port → port there
 * @param hostnames text of a backend's address → the name that a StatefulSet gives it; mostly empty
 * @param zones     of backends; older writers tell none
 * @param labels    of the Service
 */
public record ServiceEntry(String cluster, int clusterId, String namespace, String name, SortedMap<IpAddress, Map<String, Port>> frontends,
        SortedMap<IpAddress, Map<String, Port>> backends, Map<String, String> hostnames, SortedMap<IpAddress, Zone> zones,
        Map<String, String> labels, Map<String, String> selector, boolean includeExternal, boolean shared) {

    public ServiceEntry {
        frontends = Collections.unmodifiableSortedMap(new TreeMap<>(frontends));
        backends = Collections.unmodifiableSortedMap(new TreeMap<>(backends));
        hostnames = Map.copyOf(hostnames);
        zones = Collections.unmodifiableSortedMap(new TreeMap<>(zones));
        labels = Map.copyOf(labels);
        selector = Map.copyOf(selector);
    }

    /**
     * Where a backend is.
     *
     * @param name  empty when unknown
     * @param hints zones whose clients should use it; empty for no hint
     */
    public record Zone(String name, List<String> hints) {
        static final Zone UNKNOWN = new Zone("", List.of());

        public Zone {
            hints = List.copyOf(hints);
        }
    }

    public byte[] encode() {
        return JsonOutput.write(out -> {
            out.text("cluster", cluster).text("namespace", namespace).text("name", name);
            writePorts(out.name("frontends"), frontends);
            writePorts(out.name("backends"), backends);
            if (!hostnames.isEmpty()) {
                out.name("hostnames").map(hostnames, JsonOutput::text);
            }
            if (!zones.isEmpty()) {
                out.name("zones").map(byText(zones), ServiceEntry::writeZone);
            }
            out.name("labels").map(labels, JsonOutput::text);
            out.name("selector").map(selector, JsonOutput::text);
            out.flag("includeExternal", includeExternal).flag("shared", shared).number("clusterID", clusterId);
        });
    }

    private static void writePorts(JsonOutput out, Map<IpAddress, Map<String, Port>> ports) throws IOException {
        out.map(byText(ports), (to, named) -> to.map(named, (one, port) -> port.write(one)));
    }

    private static void writeZone(JsonOutput out, Zone zone) throws IOException {
        out.object(
                it -> it.text("zone", zone.name).name("forZones").list(zone.hints, (to, hint) -> to.object(one -> one.text("name", hint))));
    }

    private static <T> Map<String, T> byText(Map<IpAddress, T> map) {
        Map<String, T> byText = new LinkedHashMap<>();
        map.forEach((address, each) -> byText.put(GoText.ip(address), each));
        return byText;
    }

    /** Takes what is under a service's key, if the rules allow. */
    public static ServiceEntry decode(Owner owner, String keySuffix, byte[] value) throws RefusedValueException {
        Draft draft = new Draft();
        JsonInput.read(value, draft::field);
        ServiceEntry service = draft.service();
        owner.requireSame(service.cluster, service.clusterId);
        if (service.namespace.isEmpty() || service.name.isEmpty() || !keySuffix.equals(service.namespace + "/" + service.name)) {
            throw new RefusedValueException("names service " + Quoted.text(service.namespace + "/" + service.name));
        }
        return service;
    }

    /** As the rest of the agent sees it. A backend whose ports no Service can have is left out. */
    public RemoteService remoteService() {
        List<RemoteService.Endpoint> endpoints = new ArrayList<>();
        backends.forEach((address, named) -> {
            List<RemoteService.Port> ports = ports(named);
            if (!ports.isEmpty() || named.isEmpty()) {
                Zone zone = zones.getOrDefault(address, Zone.UNKNOWN);
                endpoints.add(new RemoteService.Endpoint(address, ports, zone.name, zone.hints, RemoteService.Condition.ACTIVE));
            }
        });
        return new RemoteService(new ObjectMeta(namespace, name, labels, Map.of(), Instant.EPOCH), cluster, clusterId, endpoints);
    }

    /** By name; one number may come under several. */
    private static List<RemoteService.Port> ports(Map<String, Port> named) {
        List<RemoteService.Port> ports = new ArrayList<>();
        new TreeMap<>(named).forEach((name, port) -> port.knownProtocol().filter(protocol -> port.number() > 0)
                .ifPresent(protocol -> ports.add(new RemoteService.Port(name, protocol, port.number()))));
        return ports;
    }

    private static final class Draft {
        private String cluster = "";
        private int clusterId;
        private String namespace = "";
        private String name = "";
        private SortedMap<IpAddress, Map<String, Port>> frontends = new TreeMap<>();
        private SortedMap<IpAddress, Map<String, Port>> backends = new TreeMap<>();
        private Map<String, String> hostnames = Map.of();
        private SortedMap<IpAddress, Zone> zones = new TreeMap<>();
        private Map<String, String> labels = Map.of();
        private Map<String, String> selector = Map.of();
        private boolean includeExternal;
        private boolean shared;

        private void field(String field, JsonInput in) throws IOException, RefusedValueException {
            switch (field) {
                case "cluster" -> cluster = in.text();
                case "namespace" -> namespace = in.text();
                case "name" -> name = in.text();
                case "frontends" -> frontends = byAddress(in.map(Draft::ports));
                case "backends" -> backends = byAddress(in.map(Draft::ports));
                case "hostnames" -> hostnames = in.texts();
                case "zones" -> zones = byAddress(in.map(Draft::zone));
                case "labels" -> labels = in.texts();
                case "selector" -> selector = in.texts();
                case "includeexternal" -> includeExternal = in.flag();
                case "shared" -> shared = in.flag();
                case "clusterid" -> clusterId = in.number(Integer.MAX_VALUE);
                default -> in.skip();
            }
        }

        private static <T> SortedMap<IpAddress, T> byAddress(Map<String, T> byText) throws RefusedValueException {
            SortedMap<IpAddress, T> map = new TreeMap<>();
            for (Map.Entry<String, T> each : byText.entrySet()) {
                map.put(GoText.ip(each.getKey()), each.getValue());
            }
            return map;
        }

        private static Map<String, Port> ports(JsonInput in) throws IOException, RefusedValueException {
            Map<String, @Nullable Port> read = in.map(Draft::port);
            Map<String, Port> ports = new LinkedHashMap<>();
            read.forEach((name, port) -> {
                if (port != null) {
                    ports.put(name, port);
                }
            });
            return Map.copyOf(ports);
        }

        private static @Nullable Port port(JsonInput in) throws IOException, RefusedValueException {
            if (!in.present()) {
                return null;
            }
            PortDraft draft = new PortDraft();
            in.object(draft::field);
            return new Port(draft.protocol, draft.number);
        }

        private static Zone zone(JsonInput in) throws IOException, RefusedValueException {
            ZoneDraft draft = new ZoneDraft();
            in.object(draft::field);
            return new Zone(draft.name, draft.hints);
        }

        private ServiceEntry service() {
            return new ServiceEntry(cluster, clusterId, namespace, name, frontends, backends, hostnames, zones, labels, selector,
                    includeExternal,
                    shared);
        }
    }

    private static final class PortDraft {
        private String protocol = "";
        private int number;

        private void field(String field, JsonInput in) throws IOException, RefusedValueException {
            switch (field) {
                case "protocol" -> protocol = in.text();
                case "port" -> number = in.number(65_535);
                default -> in.skip();
            }
        }
    }

    private static final class ZoneDraft {
        private String name = "";
        private List<String> hints = List.of();

        private void field(String field, JsonInput in) throws IOException, RefusedValueException {
            switch (field) {
                case "zone" -> name = in.text();
                case "forzones" -> hints = in.list(ZoneDraft::hint);
                default -> in.skip();
            }
        }

        private static @Nullable String hint(JsonInput in) throws IOException, RefusedValueException {
            Map<String, String> hint = new LinkedHashMap<>();
            in.object((field, it) -> {
                if (field.equals("name")) {
                    hint.put(field, it.text());
                } else {
                    it.skip();
                }
            });
            String name = hint.getOrDefault("name", "");
            return name.isEmpty() ? null : name;
        }
    }
}
