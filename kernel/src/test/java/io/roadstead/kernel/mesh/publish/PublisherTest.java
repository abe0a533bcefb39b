package io.roadstead.kernel.mesh.publish;

import static io.roadstead.testkit.ServiceBuilder.ready;
import static io.roadstead.testkit.ServiceBuilder.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

import io.roadstead.api.model.mesh.RemoteService;
import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.node.CiliumNode;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.model.pod.Pod;
import io.roadstead.api.model.service.EndpointSlice;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.api.model.service.ServiceType;
import io.roadstead.api.view.MeshView;
import io.roadstead.kernel.cluster.ChangeSet;
import io.roadstead.kernel.mesh.MeshSettings;
import io.roadstead.kernel.mesh.schema.ClusterConfigEntry;
import io.roadstead.kernel.mesh.schema.IdentityEntry;
import io.roadstead.kernel.mesh.schema.IpEntry;
import io.roadstead.kernel.mesh.schema.MeshKind;
import io.roadstead.kernel.mesh.schema.MeshLayout;
import io.roadstead.kernel.mesh.schema.NodeEntry;
import io.roadstead.kernel.mesh.schema.Owner;
import io.roadstead.kernel.mesh.schema.RefusedValueException;
import io.roadstead.kernel.mesh.schema.ServiceEntry;
import io.roadstead.testkit.FakeCluster;
import io.roadstead.testkit.ManualScheduler;
import io.roadstead.testkit.ServiceBuilder;

class PublisherTest {

    private static final Owner LYON = new Owner("lyon", 7, 255);
    private static final MeshLayout LAYOUT = new MeshLayout("lyon", false);
    private static final String CONFIG = "cilium/cluster-config/lyon";
    private static final String HEARTBEAT = "cilium/.heartbeat";
    private static final int FIRST = LYON.firstIdentity() + 256;
    private static final Map<String, String> GLOBAL = Map.of("service.cilium.io/global", "true");

    private final ManualScheduler loop = new ManualScheduler();
    private final FakeStore store = new FakeStore();
    private Publisher publisher = publisher(7);

    private Publisher publisher(int clusterId) {
        return new Publisher(store, new MeshSettings("etcd", "lyon", clusterId, true, 255, Duration.ofMinutes(1), Duration.ofMinutes(2)),
                loop,
                loop.clock());
    }

    @Test
    void writesObjectsThenCanariesThenItsConfigurationThenTheHeartbeat() {
        publisher.start();
        objects(NODE, POD, WEB.build(), WEB.slice(ready("10.7.1.5", "n1")));
        loop.runReady();

        assertThat(store.takeLog()).containsExactly("put cilium/state/nodes/v1/lyon/n1", "put cilium/state/identities/v1/id/" + FIRST,
                "put cilium/state/ip/v1/default/10.7.1.5", "put cilium/state/services/v1/lyon/shop/web");
        completeFlush();
        assertThat(store.takeLog()).containsExactlyInAnyOrder("put cilium/synced/lyon/cilium/state/nodes/v1",
                "put cilium/synced/lyon/cilium/state/services/v1", "put cilium/synced/lyon/cilium/state/identities/v1",
                "put cilium/synced/lyon/cilium/state/ip/v1");
        completeFlush();
        assertThat(store.takeLog()).containsExactly("put cilium/.has-cluster-config", "put " + CONFIG);
        completeFlush();
        assertThat(store.takeLog()).containsExactly("put " + HEARTBEAT);
        assertThat(store.text(HEARTBEAT)).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(store.text(CONFIG)).isEqualTo("{\"id\":7,\"capabilities\":{\"syncedCanaries\":true,\"maxConnectedClusters\":255}}");
        assertThat(publisher.counts()).isEqualTo(new MeshView.Counts(1, 1, 1, 1));
        assertThat(publisher.problems()).isEmpty();
    }

    @Test
    void writesNothingBeforeAllSourcesHaveBeenRead() {
        publisher.start();
        publisher.objects(new ObjectChanges(Map.of(NODE.key(), Optional.of(NODE)), false));
        loop.runReady();

        assertThat(store.log).isEmpty();
        publisher.objects(new ObjectChanges(Map.of(), true));
        assertThat(store.log).containsExactly("put cilium/state/nodes/v1/lyon/n1");
    }

    @Test
    void writesNothingBeforeItKnowsWhatTheStoreHolds() {
        objects(NODE);

        assertThat(store.log).isEmpty();
        publisher.start();
        loop.runReady();
        assertThat(store.log).containsExactly("put cilium/state/nodes/v1/lyon/n1");
    }

    @Test
    void readersTakeEverythingThatItWrites() throws RefusedValueException {
        publish(NODE, POD, pod("old", "10.7.1.6", "n1", Map.of("app", "web", "pod-template-hash", "1")), WEB.build(),
                WEB.slice(ready("10.7.1.5", "n1"), zoned("10.7.1.9", "z1", List.of("z1", "z2"))));

        assertThat(read(MeshKind.NODES, NodeEntry::decode)).containsExactly(NodeEntry.of(LYON, "n1",
                List.of(new NodeEntry.Address("InternalIP", ip("192.0.2.1")), new NodeEntry.Address("ExternalIP", ip("198.51.100.1"))),
                List.of(IpPrefix.parse("10.7.1.0/24")), Map.of("zone", "z1")));
        assertThat(read(MeshKind.IDENTITIES, IdentityEntry::decode)).extracting(entry -> new String(entry.encode(), StandardCharsets.UTF_8))
                .containsExactly(
                        "k8s:app=web;k8s:io.cilium.k8s.policy.cluster=lyon;k8s:io.cilium.k8s.policy.serviceaccount=web;"
                                + "k8s:io.kubernetes.pod.namespace=shop;",
                        "k8s:io.cilium.k8s.policy.cluster=lyon;k8s:io.kubernetes.pod.namespace=shop;");
        assertThat(read(MeshKind.ENDPOINTS, IpEntry::decode)).containsExactly(
                IpEntry.of(ip("10.7.1.5"), ip("192.0.2.1"), FIRST, "shop", "web-0", "web"),
                IpEntry.of(ip("10.7.1.6"), ip("192.0.2.1"), FIRST, "shop", "old", "web"),
                IpEntry.of(ip("10.7.1.9"), ip("192.0.2.1"), FIRST + 1, "shop", "", ""));
        ServiceEntry web = read(MeshKind.SERVICES, ServiceEntry::decode).getFirst();
        assertThat(web.frontends().toString()).contains("10.96.0.1", "80");
        assertThat(web.includeExternal()).isTrue();
        assertThat(web.shared()).isTrue();
        assertThat(web.selector()).isEqualTo(Map.of("app", "webpod"));
        assertThat(web.remoteService().endpoints()).containsExactly(
                new RemoteService.Endpoint(ip("10.7.1.5"), List.of(new RemoteService.Port("", Protocol.TCP, 80)), "", List.of(),
                        RemoteService.Condition.ACTIVE),
                new RemoteService.Endpoint(ip("10.7.1.9"), List.of(new RemoteService.Port("", Protocol.TCP, 80)), "z1", List.of("z1", "z2"),
                        RemoteService.Condition.ACTIVE));
        assertThat(ClusterConfigEntry.decode(store.content.get(CONFIG)).syncedCanaries()).isTrue();
    }

    @Test
    void onlyWhatIsGlobalAndSharedIsPublished() {
        publish(service("shop/local").build(), service("shop/kept").annotations(
                Map.of("service.cilium.io/global", "true", "service.cilium.io/shared", "false")).build(),
                service("shop/alias").annotations(Map.of("io.cilium/global-service", "true")).build(),
                service("shop/elsewhere").annotations(GLOBAL).type(ServiceType.EXTERNAL_NAME).build());

        assertThat(keys(MeshKind.SERVICES)).containsExactly("shop/alias");
    }

    @Test
    void aHeadlessServiceHasBackendsAndNoFrontends() throws RefusedValueException {
        publish(service("shop/db").annotations(GLOBAL).build(), service("shop/db").slice(ready("10.7.1.5", "n1")));

        ServiceEntry db = read(MeshKind.SERVICES, ServiceEntry::decode).getFirst();
        assertThat(db.frontends()).isEmpty();
        assertThat(db.backends()).containsOnlyKeys(ip("10.7.1.5"));
    }

    @Test
    void backendsAreReadyOrServe() throws RefusedValueException {
        publish(WEB.build(), WEB.slice(endpoint("10.7.1.1", true, true, false), endpoint("10.7.1.2", false, true, true),
                endpoint("10.7.1.3", false, false, false), endpoint("10.7.1.4", true, true, true)));

        assertThat(read(MeshKind.SERVICES, ServiceEntry::decode).getFirst().backends()).containsOnlyKeys(ip("10.7.1.1"), ip("10.7.1.2"),
                ip("10.7.1.4"));
    }

    @Test
    void slicesThatCiliumMirrorsFromOtherClustersAreNotItsOwn() throws RefusedValueException {
        EndpointSlice own = WEB.slice(ready("10.7.1.5", "n1"));
        EndpointSlice mirrored = new EndpointSlice(new ObjectMeta("shop", "web-mirror",
                Map.of("endpointslice.kubernetes.io/managed-by", "endpointslice-mesh-controller.cilium.io"), Map.of(), Instant.EPOCH),
                "web",
                AddressFamily.IPV4, List.of(ready("10.9.1.5", "n1")), own.ports());

        publish(WEB.build(), own, mirrored);

        assertThat(read(MeshKind.SERVICES, ServiceEntry::decode).getFirst().backends()).containsOnlyKeys(ip("10.7.1.5"));
        assertThat(keys(MeshKind.ENDPOINTS)).containsExactly("10.7.1.5");
    }

    @Test
    void ciliumNodesPodCidrsCount() throws RefusedValueException {
        publish(NODE, new CiliumNode(ObjectMeta.of("", "n1"), List.of(IpPrefix.parse("fd00:7::/64"), IpPrefix.parse("10.70.1.0/24"))));

        assertThat(read(MeshKind.NODES, NodeEntry::decode).getFirst().podCidrs()).containsExactly(IpPrefix.parse("10.70.1.0/24"),
                IpPrefix.parse("fd00:7::/64"));
    }

    @Test
    void anAddressIsTheNewestPodsAndNeverANodes() throws RefusedValueException {
        Pod older = new Pod(new ObjectMeta("shop", "z-older", Map.of(), Map.of(), Instant.parse("2026-01-01T00:00:00Z")),
                List.of(ip("10.7.1.5")), "n1", "", false, false);
        Pod newer = new Pod(new ObjectMeta("shop", "a-newer", Map.of(), Map.of(), Instant.parse("2026-01-02T00:00:00Z")),
                List.of(ip("10.7.1.5"), ip("fd00::5")), "n1", "", false, false);
        Pod onHost = new Pod(ObjectMeta.of("kube-system", "proxy"), List.of(ip("192.0.2.1")), "n1", "", true, false);
        Pod ended = new Pod(ObjectMeta.of("shop", "job"), List.of(ip("10.7.1.8")), "n1", "", false, true);
        publish(NODE, older, newer, onHost, ended, WEB.slice(ready("192.0.2.1", "n1"), ready("203.0.113.9", "")));

        assertThat(read(MeshKind.ENDPOINTS, IpEntry::decode)).extracting(IpEntry::keySuffix, IpEntry::pod)
                .containsExactly(tuple("10.7.1.5", "a-newer"), tuple("fd00::5", "a-newer"));

        gone(newer.key());

        assertThat(read(MeshKind.ENDPOINTS, IpEntry::decode)).extracting(IpEntry::keySuffix, IpEntry::pod)
                .containsExactly(tuple("10.7.1.5", "z-older"));
    }

    @Test
    void onlyWhatChangedIsWrittenAgain() {
        EndpointSlice.Endpoint[] endpoints = IntStream.range(0, 10_000)
                .mapToObj(i -> ready("10." + (100 + i / 65_536) + "." + i / 256 % 256 + "." + i % 256, "n1"))
                .toArray(EndpointSlice.Endpoint[]::new);
        publish(NODE, POD, WEB.build(), WEB.slice(endpoints));
        assertThat(publisher.counts()).isEqualTo(new MeshView.Counts(1, 10_001, 2, 1));

        endpoints[77] = endpoint("10.100.0.77", false, false, false);
        objects(WEB.slice(endpoints));
        assertThat(store.takeLog()).containsExactly("put cilium/state/services/v1/lyon/shop/web");

        objects(new Pod(POD.meta(), List.of(ip("10.7.1.6")), "n1", "web", false, false));
        assertThat(store.takeLog()).containsExactly("delete cilium/state/ip/v1/default/10.7.1.5",
                "delete cilium/state/identities/v1/id/" + FIRST,
                "put cilium/state/identities/v1/id/" + FIRST, "put cilium/state/ip/v1/default/10.7.1.6");

        objects(NODE, WEB.build(), WEB.slice(endpoints));
        assertThat(store.takeLog()).isEmpty();
    }

    @Test
    void aNodesNewAddressIsToldOfItsPods() throws RefusedValueException {
        publish(NODE, POD);

        objects(new Node(NODE.meta(), List.of(new Node.Address(Node.AddressType.INTERNAL_IP, ip("192.0.2.99"))), NODE.podCidrs(), false,
                List.of()));

        assertThat(store.takeLog()).containsExactly("put cilium/state/nodes/v1/lyon/n1", "put cilium/state/ip/v1/default/10.7.1.5");
        assertThat(read(MeshKind.ENDPOINTS, IpEntry::decode).getFirst().host()).isEqualTo(ip("192.0.2.99"));
    }

    @Test
    void whatIsGoneIsRemoved() {
        publish(NODE, POD, WEB.build(), WEB.slice(ready("10.7.1.5", "n1")));

        gone(NODE.key(), POD.key(), WEB.build().key(), WEB.slice().key());

        assertThat(store.content.keySet()).noneMatch(key -> key.startsWith("cilium/state/"));
        assertThat(publisher.counts()).isEqualTo(new MeshView.Counts(0, 0, 0, 0));
    }

    @Test
    void takesOverWhatAnEarlierPublisherWroteAndRemovesWhatIsStale() {
        publish(NODE, POD, pod("other", "10.7.1.7", "n1", Map.of("app", "other")), WEB.build());
        publisher.stop();
        store.foreign("cilium/state/nodes/v1/lyon/retired", "{}");
        store.foreign("cilium/state/nodes/v1/lyon2/other-cluster", "{}");
        store.foreign("cilium/state/ip/v1/default/10.9.0.1", text(IpEntry.of(ip("10.9.0.1"), null, 9 << 16 | 300, "", "", "")));
        store.foreign("cilium/state/ip/v1/default/192.0.2.77", text(IpEntry.of(ip("192.0.2.77"), null, 6, "", "", "")));
        int others = FIRST + 1;

        publisher = publisher(7);
        publish(NODE, POD, pod("third", "10.7.1.8", "n1", Map.of("app", "third")));

        assertThat(keys(MeshKind.NODES)).containsExactly("n1");
        assertThat(store.content).containsKeys("cilium/state/nodes/v1/lyon2/other-cluster", "cilium/state/ip/v1/default/10.9.0.1",
                "cilium/state/ip/v1/default/192.0.2.77");
        assertThat(store.content).doesNotContainKeys("cilium/state/ip/v1/default/10.7.1.7", "cilium/state/services/v1/lyon/shop/web");
        // The same labels keep their number, and a number that fell free is not another's at once.
        assertThat(keys(MeshKind.IDENTITIES)).containsExactly(String.valueOf(FIRST), String.valueOf(others + 1));
        assertThat(publisher.problems()).isEmpty();
    }

    @Test
    void aHeartbeatComesEveryMinuteAndAtOnceWhereReadersAreAlready() {
        store.foreign(CONFIG, "{}");
        publisher.start();
        loop.runReady();
        assertThat(store.takeLog()).containsExactly("put " + HEARTBEAT);

        loop.advance(Duration.ofSeconds(59));
        assertThat(store.takeLog()).isEmpty();
        loop.advance(Duration.ofSeconds(1));
        assertThat(store.takeLog()).containsExactly("put " + HEARTBEAT);
        assertThat(store.text(HEARTBEAT)).isEqualTo("2026-01-01T00:01:00Z");
    }

    @Test
    void itsConfigurationIsWrittenAgainWhenAnotherChangesItAndEveryFiveMinutes() {
        publish(NODE);
        String own = store.text(CONFIG);

        store.foreign(CONFIG, "{\"id\":8,\"capabilities\":{}}");
        store.foreign("cilium/cluster-config/lyon2", "{}");
        loop.advance(Duration.ofSeconds(2));
        assertThat(store.text(CONFIG)).isEqualTo(own);
        assertThat(publisher.problems()).singleElement().asString().contains(CONFIG, "2026-01-01T00:00:00Z", "another writer");
        store.foreignDelete(CONFIG);
        loop.advance(Duration.ofSeconds(2));
        assertThat(store.text(CONFIG)).isEqualTo(own);

        store.takeLog();
        loop.advance(Duration.ofMinutes(5));
        assertThat(store.takeLog()).filteredOn(entry -> entry.contains("config")).containsExactly("put " + CONFIG);
        assertThat(publisher.problems()).isEmpty();
    }

    @Test
    void stoppingDeletesNothingAndEndsEverything() {
        publish(NODE, POD);

        publisher.stop();
        objects(pod("late", "10.7.1.9", "n1", Map.of()));
        store.foreign(CONFIG, "{}");
        loop.advance(Duration.ofMinutes(10));

        assertThat(store.log).isEmpty();
        assertThat(store.watches()).isZero();
        assertThat(loop.timers()).isZero();
    }

    @Test
    void stoppingWhileItFillsTheStoreWritesNoCanary() {
        publisher.start();
        objects(NODE);
        loop.runReady();
        publisher.stop();
        completeFlush();

        assertThat(store.content.keySet()).noneMatch(key -> key.startsWith("cilium/synced/"));
    }

    @Test
    void whatIsTooLargeForTheStoreIsRefusedAlone() {
        String large = "x".repeat(1 << 20);
        publish(NODE, service("shop/huge").annotations(GLOBAL).labels(Map.of("a", large, "b", large)).build(), WEB.build());

        assertThat(keys(MeshKind.SERVICES)).containsExactly("shop/web");
        assertThat(publisher.problems()).singleElement().asString().startsWith("service shop/huge is not published: its value has 2097");

        objects(service("shop/huge").annotations(GLOBAL).build());
        assertThat(keys(MeshKind.SERVICES)).containsExactly("shop/huge", "shop/web");
        assertThat(publisher.problems()).isEmpty();
    }

    @Test
    void withoutAnIdentityLeftAddressesWaitForOne() {
        int all = LYON.lastIdentity() - FIRST + 1;
        List<Resource> pods = new ArrayList<>();
        for (int i = 0; i < all + 2; i++) {
            pods.add(pod("p" + i, IpAddress.ipv4(0x0a00_0000 + i).toString(), "n1", Map.of("app", "a" + i)));
        }
        publish(pods.toArray(Resource[]::new));

        assertThat(publisher.counts()).isEqualTo(new MeshView.Counts(0, all, all, 0));
        assertThat(publisher.problems()).singleElement().asString()
                .startsWith("2 addresses are not published: cluster lyon has no identity left");

        gone(pods.get(5).key(), pods.get(6).key());

        assertThat(publisher.counts()).isEqualTo(new MeshView.Counts(0, all, all, 0));
        assertThat(publisher.problems()).isEmpty();
        assertThat(store.content).containsKey("cilium/state/ip/v1/default/" + IpAddress.ipv4(0x0a00_0000 + all + 1));
    }

    @Test
    void aClusterWithoutAnIdCannotPublish() {
        assertThatThrownBy(() -> publisher(0)).hasMessage("cluster id 0 is not in 1 to 255");
    }

    private static final Node NODE = new Node(new ObjectMeta("", "n1", Map.of("zone", "z1"), Map.of(), Instant.EPOCH),
            List.of(new Node.Address(Node.AddressType.INTERNAL_IP, ip("192.0.2.1")), new Node.Address(Node.AddressType.EXTERNAL_IP,
                    ip("198.51.100.1"))),
            List.of(IpPrefix.parse("10.7.1.0/24")), false, List.of());
    private static final Pod POD = pod("web-0", "10.7.1.5", "n1", Map.of("app", "web", "statefulset.kubernetes.io/pod-name", "web-0"));
    private static final ServiceBuilder WEB = service("shop/web").annotations(GLOBAL).clusterIps("10.96.0.1");

    private static Pod pod(String name, String address, String node, Map<String, String> labels) {
        return new Pod(new ObjectMeta("shop", name, labels, Map.of(), Instant.EPOCH), List.of(ip(address)), node, "web", false, false);
    }

    private static EndpointSlice.Endpoint endpoint(String address, boolean ready, boolean serving, boolean terminating) {
        return ServiceBuilder.endpoint(address, "n1", new EndpointSlice.Conditions(ready, serving, terminating));
    }

    private static EndpointSlice.Endpoint zoned(String address, String zone, List<String> hints) {
        return new EndpointSlice.Endpoint(List.of(ip(address)), EndpointSlice.Conditions.READY, "n1", zone, hints);
    }

    private static Tuple tuple(Object... values) {
        return Tuple.tuple(values);
    }

    private static IpAddress ip(String text) {
        return IpAddress.parse(text);
    }

    private static String text(IpEntry entry) {
        return new String(entry.encode(), StandardCharsets.UTF_8);
    }

    private void objects(Resource... resources) {
        publisher.objects(ObjectChanges.all(new FakeCluster("n1").with(resources), true));
    }

    private void gone(ResourceKey... gone) {
        publisher.objects(ObjectChanges.of(new ChangeSet(Set.of(gone), true), new FakeCluster("n1")));
    }

    private void publish(Resource... resources) {
        Map<ResourceKey, Optional<Resource>> all = new LinkedHashMap<>();
        for (Resource resource : resources) {
            all.put(resource.key(), Optional.of(resource));
        }
        publisher.start();
        publisher.objects(new ObjectChanges(all, true));
        loop.runReady();
        completeFlush();
        completeFlush();
        completeFlush();
        store.takeLog();
    }

    private void completeFlush() {
        store.completeFlush();
        loop.runReady();
    }

    private List<String> keys(MeshKind kind) {
        String prefix = LAYOUT.prefix(kind);
        return store.content.keySet().stream().filter(key -> key.startsWith(prefix)).map(key -> key.substring(prefix.length())).toList();
    }

    private interface Decode<T> {
        T decode(Owner owner, String suffix, byte[] value) throws RefusedValueException;
    }

    private <T> List<T> read(MeshKind kind, Decode<T> decode) throws RefusedValueException {
        List<T> all = new ArrayList<>();
        for (String suffix : keys(kind)) {
            all.add(decode.decode(LYON, suffix, store.content.get(LAYOUT.prefix(kind) + suffix)));
        }
        return all;
    }
}
