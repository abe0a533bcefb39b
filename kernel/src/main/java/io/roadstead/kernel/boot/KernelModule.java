package io.roadstead.kernel.boot;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.google.inject.AbstractModule;
import com.google.inject.Binder;
import com.google.inject.Provider;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import jakarta.inject.Qualifier;

import io.roadstead.api.lb.Datapath;
import io.roadstead.api.lb.DatapathFactory;
import io.roadstead.api.lb.DispatchMode;
import io.roadstead.api.lb.DispatchModeFactory;
import io.roadstead.api.lb.LoadBalancingAlgorithm;
import io.roadstead.api.lb.LoadBalancingAlgorithmFactory;
import io.roadstead.api.maintenance.NodeMaintenance;
import io.roadstead.api.mesh.MeshBackend;
import io.roadstead.api.mesh.MeshBackendFactory;
import io.roadstead.api.peer.PeerProtocol;
import io.roadstead.api.peer.PeerProtocolFactory;
import io.roadstead.api.plugin.AddOn;
import io.roadstead.api.plugin.AddOnFactory;
import io.roadstead.api.route.RouteAdvertiser;
import io.roadstead.api.route.RouteAdvertiserFactory;
import io.roadstead.api.route.RouteInstaller;
import io.roadstead.api.route.RouteInstallerFactory;
import io.roadstead.api.source.ClusterSource;
import io.roadstead.api.source.ClusterSourceFactory;
import io.roadstead.api.source.ResourceDecoder;
import io.roadstead.api.view.KernelViews;
import io.roadstead.kernel.cluster.ClusterNeeds;
import io.roadstead.kernel.cluster.ClusterState;
import io.roadstead.kernel.config.AgentConfig;
import io.roadstead.kernel.config.ConfigLoader;
import io.roadstead.kernel.config.ConfigOutcome;
import io.roadstead.kernel.config.ConfigSnapshot;
import io.roadstead.kernel.fib.FibController;
import io.roadstead.kernel.ipam.AddressController;
import io.roadstead.kernel.lb.LoadBalancerController;
import io.roadstead.kernel.lint.LintWatch;
import io.roadstead.kernel.loop.ContextServices;
import io.roadstead.kernel.loop.DirectoryWatch;
import io.roadstead.kernel.loop.LoopThread;
import io.roadstead.kernel.loop.SteadyTime;
import io.roadstead.kernel.maintenance.MaintenanceController;
import io.roadstead.kernel.maintenance.MaintenanceFile;
import io.roadstead.kernel.mesh.MeshController;
import io.roadstead.kernel.metrics.MetricsRegistry;
import io.roadstead.kernel.plugin.PluginHost;
import io.roadstead.kernel.plugin.PluginService;
import io.roadstead.kernel.registry.ExtensionRegistry;
import io.roadstead.kernel.resource.KubernetesDecoder;
import io.roadstead.kernel.route.BgpSettings;
import io.roadstead.kernel.route.ProcGateways;
import io.roadstead.kernel.route.ProcRoutes;
import io.roadstead.kernel.route.RouteController;
import io.roadstead.kernel.status.AgentFacts;
import io.roadstead.kernel.status.AnnouncementReporter;
import io.roadstead.kernel.status.BgpStatusReporter;
import io.roadstead.kernel.status.KernelStatus;
import io.roadstead.kernel.status.LostPodTraffic;
import io.roadstead.kernel.status.OtherViews;

/** Wires one agent. Making the objects starts the loops' threads and nothing else. */
final class KernelModule extends AbstractModule {

    private static final Path PROC_NET = Path.of("/proc/net");

    private final AgentOptions options;
    private final ConfigLoader loader;
    private final ConfigOutcome<ConfigSnapshot> first;
    private final Path workDirectory;

    /** @param workDirectory where copies of plugins are loaded from */
    KernelModule(AgentOptions options, ConfigLoader loader, ConfigOutcome<ConfigSnapshot> first, Path workDirectory) {
        this.options = options;
        this.loader = loader;
        this.first = first;
        this.workDirectory = workDirectory;
    }

    /** The loop that owns cluster state, routes and addresses. */
    @Qualifier
    @Retention(RetentionPolicy.RUNTIME)
    @interface Control {
    }

    /** The loop that owns plugins, instances and the configuration. */
    @Qualifier
    @Retention(RetentionPolicy.RUNTIME)
    @interface Lifecycle {
    }

    /** The loop that owns what is known of other clusters, and what is published of this one. */
    @Qualifier
    @Retention(RetentionPolicy.RUNTIME)
    @interface MeshLoop {
    }

    @Override
    protected void configure() {
        Binder binder = binder();
        binder.disableCircularProxies();
        binder.requireExplicitBindings();
        binder.requireExactBindingAnnotations();
        binder.requireAtInjectOnConstructors();
        bind(AgentOptions.class).toInstance(options);
        bind(AgentParts.class).in(Singleton.class);
        bind(ExtensionRegistry.class).toInstance(new ExtensionRegistry());
        bind(MetricsRegistry.class).toInstance(new MetricsRegistry());
        bind(ResourceDecoder.class).toInstance(new KubernetesDecoder());
    }

    @Provides
    @Singleton
    @Control
    LoopThread controlThread() {
        return new LoopThread("control");
    }

    @Provides
    @Singleton
    @Lifecycle
    LoopThread lifecycleThread() {
        return new LoopThread("lifecycle");
    }

    @Provides
    @Singleton
    @MeshLoop
    LoopThread meshThread() {
        return new LoopThread("mesh");
    }

    @Provides
    @Singleton
    DirectoryWatch directoryWatch() {
        return new DirectoryWatch();
    }

    @Provides
    @Singleton
    ConfigService configService(@Lifecycle LoopThread lifecycle, DirectoryWatch watch) {
        return new ConfigService(loader, first, lifecycle, watch);
    }

    @Provides
    @Singleton
    ClusterState clusterState(@Control LoopThread control) {
        return new ClusterState(control, agent().node().name());
    }

    @Provides
    @Singleton
    ClusterNeeds clusterNeeds(@Lifecycle LoopThread lifecycle) {
        return new ClusterNeeds(lifecycle);
    }

    @Provides
    @Singleton
    RouteController routeController(@Control LoopThread control, ClusterState cluster, MetricsRegistry metrics) {
        return new RouteController(control, cluster, bgpSettings(agent()), options.clock(), metrics,
                new ProcGateways(PROC_NET));
    }

    @Provides
    @Singleton
    MaintenanceController maintenanceController(@Control LoopThread control, @Lifecycle LoopThread lifecycle, ClusterState cluster,
            RouteController routes, ClusterNeeds needs) {
        return new MaintenanceController(control, lifecycle, options.clock(), cluster, routes,
                new MaintenanceFile(agent().stateDirectory()), agent().maintenance().settings(),
                now -> needs.set("maintenance", now));
    }

    static BgpSettings bgpSettings(AgentConfig config) {
        return new BgpSettings(config.bgp().routerId(), config.bgp().secretsNamespace());
    }

    @Provides
    @Singleton
    AddressController addressController(@Control LoopThread control) {
        return new AddressController(control, AddressController.LOAD_BALANCER_CLASSES);
    }

    @Provides
    @Singleton
    LoadBalancerController loadBalancerController(@Control LoopThread control, ClusterState cluster, ClusterNeeds needs) {
        return new LoadBalancerController(cluster, agent().cluster().name(), control, options.clock(), agent().loadBalancer().settings(),
                now -> needs.set("datapath", now));
    }

    @Provides
    @Singleton
    ExtensionInstances<LoadBalancingAlgorithmFactory<?>, LoadBalancingAlgorithm<?>> algorithms(@Control LoopThread control,
            LoadBalancerController balancer, ConfigService config) {
        return new ExtensionInstances<>(LoadBalancingAlgorithmFactory.class, BalancingRoles.selecting(control, balancer), config);
    }

    @Provides
    @Singleton
    ExtensionInstances<DispatchModeFactory<?>, DispatchMode<?>> dispatchModes(@Control LoopThread control, LoadBalancerController balancer,
            ConfigService config) {
        return new ExtensionInstances<>(DispatchModeFactory.class, BalancingRoles.dispatching(control, balancer), config);
    }

    @Provides
    @Singleton
    ExtensionInstances<DatapathFactory<?>, Datapath<?>> datapaths(@Control LoopThread control, LoadBalancerController balancer,
            ClusterNeeds needs, ConfigService config) {
        return new ExtensionInstances<>(DatapathFactory.class, new BalancingRoles.Carrying(control, balancer, needs, config), config);
    }

    @Provides
    @Singleton
    MeshController meshController(@MeshLoop LoopThread mesh, @Control LoopThread control, ClusterState cluster) {
        return new MeshController(mesh, control, options.clock(), cluster, agent().mesh().settings(agent().cluster()));
    }

    @Provides
    @Singleton
    FibController fibController(@Control LoopThread control, ClusterState cluster, RouteController routes) {
        return new FibController(control, cluster, routes, new ProcRoutes(PROC_NET), agent().routes().settings());
    }

    @Provides
    @Singleton
    ExtensionInstances<MeshBackendFactory<?>, MeshBackend<?>> meshBackends(MeshController mesh, ConfigService config) {
        return new ExtensionInstances<>(MeshBackendFactory.class, new MeshRoles.Joining(mesh, config), config);
    }

    @Provides
    @Singleton
    ExtensionInstances<RouteInstallerFactory<?>, RouteInstaller<?>> routeInstallers(@Control LoopThread control, FibController fib,
            ConfigService config) {
        return new ExtensionInstances<>(RouteInstallerFactory.class, new MeshRoles.Installing(control, fib, config), config);
    }

    @Provides
    @Singleton
    ExtensionInstances<RouteAdvertiserFactory<?>, RouteAdvertiser<?>> advertisers(@Control LoopThread control, RouteController routes,
            ClusterNeeds needs, ConfigService config) {
        return new ExtensionInstances<>(RouteAdvertiserFactory.class, new Roles.Advertising(control, routes, needs), config);
    }

    @Provides
    @Singleton
    ExtensionInstances<PeerProtocolFactory<?>, PeerProtocol<?>> protocols(@Control LoopThread control, RouteController routes,
            ConfigService config) {
        return new ExtensionInstances<>(PeerProtocolFactory.class, new Roles.Peering(control, routes), config);
    }

    @Provides
    @Singleton
    ExtensionInstances<AddOnFactory<?>, AddOn<?>> addOns(@Control LoopThread control, LoadBalancerController balancer,
            ConfigService config) {
        return new ExtensionInstances<>(AddOnFactory.class, new Roles.Accompanying(control, balancer), config);
    }

    @Provides
    @Singleton
    BgpStatusReporter bgpStatusReporter(@Control LoopThread control, ClusterState cluster, RouteController routes) {
        AgentConfig config = agent();
        return new BgpStatusReporter(control, options.random(), cluster, routes, config.node().name(), bgpSettings(config),
                config.bgp().statusReport().enabled());
    }

    @Provides
    @Singleton
    LintWatch lintWatch(@Control LoopThread control, ClusterState cluster) {
        return new LintWatch(control, cluster);
    }

    /** Asks the parts later: plugins are given the views before there are all parts. */
    @Provides
    @Singleton
    KernelViews views(@Control LoopThread control, ClusterState cluster, RouteController routes, LoadBalancerController balancer,
            MeshController mesh, FibController fib,
            MaintenanceController maintenance, AddressController addresses,
            ClusterNeeds needs, ConfigService config,
            MetricsRegistry metrics, LintWatch lint, Provider<AgentParts> parts) {
        AgentConfig atStart = agent();
        AgentFacts facts = new AgentFacts(atStart.node().name(), atStart.cluster().name(), version(), options.clock().instant());
        LostPodTraffic lost = new LostPodTraffic(new ProcRoutes(PROC_NET));
        return new KernelStatus(control, options.clock(), cluster, routes, balancer, mesh, fib, maintenance, facts,
                new OtherViews(() -> parts.get().components(),
                        () -> Stream.of(parts.get().problems(), lint.problems(), lost.problems(cluster.view())).flatMap(List::stream)
                                .toList(),
                        () -> addresses.snapshot().pools(),
                        () -> addresses.snapshot().status(), addresses::leading, addresses::pending, () -> parts.get().plugins().plugins(),
                        () -> config.inForce().view(), needs::sum, metrics::collect));
    }

    private static String version() {
        String version = KernelModule.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version; // only a jar has one
    }

    @Provides
    @Singleton
    AnnouncementReporter announcementReporter(@Control LoopThread control, ClusterState cluster, RouteController routes) {
        return new AnnouncementReporter(control, new SteadyTime(System::nanoTime), cluster, routes, agent().maintenance().settings());
    }

    @Provides
    @Singleton
    Roles.Sourcing sourcing(@Control LoopThread control, ClusterState cluster, AddressController addresses, BgpStatusReporter reporter,
            AnnouncementReporter announcements,
            MeshController mesh,
            ClusterNeeds needs, ConfigService config) {
        return new Roles.Sourcing(control, cluster, addresses, reporter, announcements, mesh, needs, config);
    }

    @Provides
    @Singleton
    ExtensionInstances<ClusterSourceFactory<?>, ClusterSource<?>> sources(Roles.Sourcing role, ConfigService config) {
        return new ExtensionInstances<>(ClusterSourceFactory.class, role, config);
    }

    @Provides
    @Singleton
    PluginService pluginService(@Lifecycle LoopThread lifecycle, ExtensionRegistry registry, DirectoryWatch watch, MetricsRegistry metrics,
            ResourceDecoder decoder, KernelViews views, MaintenanceController maintenance) {
        AgentConfig config = agent();
        ContextServices context =
                new ContextServices(config.node().name(), options.clock(), options.random(), metrics, watch, config.stateDirectory());
        Map<Class<?>, Object> services =
                Map.of(ResourceDecoder.class, decoder, KernelViews.class, views, NodeMaintenance.class, maintenance);
        return new PluginService(PluginSettingsReader.of(config.plugins(), workDirectory),
                new PluginHost(lifecycle, registry, context, services));
    }

    private AgentConfig agent() {
        return first.orThrow().agent();
    }
}
