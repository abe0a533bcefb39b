package com.example.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.roadstead.api.model.bgp.BgpAdvertisement;
import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.route.ClusterView;
import io.roadstead.api.route.RouteAdvertiser;
import io.roadstead.api.route.RouteDecision;
import io.roadstead.testkit.FakeCluster;
import io.roadstead.testkit.ManualScheduler;
import io.roadstead.testkit.RouteAdvertiserContract;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a real socket, with time by hand. */
final class HealthCheckAdvertiserTest extends RouteAdvertiserContract {

    private static final ResourceKey WEB = new ResourceKey(HealthCheckAdvertiser.TYPE, "", "web");

    private final ManualScheduler loop = new ManualScheduler();
    private final List<ResourceKey> invalidated = new ArrayList<>();
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Override
    protected RouteAdvertiser<?> advertiser() {
        HealthCheckConfig.Check check = new HealthCheckConfig.Check(IpPrefix.parse("192.0.2.80/32"), "127.0.0.1", server.getLocalPort(),
                Duration.ofSeconds(1), Duration.ofMillis(500));
        HealthCheckAdvertiser advertiser = new HealthCheckAdvertiser(new HealthCheckConfig(Map.of("web", check)), name -> loop);
        advertiser.start(invalidated::addAll);
        loop.advance(Duration.ZERO);
        return advertiser;
    }

    @Override
    protected ClusterView cluster() {
        return new FakeCluster("k8s-ctr");
    }

    @Override
    protected BgpAdvertisement.Entry entry() {
        return new BgpAdvertisement.Entry(HealthCheckAdvertiser.TYPE, null, null, RouteAttributes.PLAIN, null, Map.of());
    }

    @Test
    void thePrefixIsAnnouncedWhileTheServerAnswersAndRefusedWithTheReasonOnceItDoesNot() throws IOException {
        RouteAdvertiser<?> advertiser = advertiser();

        assertThat(decision(advertiser).announced()).isTrue();
        server.close();
        loop.advance(Duration.ofSeconds(1));

        assertThat(decision(advertiser).announced()).isFalse();
        assertThat(decision(advertiser).reason().code()).isEqualTo(HealthCheckReason.CHECK_FAILS);
        assertThat(invalidated).containsExactly(WEB, WEB);
    }

    @Test
    void anOutcomeThatStaysInvalidatesNothing() {
        advertiser();

        loop.advance(Duration.ofSeconds(5));

        assertThat(invalidated).containsExactly(WEB);
    }

    private RouteDecision decision(RouteAdvertiser<?> advertiser) {
        return advertiser.decide(WEB, entry(), cluster()).getFirst();
    }
}
