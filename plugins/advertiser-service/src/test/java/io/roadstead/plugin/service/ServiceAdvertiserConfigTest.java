package io.roadstead.plugin.service;

import static io.roadstead.testkit.ConfigRecordAssertions.assertDefaults;
import static io.roadstead.testkit.ConfigRecordAssertions.assertFullMapping;
import static io.roadstead.testkit.ConfigRecordAssertions.assertRefused;

import java.util.Set;

import org.junit.jupiter.api.Test;

class ServiceAdvertiserConfigTest {

    private static final String PATH = "roadstead.advertisers.service";

    @Test
    void theDefaultsAreCiliumsClassAndOurs() {
        assertDefaults(ServiceAdvertiserConfig.class, PATH,
                new ServiceAdvertiserConfig(Set.of("io.cilium/bgp-control-plane", "io.roadstead/bgp")));
    }

    @Test
    void everyKeyCanBeSet() {
        assertFullMapping("roadstead.advertisers.service.load-balancer-classes = [ example.com/own ]", PATH,
                new ServiceAdvertiserConfig(Set.of("example.com/own")));
    }

    @Test
    void anUnknownKeyIsRefused() {
        assertRefused("roadstead.advertisers.service.loadbalancer-classes = []", PATH, ServiceAdvertiserConfig.class, "unknown key",
                "load-balancer-classes");
    }
}
