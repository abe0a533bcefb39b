package io.roadstead.kernel.maintenance;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.source.Needs;
import io.roadstead.api.view.MaintenanceView;
import io.roadstead.kernel.maintenance.MaintenanceSettings.PodCidr;
import io.roadstead.kernel.route.RouteLab;

/** The seed lab's worker, which announces its Pod CIDR and a Service, with the maintenance that it is under. */
final class MaintenanceLab {

    static final MaintenanceSettings SETTINGS = new MaintenanceSettings(Set.of("roadstead.io/drain"), List.of(), false,
            Duration.ofSeconds(30), Set.of(), PodCidr.UNTIL_EMPTY);
    static final String POD_CIDR = "172.20.1.0/24";
    static final String VIP = "172.16.1.1/32";

    final List<Needs> needs = new ArrayList<>();
    final RouteLab routes;
    final MaintenanceController controller;

    /** An agent that starts with this state directory and has read nothing yet. */
    MaintenanceLab(Path state, MaintenanceSettings settings) {
        MaintenanceController[] made = new MaintenanceController[1];
        routes = new RouteLab(lab -> {
            made[0] =
                    new MaintenanceController(lab.loop, lab.loop, lab.loop.clock(), lab.cluster, lab.controller, new MaintenanceFile(state),
                            settings, needs::add);
            made[0].start();
        });
        controller = made[0];
    }

    /** One that has read everything, and then that Node. */
    static MaintenanceLab synced(Path state, MaintenanceSettings settings, String node) {
        MaintenanceLab lab = new MaintenanceLab(state, settings);
        lab.read(node(""));
        lab.routes.apply(node);
        return lab;
    }

    void read(String node) {
        routes.apply(node, RouteLab.ADVERTISE_PODS, RouteLab.ADVERTISE_SERVICES, RouteLab.PEER_CONFIG, RouteLab.CLUSTER_CONFIG,
                RouteLab.service("webpod", "webpod", "172.16.1.1", "Cluster"));
        routes.sync();
    }

    /** This node with more of its object in HOCON. */
    static String node(String more) {
        return RouteLab.node("true") + more + "\n";
    }

    static String pod(String name, String node, String address, String more) {
        return """
                apiVersion = v1, kind = Pod, metadata { name = "%s", namespace = default }, spec.nodeName = "%s"
                status { phase = Running, podIPs = [{ ip = "%s" }] }
                %s
                """.formatted(name, node, address, more);
    }

    MaintenanceView drain(String reason) {
        var stage = controller.drain(reason).toCompletableFuture();
        routes.loop.runReady();
        return stage.join();
    }

    MaintenanceView undrain() {
        var stage = controller.undrain().toCompletableFuture();
        routes.loop.runReady();
        return stage.join();
    }

    void pass(Duration time) {
        routes.loop.advance(time);
    }

    /** What the router has been told, each with its communities. */
    List<String> announced() {
        return routes.tor().routes(AfiSafi.IPV4_UNICAST).entrySet().stream()
                .map(route -> route.getKey() + (route.getValue().communities().isEmpty() ? "" : " " + route.getValue().communities()))
                .toList();
    }

    RouteAttributes attributes(String prefix) {
        return routes.tor().routes(AfiSafi.IPV4_UNICAST).getOrDefault(IpPrefix.parse(prefix), RouteAttributes.PLAIN);
    }
}
