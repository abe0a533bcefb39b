package io.roadstead.plugin.netlink;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.route.RouteInstaller.Route;
import io.roadstead.plugin.netlink.NetlinkConfig.OnStop;
import io.roadstead.testkit.lab.LabContext;
import io.roadstead.testkit.lab.Namespace;

/** A host with two links, and installers on it one after the other. */
final class RouteLab implements AutoCloseable {
    static final NetlinkConfig CONFIG = new NetlinkConfig(88, 254, 2048, OnStop.KEEP);

    final Namespace host = Namespace.create("routes");
    private LabContext context = new LabContext("route-netlink", host.threads("routes"));
    private NetlinkRouteInstaller installer = new NetlinkRouteInstaller(CONFIG, context);

    RouteLab() {
        host.stub("one").address("one", "192.0.2.1/24").address("one", "2001:db8:1::1/64");
        host.stub("two").address("two", "198.51.100.1/24").address("two", "2001:db8:2::1/64");
    }

    NetlinkRouteInstaller installer() {
        return installer;
    }

    void want(Route... routes) {
        installer.replace(List.of(routes), true);
    }

    void want(Collection<Route> routes) {
        installer.replace(routes, true);
    }

    /** Ends the installer as an agent's end does; it must leave no thread and no descriptor that blocks one. */
    void stop() {
        installer.close();
        assertThat(context.ended()).as("all threads ended").isTrue();
    }

    /** Another run. */
    void start(NetlinkConfig config) {
        context = new LabContext("route-netlink", host.threads("routes"));
        installer = new NetlinkRouteInstaller(config, context);
    }

    /** Another run, without CAP_NET_ADMIN. */
    void startUnprivileged() {
        context = new LabContext("route-netlink", NoPrivilege.threads(host.threads("routes")));
        installer = new NetlinkRouteInstaller(CONFIG, context);
    }

    /** {@code 10.0.0.0/24 via 192.0.2.2}, several next hops separated by commas. */
    static Route route(String prefix, String... nextHops) {
        return new Route(IpPrefix.parse(prefix), Arrays.stream(nextHops).map(IpAddress::parse).toList());
    }

    /** Routes of a protocol in the main table, as {@code ip} names it, each with its next hops. */
    Set<String> routes(String protocol) {
        return List.of(AfiSafi.IPV4_UNICAST, AfiSafi.IPV6_UNICAST).stream().flatMap(family -> host.routes(family).stream())
                .filter(route -> route.protocol().equals(protocol))
                .map(route -> route.prefix() + " via " + route.nextHops().stream().sorted().collect(Collectors.joining(",")))
                .collect(Collectors.toSet());
    }

    void eventuallyOwn(String... expected) {
        eventually(Duration.ofSeconds(10), () -> assertThat(routes("88")).containsExactlyInAnyOrder(expected));
    }

    @Override
    public void close() {
        installer.close();
        context.close();
        host.close();
    }
}
