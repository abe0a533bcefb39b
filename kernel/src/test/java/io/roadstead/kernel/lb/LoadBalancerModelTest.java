package io.roadstead.kernel.lb;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.roadstead.api.lb.FrontendState.NoBackend;
import io.roadstead.api.model.mesh.RemoteService;
import io.roadstead.api.model.mesh.RemoteService.Condition;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.service.EndpointSlice;
import io.roadstead.api.model.service.EndpointSlice.Conditions;
import io.roadstead.api.model.service.EndpointSlice.Endpoint;
import io.roadstead.api.model.service.IpFamilyPolicy;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.model.service.ServiceType;
import io.roadstead.api.model.service.TrafficPolicy;
import io.roadstead.testkit.ServiceBuilder;

/** Random changes one after the other end where an evaluation of the last state from nothing ends. */
class LoadBalancerModelTest {

    private static final int STEPS = 400;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 20_261_123, 4_711})
    void incrementalEqualsFull(long seed) {
        Random random = new Random(seed);
        Map<ResourceKey, Resource> objects = new LinkedHashMap<>();
        BalancerLab incremental = BalancerLab.with();
        objects.put(node("n1", 0).key(), BalancerLab.node("n1", "a", "192.168.10.1", "fd00:10::1"));
        objects.put(node("n2", 0).key(), BalancerLab.node("n2", "b", "192.168.10.2", "fd00:10::2"));
        LoadBalancerSettings settings = BalancerLab.DEFAULTS;
        boolean withSecond = false;
        ModuloAlgorithm second = new ModuloAlgorithm(1);
        for (int step = 0; step < STEPS; step++) {
            switch (random.nextInt(18)) {
                case 0 -> {
                    Resource node = node("n" + (1 + random.nextInt(3)), random.nextInt(3));
                    objects.put(node.key(), node);
                    incremental.put(node);
                }
                case 1 -> {
                    List<ResourceKey> keys = List.copyOf(objects.keySet());
                    if (keys.isEmpty()) {
                        break;
                    }
                    ResourceKey key = keys.get(random.nextInt(keys.size()));
                    objects.remove(key);
                    incremental.delete(key);
                }
                case 2 -> {
                    withSecond = !withSecond;
                    if (withSecond) {
                        incremental.controller.algorithmAdded("other", second);
                    } else {
                        incremental.controller.algorithmRemoved("other", second);
                    }
                }
                case 3 -> {
                    settings = new LoadBalancerSettings("modulo", random.nextBoolean() ? "snat" : "hybrid", TableSize.AUTO,
                            random.nextInt(2), NoBackend.REJECT, List.of(), random.nextBoolean(), "");
                    incremental.controller.reconfigure(settings);
                }
                case 4, 5, 6, 7 -> {
                    Resource service = service(random);
                    objects.put(service.key(), service);
                    incremental.put(service);
                }
                case 8 -> incremental.loop.advance(Duration.ofSeconds(random.nextInt(40)));
                case 9, 10, 11, 12, 13 -> {
                    Resource other = remote(random, incremental.loop.clock().instant());
                    objects.put(other.key(), other);
                    incremental.put(other);
                }
                default -> {
                    Resource slice = slice(random);
                    objects.put(slice.key(), slice);
                    incremental.put(slice);
                }
            }
            if (step % 10 == 0) {
                BalancerLab full = new BalancerLab(settings);
                full.loop.clock().set(incremental.loop.clock().instant());
                if (withSecond) {
                    full.controller.algorithmAdded("other", second);
                }
                full.put(objects.values().toArray(Resource[]::new));
                full.sync();
                assertThat(incremental.datapath.frontends).as("seed %d step %d", seed, step).isEqualTo(full.datapath.frontends);
                assertThat(incremental.controller.problems()).as("seed %d step %d", seed, step).isEqualTo(full.controller.problems());
            }
        }
        assertThat(incremental.datapath.calls).filteredOn(call -> call.startsWith("replace")).hasSize(1);
    }

    private static Resource node(String name, int version) {
        return BalancerLab.node(name, version == 0 ? "a" : "b", "192.168." + version + "." + name.charAt(1), "fd00:10::" + name.charAt(1));
    }

    private static Service service(Random random) {
        Map<String, String> annotations = new LinkedHashMap<>();
        if (random.nextInt(3) == 0) {
            annotations.put("roadstead.io/lb-algorithm", random.nextBoolean() ? "other" : "ghost");
        }
        if (random.nextInt(4) == 0) {
            annotations.put("service.cilium.io/forwarding-mode", "dsr");
        }
        if (random.nextInt(3) > 0) {
            annotations.put("service.cilium.io/global", "true");
            annotations.put("service.cilium.io/affinity", List.of("none", "local", "remote").get(random.nextInt(3)));
            annotations.put("roadstead.io/failover-after", random.nextInt(60) + "s");
            if (random.nextInt(3) == 0) {
                annotations.put("roadstead.io/cluster-preference", "east, local");
            }
            if (random.nextInt(3) == 0) {
                annotations.put("roadstead.io/cluster-weights", "east=" + random.nextInt(4));
            }
        }
        ServiceBuilder builder = ServiceBuilder.service("default/s" + random.nextInt(5)).created(Instant.ofEpochSecond(random.nextInt(3)))
                .clusterIps("10.96.0." + (1 + random.nextInt(6))).externalIps("203.0.113." + (1 + random.nextInt(3)))
                .annotations(annotations).externalTrafficPolicy(random.nextBoolean() ? TrafficPolicy.LOCAL : TrafficPolicy.CLUSTER)
                .internalTrafficPolicy(random.nextInt(4) == 0 ? TrafficPolicy.LOCAL : TrafficPolicy.CLUSTER)
                .families(IpFamilyPolicy.PREFER_DUAL_STACK, AddressFamily.IPV4, AddressFamily.IPV6)
                .ports(new Service.Port("", random.nextBoolean() ? Protocol.TCP : Protocol.UDP, 80, "", 30000 + random.nextInt(4)));
        builder.type(List.of(ServiceType.values()).get(random.nextInt(4)));
        if (random.nextInt(3) == 0) {
            builder.sessionAffinity(Duration.ofSeconds(60)).sourceRanges("10.0.0.0/8").trafficDistribution("PreferClose");
        }
        return builder.build();
    }

    private static Resource remote(Random random, Instant now) {
        String cluster = random.nextBoolean() ? "east" : "west";
        return switch (random.nextInt(4)) {
            case 0 -> Remotes.cluster(cluster, random.nextInt(3) == 0 ? null : now.minusSeconds(random.nextInt(30)));
            case 1 -> {
                int node = random.nextInt(4);
                yield Remotes.node(cluster, "n" + node, random.nextBoolean() ? "a" : "", "192.168.9." + random.nextInt(4),
                        random.nextBoolean() ? "10.1." + node + ".0/24" : "10.1." + node + ".0/26");
            }
            default -> {
                List<RemoteService.Endpoint> endpoints = new ArrayList<>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    endpoints.add(Remotes.endpoint("10.1." + random.nextInt(4) + "." + i * 30,
                            random.nextInt(3) == 0 ? Condition.TERMINATING : Condition.ACTIVE,
                            new RemoteService.Port("", random.nextInt(5) == 0 ? Protocol.UDP : Protocol.TCP, 80)));
                }
                yield Remotes.shared("s" + random.nextInt(5), cluster, endpoints.toArray(RemoteService.Endpoint[]::new));
            }
        };
    }

    private static EndpointSlice slice(Random random) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            Conditions conditions = new Conditions(random.nextInt(4) > 0, random.nextBoolean(), random.nextInt(4) == 0);
            endpoints.add(ServiceBuilder.endpoint("172.20.1." + (1 + random.nextInt(20)), "n" + (1 + random.nextInt(3)), conditions));
        }
        return ServiceBuilder.service("default/s" + random.nextInt(5)).ports(new Service.Port("", Protocol.TCP, 80, "", 0))
                .slice(endpoints.toArray(Endpoint[]::new));
    }
}
