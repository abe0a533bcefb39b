package io.roadstead.bench.mesh;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.model.pod.Pod;
import io.roadstead.api.model.service.EndpointSlice;
import io.roadstead.api.model.service.Service;

/**
 * What a cluster is to show to others, kept as plainly as can be: which nodes there are, which Services with which endpoints, and which of them are shared. Every
 * endpoint is a Pod. Confined to one thread.
 */
final class MeshModel {

    private static final int NODES = 12;
    private static final int SERVICES = 40;
    private static final int MOST_ENDPOINTS = 20;
    private static final int FIRST_CLUSTER_IP = 0x0a600000; // 10.96.0.0

    private final RandomGenerator random;
    private final SortedMap<Integer, Integer> nodes = new TreeMap<>();
    private final SortedMap<Integer, SharedService> services = new TreeMap<>();

    /** @param endpoints numbers, within the Service, of its endpoints */
    private record SharedService(boolean global, SortedSet<Integer> endpoints) {
    }

    /** A change, as a source tells it. */
    record Change(List<Resource> upserts, List<ResourceKey> deletes) {
    }

    /** What another cluster must end up with: endpoints by Service, and Pod CIDRs by node. */
    record Expected(SortedMap<String, SortedSet<String>> services, SortedMap<String, String> nodes, SortedSet<String> addresses,
            int identities) {
    }

    MeshModel(RandomGenerator random) {
        this.random = random;
        IntStream.range(0, NODES / 2).forEach(node -> nodes.put(node, 0));
        IntStream.range(0, SERVICES / 2).forEach(service -> services.put(service, anyService()));
    }

    /** Everything there is. */
    Change everything() {
        List<Resource> all = new ArrayList<>();
        nodes.forEach((node, version) -> all.add(node(node, version)));
        services.forEach((number, service) -> all.addAll(objects(number, service)));
        return new Change(all, List.of());
    }

    /** Changes something. */
    Change step() {
        return random.nextInt(5) == 0 ? nodeStep() : serviceStep();
    }

    private Change nodeStep() {
        int node = random.nextInt(NODES);
        if (nodes.containsKey(node) && random.nextInt(3) == 0) {
            nodes.remove(node);
            return new Change(List.of(), List.of(MeshObjects.key(Node.KIND, MeshObjects.nodeName(node))));
        }
        int version = random.nextInt(1000);
        nodes.put(node, version);
        return new Change(List.of(node(node, version)), List.of());
    }

    private Change serviceStep() {
        int number = random.nextInt(SERVICES);
        List<Resource> before = services.containsKey(number) ? objects(number, services.get(number)) : List.of();
        if (!before.isEmpty() && random.nextInt(6) == 0) {
            services.remove(number);
            return new Change(List.of(), keys(before));
        }
        services.put(number, anyService());
        List<Resource> after = objects(number, services.get(number));
        List<ResourceKey> gone = new ArrayList<>(keys(before));
        gone.removeAll(keys(after));
        return new Change(after, gone);
    }

    Expected expected() {
        SortedMap<String, SortedSet<String>> shared = new TreeMap<>();
        SortedSet<String> addresses = new TreeSet<>();
        Set<String> apps = new TreeSet<>();
        services.forEach((number, service) -> {
            SortedSet<String> endpoints = addresses(number, service).stream().map(IpAddress::toString)
                    .collect(Collectors.toCollection(TreeSet::new));
            if (service.global()) {
                shared.put(serviceName(number), endpoints);
            }
            if (!endpoints.isEmpty()) {
                addresses.addAll(endpoints);
                apps.add(serviceName(number));
            }
        });
        SortedMap<String, String> cidrs = new TreeMap<>();
        nodes.forEach((number, version) -> cidrs.put(MeshObjects.nodeName(number), node(number, version).podCidrs().getFirst().toString()));
        return new Expected(shared, cidrs, addresses, apps.size());
    }

    private SharedService anyService() {
        SortedSet<Integer> endpoints = new TreeSet<>();
        int count = random.nextInt(MOST_ENDPOINTS);
        while (endpoints.size() < count) {
            endpoints.add(random.nextInt(MOST_ENDPOINTS));
        }
        return new SharedService(random.nextInt(5) != 0, endpoints);
    }

    private static Node node(int number, int version) {
        return MeshObjects.node(number, Map.of("version", Integer.toString(version)));
    }

    private static List<Resource> objects(int number, SharedService service) {
        String name = serviceName(number);
        List<Resource> objects = new ArrayList<>();
        objects.add(MeshObjects.service(name, FIRST_CLUSTER_IP + number, service.global()));
        objects.add(MeshObjects.slice(name, addresses(number, service)));
        service.endpoints().forEach(endpoint -> objects.add(
                MeshObjects.pod(name + "-" + endpoint, name, address(number, endpoint), number % NODES)));
        return objects;
    }

    private static List<ResourceKey> keys(Collection<Resource> objects) {
        return objects.stream().map(object -> MeshObjects.key(object.kind(), switch (object) {
            case Service service -> service.meta().name();
            case EndpointSlice slice -> slice.meta().name();
            case Pod pod -> pod.meta().name();
            default -> throw new IllegalArgumentException(object.kind());
        })).toList();
    }

    private static List<IpAddress> addresses(int number, SharedService service) {
        return service.endpoints().stream().map(endpoint -> address(number, endpoint)).toList();
    }

    private static IpAddress address(int service, int endpoint) {
        return IpAddress.ipv4(0x0a000000 + (service % NODES << 8) + service / NODES * MOST_ENDPOINTS + endpoint + 1);
    }

    private static String serviceName(int number) {
        return "service-" + number;
    }
}
