package io.roadstead.kernel.lb;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.roadstead.api.lb.Backend;
import io.roadstead.api.lb.Datapath;
import io.roadstead.api.lb.DatapathTables;
import io.roadstead.api.lb.DispatchMode.Need;
import io.roadstead.api.lb.Frontend;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.lb.FrontendState.NoBackend;
import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.source.ClusterSink;
import io.roadstead.api.source.Needs;
import io.roadstead.api.source.ResourceBatch;
import io.roadstead.kernel.cluster.ClusterState;
import io.roadstead.testkit.ManualScheduler;

/** A controller on node n1 with a datapath that only remembers, an algorithm and the two usual dispatch modes. */
public final class BalancerLab {

    static final LoadBalancerSettings DEFAULTS =
            new LoadBalancerSettings("modulo", "snat", TableSize.AUTO, 7, NoBackend.REJECT, List.of(), false, "");
    static final NamedDispatch SNAT = new NamedDispatch("SNAT", "", Set.of(Need.ADDRESS_TRANSLATION));
    static final NamedDispatch DSR = new NamedDispatch("DSR", "Geneve", Set.of(Need.ENCAPSULATION, Need.DIRECT_RETURN));

    final ManualScheduler loop = new ManualScheduler();
    final ClusterState cluster = new ClusterState(loop, "n1");
    final MemoryDatapath datapath = new MemoryDatapath();
    final ModuloAlgorithm modulo = new ModuloAlgorithm(0);
    final LoadBalancerController controller;
    Needs needs = Needs.OWN_NODE;
    private final ClusterSink sink = cluster.sink("test");

    BalancerLab(LoadBalancerSettings settings) {
        controller = new LoadBalancerController(cluster, "home", loop, loop.clock(), settings, told -> needs = told);
        controller.start();
        controller.meshSettled();
        controller.algorithmAdded("modulo", modulo);
        controller.dispatchModeAdded("snat", SNAT);
        controller.dispatchModeAdded("dsr", DSR);
        controller.datapathAdded("memory", datapath);
    }

    /** With nodes n1 and n2 in zones a and b, and these objects, all read. */
    static BalancerLab with(Resource... resources) {
        return with(DEFAULTS, resources);
    }

    public static BalancerLab with(LoadBalancerSettings settings, Resource... resources) {
        BalancerLab lab = new BalancerLab(settings);
        lab.put(node("n1", "a", "192.168.10.1", "fd00:10::1"), node("n2", "b", "192.168.10.2", "fd00:10::2"));
        lab.put(resources);
        lab.sync();
        return lab;
    }

    public BalancerLab put(Resource... resources) {
        sink.apply(new ResourceBatch(List.of(resources), List.of()));
        loop.runReady();
        return this;
    }

    BalancerLab delete(ResourceKey... keys) {
        sink.apply(new ResourceBatch(List.of(), List.of(keys)));
        loop.runReady();
        return this;
    }

    /** Its loop. */
    public ManualScheduler loop() {
        return loop;
    }

    /** Its objects. */
    public ClusterState cluster() {
        return cluster;
    }

    /** What is tested. */
    public LoadBalancerController controller() {
        return controller;
    }

    /** Takes the datapath away. */
    public void withoutDatapath() {
        controller.datapathRemoved(datapath);
    }

    /** Puts one in its place that also shows these tables. */
    public void datapathWithTables(DatapathTables tables) {
        Class<?>[] both = {Datapath.class, DatapathTables.class};
        controller.datapathAdded("memory",
                (Datapath<?>) Proxy.newProxyInstance(getClass().getClassLoader(), both, (self, method, arguments) -> {
                    try {
                        return method.invoke(method.getDeclaringClass() == DatapathTables.class ? tables : datapath, arguments);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                }));
    }

    void sync() {
        sink.synced();
        loop.runReady();
    }

    static Node node(String name, String zone, String... addresses) {
        ObjectMeta meta = ObjectMeta.of("", name).withLabels(Map.of("topology.kubernetes.io/zone", zone));
        return new Node(meta, Arrays.stream(addresses).map(text -> new Node.Address(Node.AddressType.INTERNAL_IP, IpAddress.parse(text)))
                .toList(), List.of(IpPrefix.parse("172.20." + name.charAt(1) + ".0/24")), false, List.of());
    }

    static ResourceKey key(String displayName) {
        int slash = displayName.indexOf('/');
        return new ResourceKey(Service.KIND, displayName.substring(0, slash), displayName.substring(slash + 1));
    }

    /** The frontend of that text. */
    FrontendState frontend(String text) {
        return datapath.frontends.values().stream().filter(state -> state.frontend().toString().equals(text)).findFirst()
                .orElseThrow(() -> new AssertionError(text + " is not among " + datapath.frontends.keySet()));
    }

    /** Frontends as {@code 10.96.0.1:80/TCP ClusterIP}, in order of their texts. */
    List<String> frontends() {
        Map<String, String> texts = new TreeMap<>();
        for (Map.Entry<Frontend, FrontendState> entry : datapath.frontends.entrySet()) {
            texts.put(entry.getKey().toString(), entry.getKey() + " " + entry.getValue().type().text());
        }
        return List.copyOf(texts.values());
    }

    /** Backends that get new flows as {@code address:port}, then a bar, then the others with their states. */
    String backends(String frontend) {
        FrontendState state = frontend(frontend);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < state.backends().size(); i++) {
            Backend backend = state.backends().get(i);
            text.append(i == state.selectable() ? "| " : "").append(backend.address()).append(':').append(backend.port());
            text.append(i >= state.selectable() ? " " + backend.state() : "").append(' ');
        }
        return text.toString().strip();
    }

    List<String> notes(String displayName) {
        return controller.notes(key(displayName)).stream().map(Object::toString).toList();
    }
}
