package io.roadstead.kernel.ipam;

import static io.roadstead.kernel.ipam.IpamCluster.balancer;
import static io.roadstead.kernel.ipam.IpamCluster.pool;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.pool.LoadBalancerIpPool;
import io.roadstead.api.model.service.IpFamilyPolicy;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.model.service.ServiceType;
import io.roadstead.api.model.service.TrafficPolicy;
import io.roadstead.api.view.PoolView;
import io.roadstead.testkit.ServiceBuilder;

/** Random changes of pools, Services, leaders and agents, checked after each against what a naive reading of the objects says. */
class AddressModelTest {

    private static final int STEPS = 1_000;

    private final IpamCluster cluster = IpamCluster.electing();
    private boolean leading;
    private boolean holding;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 20_261_122, 4_711, 65_001})
    void noAddressIsMovedWithoutNeedOrGivenTwiceOrWithheld(long seed) {
        Random random = new Random(seed);
        cluster.leads(true);
        leading = true;
        Map<ResourceKey, Service> before = services();
        Set<ResourceKey> edited = new HashSet<>();
        for (int step = 0; step < STEPS; step++) {
            edited.addAll(step(random));
            if (!holding) {
                check("seed " + seed + " step " + step, before, edited);
                before = services();
                edited.clear();
            }
        }
    }

    /** Returns the Services that were edited. */
    private Set<ResourceKey> step(Random random) {
        int kind = random.nextInt(100);
        if (kind < 55) {
            return changeServices(random);
        }
        if (kind < 75) {
            changePool(random);
        } else if (kind < 85) {
            holding = !holding && leading;
            if (holding) {
                cluster.hold();
            } else {
                cluster.release();
            }
        } else if (!holding && kind < 95) {
            restart();
        } else if (!holding) {
            // Edits while nobody leads may leave two that cannot share with one address; that they stay is tested elsewhere.
            cluster.leads(false);
            changePool(random);
            cluster.leads(true);
        }
        return Set.of();
    }

    private void restart() {
        Map<ResourceKey, Service> before = services();
        cluster.takeServiceWrites();
        cluster.start();
        cluster.leads(true);
        assertThat(cluster.takeServiceWrites()).as("writes after a restart").isZero();
        assertThat(services()).isEqualTo(before);
    }

    private Set<ResourceKey> changeServices(Random random) {
        List<Resource> puts = new ArrayList<>();
        List<ResourceKey> deletes = new ArrayList<>();
        Set<ResourceKey> edited = new HashSet<>();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            String name = (random.nextBoolean() ? "a/" : "b/") + "s" + random.nextInt(12);
            if (!edited.add(IpamCluster.key(name))) {
                continue;
            }
            if (random.nextInt(4) == 0) {
                deletes.add(IpamCluster.key(name));
            } else {
                puts.add(randomService(name, random));
            }
        }
        cluster.change(puts, deletes);
        return edited;
    }

    private static Service randomService(String name, Random random) {
        if (random.nextInt(10) == 0) {
            return ServiceBuilder.service(name).build();
        }
        Map<String, String> annotations = new HashMap<>();
        if (random.nextInt(3) > 0) {
            annotations.put(SharingProfile.KEY, random.nextBoolean() ? "k" : "l");
            if (random.nextBoolean()) {
                annotations.put(SharingProfile.CROSS_NAMESPACE, "*");
            }
        }
        if (random.nextInt(5) == 0) {
            annotations.put(AddressRequest.ADDRESSES, address(random) + (random.nextBoolean() ? "," + address(random) : ",bad"));
        }
        ServiceBuilder service = balancer(name).annotations(annotations).port(80 + random.nextInt(3), Protocol.TCP)
                .labels(Map.of("color", random.nextBoolean() ? "red" : "blue")).created(Instant.ofEpochSecond(name.hashCode() & 3))
                .externalTrafficPolicy(random.nextInt(4) == 0 ? TrafficPolicy.LOCAL : TrafficPolicy.CLUSTER);
        switch (random.nextInt(8)) {
            case 0 -> service.families(IpFamilyPolicy.REQUIRE_DUAL_STACK, AddressFamily.IPV4, AddressFamily.IPV6);
            case 1 -> service.families(IpFamilyPolicy.SINGLE_STACK, AddressFamily.IPV6);
            case 2 -> service.loadBalancerClass(random.nextBoolean() ? "io.roadstead/bgp" : "example.com/other");
            default -> {
            }
        }
        return service.build();
    }

    private static String address(Random random) {
        return random.nextInt(6) == 0 ? "2001:db8::" + random.nextInt(4) : "10.0." + random.nextInt(3) + "." + random.nextInt(6);
    }

    private void changePool(Random random) {
        String name = "p" + random.nextInt(4);
        if (random.nextInt(3) == 0) {
            cluster.delete(IpamCluster.poolKey(name));
            return;
        }
        String first = "10.0." + random.nextInt(3) + ".";
        IpamCluster.PoolBuilder pool = switch (random.nextInt(4)) {
            case 0 -> pool(name, first + "0/30");
            case 1 -> pool(name, first + "2-" + first + (2 + random.nextInt(5)));
            case 2 -> pool(name, first + "0/29", "2001:db8::/126");
            default -> pool(name, "2001:db8::/64", first + random.nextInt(5));
        };
        pool.created(random.nextInt(3));
        if (random.nextInt(3) == 0) {
            pool.selecting("color", "red");
        }
        if (random.nextInt(3) == 0) {
            pool.withoutFirstAndLast();
        }
        if (random.nextInt(4) == 0) {
            pool.disabled();
        }
        cluster.put(pool.build());
    }

    private void check(String when, Map<ResourceKey, Service> before, Set<ResourceKey> edited) {
        Map<ResourceKey, Service> now = services();
        List<Service> ours = now.values().stream().filter(AddressModelTest::ours).toList();
        now.forEach((key, service) -> {
            Service former = before.get(key);
            if (!ours(service)) {
                assertThat(service.status()).as("%s: %s is not ours", when, key).isEqualTo(Service.Status.NONE);
            } else if (former != null && !edited.contains(key) && IpamConditions.find(former.status().conditions()).isPresent()
                    && satisfied(former)) {
                assertThat(service.status().loadBalancerIngress()).as("%s: %s keeps", when, key)
                        .isEqualTo(former.status().loadBalancerIngress());
            }
        });
        for (Service one : ours) {
            for (Service other : ours) {
                boolean common = one.status().loadBalancerIngress().stream().anyMatch(other.status().loadBalancerIngress()::contains);
                if (!one.key().equals(other.key()) && common) {
                    assertThat(SharingProfile.of(one).refusal(SharingProfile.of(other)))
                            .as("%s: %s shares with %s", when, one.key(), other.key()).isEmpty();
                }
            }
            checkSatisfaction(when, one);
        }
        checkCounts(when);
    }

    private void checkSatisfaction(String when, Service service) {
        AddressRequest request = AddressRequest.of(service);
        List<IpAddress> has = service.status().loadBalancerIngress();
        boolean complete = request.addresses().isEmpty()
                ? request.families().stream().allMatch(family -> has.stream().anyMatch(address -> address.family() == family))
                : has.containsAll(request.addresses());
        if (pools().isEmpty() && IpamConditions.find(service.status().conditions()).isEmpty()) {
            return; // never ours
        }
        assertThat(satisfied(service)).as("%s: %s %s", when, service.key(), service.status()).isEqualTo(complete);
        if (!complete && request.addresses().isEmpty()) {
            // Naively: is there a free address that a usable pool would give it?
            for (AddressFamily family : request.families()) {
                if (has.stream().noneMatch(address -> address.family() == family)) {
                    assertThat(freeFor(service, family)).as("%s: %s waits although this is free", when, service.key()).isNull();
                }
            }
        }
    }

    private @Nullable IpAddress freeFor(Service service, AddressFamily family) {
        Set<IpAddress> taken = taken();
        for (LoadBalancerIpPool pool : pools()) {
            boolean open = !pool.disabled() && cluster.pool(pool.meta().name()).conflict().isEmpty();
            if (open && (pool.serviceSelector() == null || pool.serviceSelector().matches(service.selectorLabels()))) {
                for (LoadBalancerIpPool.Block block : pool.blocks()) {
                    IpAddress address = block.addresses().first();
                    for (int i = 0; i < 40 && block.addresses().contains(address); i++, address = address.next()) {
                        boolean edge = block.cidr() != null && !pool.allowFirstLastIps()
                                && (address.equals(block.addresses().first()) || address.equals(block.addresses().last()));
                        if (address.family() == family && !edge && !taken.contains(address)) {
                            return address;
                        }
                    }
                }
            }
        }
        return null;
    }

    private void checkCounts(String when) {
        for (PoolView view : cluster.controller().snapshot().pools()) {
            LoadBalancerIpPool pool = (LoadBalancerIpPool) Objects.requireNonNull(cluster.objects.get(IpamCluster.poolKey(view.name())));
            long used = taken().stream().filter(address -> pool.blocks().stream().anyMatch(block -> block.addresses().contains(address)))
                    .count();
            assertThat(view.used()).as("%s: used of %s", when, view.name()).isEqualTo(BigInteger.valueOf(used));
        }
    }

    private Set<IpAddress> taken() {
        Set<IpAddress> taken = new HashSet<>();
        services().values().forEach(service -> taken.addAll(service.status().loadBalancerIngress()));
        return taken;
    }

    private static boolean satisfied(Service service) {
        return IpamConditions.find(service.status().conditions()).map(condition -> condition.reason().equals("satisfied")).orElse(false);
    }

    private static boolean ours(Service service) {
        return service.spec().type() == ServiceType.LOAD_BALANCER
                && service.spec().loadBalancerClassName().map(AddressController.LOAD_BALANCER_CLASSES::contains).orElse(true);
    }

    private Map<ResourceKey, Service> services() {
        Map<ResourceKey, Service> services = new HashMap<>();
        cluster.objects.values().stream().filter(Service.class::isInstance).map(Service.class::cast)
                .forEach(service -> services.put(service.key(), service));
        return services;
    }

    private List<LoadBalancerIpPool> pools() {
        return cluster.objects.values().stream().filter(LoadBalancerIpPool.class::isInstance).map(LoadBalancerIpPool.class::cast).toList();
    }
}
