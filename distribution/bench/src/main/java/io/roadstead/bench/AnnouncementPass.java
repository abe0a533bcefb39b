package io.roadstead.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.BgpAdvertisement;
import io.roadstead.api.model.bgp.BgpAdvertisement.AddressKind;
import io.roadstead.api.model.bgp.BgpClusterConfig;
import io.roadstead.api.model.bgp.BgpNodeConfig;
import io.roadstead.api.model.bgp.BgpPeerConfig;
import io.roadstead.api.model.bgp.BgpTimers;
import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.bgp.SessionState;
import io.roadstead.api.model.meta.LabelSelector;
import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.model.service.EndpointSlice;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.model.service.TrafficPolicy;
import io.roadstead.api.route.ClusterView;
import io.roadstead.api.source.ClusterSink;
import io.roadstead.api.source.ResourceBatch;
import io.roadstead.kernel.cluster.ClusterState;
import io.roadstead.kernel.route.BgpSettings;
import io.roadstead.kernel.route.ClusterAnnouncements;
import io.roadstead.kernel.route.RouteController;
import io.roadstead.kernel.route.ServiceAnnouncement;
import io.roadstead.plugin.service.ServiceAdvertiserConfig;
import io.roadstead.plugin.service.ServiceAdvertiserFactory;
import io.roadstead.testkit.FakeMetrics;
import io.roadstead.testkit.FakePluginContext;
import io.roadstead.testkit.ServiceBuilder;

/**
 * What it costs the leader to know from where each Service is announced: racks with a cluster configuration and two peers each, every second Service of policy Local.
 * Arguments: Services, nodes, endpoints per Service.
 */
public final class AnnouncementPass {

    private static final int RACK = 40;
    private static final int PASSES = 10;

    private AnnouncementPass() {
    }

    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) throws IOException {
        int services = Integer.parseInt(arguments[0]);
        int nodes = Integer.parseInt(arguments[1]);
        int endpoints = Integer.parseInt(arguments[2]);
        InlineLoop loop = new InlineLoop();
        ClusterState cluster = new ClusterState(loop, "n0");
        ClusterSink sink = cluster.sink("bench");
        RouteController controller = new RouteController(loop, cluster, new BgpSettings(null, "kube-system"), InstantSource.system(),
                new FakeMetrics(), family -> Optional.empty());
        controller.start();
        controller.advertiserAdded(new ServiceAdvertiserFactory().create("service", new ServiceAdvertiserConfig(Set.of()),
                new FakePluginContext("advertiser-service", "n0", Path.of("unused"))));
        sink.apply(new ResourceBatch(configuration(nodes / RACK), List.of()));
        sink.apply(new ResourceBatch(nodes(nodes), List.of()));
        sink.apply(new ResourceBatch(services(services, nodes, endpoints), List.of()));
        sink.synced();
        ClusterView view = cluster.view();
        List<ResourceKey> keys = view.all(Service.class).stream().map(Service::key).toList();

        ClusterAnnouncements announcements = controller.announcements(node -> false, Set.of());
        int pairs = 0;
        for (int pass = 0; pass < PASSES; pass++) {
            announcements.configChanged();
            long[] slices = placed(announcements, view);
            long[] times = new long[keys.size()];
            long begin = System.nanoTime();
            pairs = 0;
            for (int i = 0; i < times.length; i++) {
                long one = System.nanoTime();
                pairs += announcements.of(keys.get(i), view).map(ServiceAnnouncement::sessions).orElse(0);
                times[i] = System.nanoTime() - one;
            }
            long took = System.nanoTime() - begin;
            System.out.printf(Locale.ROOT, "pass %d: all Services %.0f ms; one %s; 200 nodes %s%n", pass, took / 1e6,
                    Figures.ofNanos(times),
                    Figures.ofNanos(slices));
        }
        long begin = System.nanoTime();
        announcements.sessionsChanged("n1");
        announcements.work(view, 1);
        announcements.countSessions(view);
        double counted = (System.nanoTime() - begin) / 1e6;
        long with = heap();
        announcements = controller.announcements(node -> false, Set.of());
        long without = heap();
        System.out.printf(Locale.ROOT, "count sessions %.1f ms; %d sessions of Services; heap of the nodes' classes %d KB%s; %s%n", counted,
                pairs,
                (with - without) / 1024, announcements.ready() ? "?" : "", Figures.machine());
    }

    private static long[] placed(ClusterAnnouncements announcements, ClusterView view) {
        List<Long> slices = new ArrayList<>();
        while (!announcements.ready()) {
            long begin = System.nanoTime();
            announcements.work(view, 200);
            slices.add(System.nanoTime() - begin);
        }
        return slices.stream().mapToLong(Long::longValue).toArray();
    }

    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static List<Resource> configuration(int racks) {
        LabelSelector everything = LabelSelector.EVERYTHING;
        List<Resource> all = new ArrayList<>();
        all.add(new BgpAdvertisement(ObjectMeta.of("", "a"), List.of(new BgpAdvertisement.Entry(BgpAdvertisement.Entry.SERVICE, everything,
                new BgpAdvertisement.ServiceOptions(Set.of(AddressKind.LOAD_BALANCER_IP), null, null, false, true), RouteAttributes.PLAIN,
                null, Map.of()))));
        all.add(new BgpPeerConfig(ObjectMeta.of("", "p"), 179, null, BgpTimers.DEFAULT, null, null, 1,
                List.of(new BgpPeerConfig.Family(AfiSafi.IPV4_UNICAST, everything))));
        for (int rack = 0; rack < racks; rack++) {
            List<BgpClusterConfig.Peer> peers = new ArrayList<>();
            for (String name : List.of("tor-1", "tor-2")) {
                peers.add(new BgpClusterConfig.Peer(name, IpAddress.parse("10.0.0.1"), new AsNumber(65000), "p", null));
            }
            all.add(new BgpClusterConfig(ObjectMeta.of("", "rack-" + rack), LabelSelector.ofLabels(Map.of("rack", "r" + rack)),
                    List.of(new BgpClusterConfig.Instance("rack-" + rack, new AsNumber(65001), null, peers))));
        }
        return all;
    }

    private static List<Resource> nodes(int count) {
        List<Resource> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String rack = "rack-" + i / RACK;
            all.add(new Node(ObjectMeta.of("", "n" + i).withLabels(Map.of("rack", "r" + i / RACK, "kubernetes.io/hostname", "n" + i)),
                    List.of(),
                    List.of(), false, List.of()));
            all.add(new BgpNodeConfig(ObjectMeta.of("", "n" + i),
                    List.of(new BgpNodeConfig.Session(rack, "tor-1", SessionState.ESTABLISHED),
                            new BgpNodeConfig.Session(rack, "tor-2", i % 100 == 0 ? SessionState.ACTIVE : SessionState.ESTABLISHED)),
                    false));
        }
        return all;
    }

    private static List<Resource> services(int count, int nodes, int endpoints) {
        List<Resource> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ServiceBuilder service = ServiceBuilder.service("default/s" + i).loadBalancer(IpAddress.ipv4(0x0a000000 + i).toString())
                    .externalTrafficPolicy(i % 2 == 0 ? TrafficPolicy.CLUSTER : TrafficPolicy.LOCAL);
            EndpointSlice.Endpoint[] ready = new EndpointSlice.Endpoint[endpoints];
            for (int j = 0; j < endpoints; j++) {
                ready[j] = ServiceBuilder.ready("172.20.0.1", "n" + (i * 7 + j * 13) % nodes);
            }
            all.add(service.build());
            all.add(service.slice(ready));
        }
        return all;
    }
}
