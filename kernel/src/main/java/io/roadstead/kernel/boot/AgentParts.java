package io.roadstead.kernel.boot;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import jakarta.inject.Inject;

import io.roadstead.api.lb.Datapath;
import io.roadstead.api.lb.DatapathFactory;
import io.roadstead.api.lb.DispatchMode;
import io.roadstead.api.lb.DispatchModeFactory;
import io.roadstead.api.lb.LoadBalancingAlgorithm;
import io.roadstead.api.lb.LoadBalancingAlgorithmFactory;
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
import io.roadstead.api.view.KernelViews;
import io.roadstead.api.view.PluginView;
import io.roadstead.api.view.StatusView;
import io.roadstead.kernel.boot.KernelModule.Control;
import io.roadstead.kernel.boot.KernelModule.Lifecycle;
import io.roadstead.kernel.boot.KernelModule.MeshLoop;
import io.roadstead.kernel.cluster.ClusterState;
import io.roadstead.kernel.config.ConfigProblem;
import io.roadstead.kernel.fib.FibController;
import io.roadstead.kernel.ipam.AddressController;
import io.roadstead.kernel.lb.LoadBalancerController;
import io.roadstead.kernel.lint.LintWatch;
import io.roadstead.kernel.loop.DirectoryWatch;
import io.roadstead.kernel.loop.LoopThread;
import io.roadstead.kernel.maintenance.MaintenanceController;
import io.roadstead.kernel.mesh.MeshController;
import io.roadstead.kernel.metrics.MetricsRegistry;
import io.roadstead.kernel.plugin.PluginService;
import io.roadstead.kernel.registry.ExtensionRegistry;
import io.roadstead.kernel.route.RouteController;
import io.roadstead.kernel.status.AnnouncementReporter;
import io.roadstead.kernel.status.BgpStatusReporter;

/** The agent's parts, made but not started. */
record AgentParts(AgentOptions options, @Control LoopThread control, @Lifecycle LoopThread lifecycle,
        @MeshLoop LoopThread meshLoop, DirectoryWatch watch,
        ConfigService config,
        ClusterState cluster, RouteController routes, AddressController addresses, LoadBalancerController balancer, MeshController mesh,
        FibController fib, MaintenanceController maintenance,
        ExtensionRegistry registry, MetricsRegistry metrics,
        ExtensionInstances<RouteAdvertiserFactory<?>, RouteAdvertiser<?>> advertisers,
        ExtensionInstances<LoadBalancingAlgorithmFactory<?>, LoadBalancingAlgorithm<?>> algorithms,
        ExtensionInstances<DispatchModeFactory<?>, DispatchMode<?>> dispatchModes,
        ExtensionInstances<DatapathFactory<?>, Datapath<?>> datapaths,
        ExtensionInstances<MeshBackendFactory<?>, MeshBackend<?>> meshBackends,
        ExtensionInstances<RouteInstallerFactory<?>, RouteInstaller<?>> routeInstallers,
        ExtensionInstances<PeerProtocolFactory<?>, PeerProtocol<?>> protocols, ExtensionInstances<AddOnFactory<?>, AddOn<?>> addOns,
        ExtensionInstances<ClusterSourceFactory<?>, ClusterSource<?>> sources, Roles.Sourcing sourcing, PluginService plugins,
        BgpStatusReporter reporter, AnnouncementReporter announcements, LintWatch lint,
        KernelViews views) {

    @Inject
    AgentParts {
    }

    private Stream<ExtensionInstances<?, ?>> instances() {
        return Stream.of(sources, advertisers, algorithms, dispatchModes, datapaths, meshBackends, routeInstallers, protocols, addOns);
    }

    /** One row per extension that the kernel uses; any thread. */
    List<StatusView.Component> components() {
        return instances().flatMap(all -> all.components().stream()).toList();
    }

    /** What somebody should look at in configuration, plugins, instances and pools; any thread. */
    List<String> problems() {
        List<String> problems = new ArrayList<>(config.problems());
        List<String> provided = instances().flatMap(all -> all.sections().stream()).toList();
        config.inForce().unusedSections(provided).stream().map(ConfigProblem::toString).forEach(problems::add);
        String source = sourcing.section(config.agent().source().type());
        if (!config.agent().source().isNone() && !provided.contains(source)) {
            problems.add(source
                    + ": no loaded plugin provides this source, so nothing is known of the cluster; add the plugin or change roadstead.source.type");
        }
        String datapath = "roadstead.datapaths." + config.agent().loadBalancer().datapath();
        if (!config.agent().loadBalancer().datapath().equals("none") && !provided.contains(datapath)) {
            problems.add(datapath
                    + ": no loaded plugin provides this datapath, so no Service's traffic is carried; add the plugin or change roadstead.load-balancer.datapath");
        }
        String backend = "roadstead.mesh." + config.agent().mesh().backend();
        if (!config.agent().mesh().isNone() && !provided.contains(backend)) {
            problems.add(backend
                    + ": no loaded plugin provides this backend, so no other cluster is known; add the plugin or change roadstead.mesh.backend");
        }
        String installer = "roadstead.routes." + config.agent().routes().installer();
        if (!config.agent().routes().isNone() && !provided.contains(installer)) {
            problems.add(installer
                    + ": no loaded plugin provides this route installer, so no route is installed; add the plugin or change roadstead.routes.installer");
        }
        components().forEach(part -> part.problems().forEach(problem -> problems.add(part.kind() + " " + part.name() + ": " + problem)));
        plugins.plugins().stream().filter(plugin -> !plugin.problem().isEmpty()).map(AgentParts::problem).forEach(problems::add);
        problems.addAll(addresses.snapshot().problems());
        problems.addAll(balancer.problems());
        problems.addAll(mesh.problems());
        problems.addAll(fib.problems());
        problems.addAll(maintenance.problems());
        return problems;
    }

    private static String problem(PluginView plugin) {
        return "plugin " + (plugin.id().isEmpty() ? plugin.file() : plugin.id()) + ": " + plugin.problem()
                + (plugin.remedy().isEmpty() ? "" : "; " + plugin.remedy());
    }

    /** Compares every instance with the configuration in force. */
    void reconfigure() {
        advertisers.configChanged();
        algorithms.configChanged();
        dispatchModes.configChanged();
        datapaths.configChanged();
        meshBackends.configChanged();
        routeInstallers.configChanged();
        protocols.configChanged();
        addOns.configChanged();
        sources.configChanged();
        sourcing.configChanged();
    }

    /** Ends the threads; what is given to a loop from now on is dropped. */
    void endLoops() {
        meshLoop.close();
        control.close();
        lifecycle.close();
        watch.close();
    }
}
