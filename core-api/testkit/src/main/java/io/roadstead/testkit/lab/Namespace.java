package io.roadstead.testkit.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.model.bgp.AfiSafi;

/**
 * A network namespace of this test: a host of the lab, with interfaces named as the test likes. Any thread may call any method. It never
 * touches the machine's own namespace: pairs of interfaces are created inside the two namespaces that they join.
 *
 * <p>A new one has {@code lo} up, no duplicate address detection (an IPv6 address works at once), no reverse path filter and does not
 * forward.
 */
public final class Namespace implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Namespace.class);
    /** Where iproute2 mounts the namespaces that have a name. */
    private static final Path NAMESPACES = Path.of("/run/netns");

    private final String name;
    private final boolean borrowed;
    private final Runnable atExit;

    static {
        removeThoseOfKilledRuns();
    }

    private Namespace(String name, boolean borrowed) {
        this.name = name;
        this.borrowed = borrowed;
        this.atExit = borrowed ? () -> {
        } : AtExit.remember(this::remove);
    }

    /** One that something else made, by the name that iproute2 knows; closing it leaves it as it is. */
    public static Namespace borrow(String name) {
        if (!Files.exists(NAMESPACES.resolve(name))) {
            throw new LabException("no namespace " + name);
        }
        return new Namespace(name, true);
    }

    /** A namespace that no one else on this machine uses; the label is for the reader of a failure. */
    public static Namespace create(String label) {
        var name = LabNames.next(label);
        ip("netns", "add", name);
        var namespace = new Namespace(name, false);
        namespace.ipLink("set", "dev", "lo", "up");
        return namespace.sysctl("net.ipv6.conf.all.accept_dad", "0").sysctl("net.ipv6.conf.default.accept_dad", "0")
                .sysctl("net.ipv4.conf.all.rp_filter", "0").sysctl("net.ipv4.conf.default.rp_filter", "0");
    }

    /** A cable: an Ethernet pair with one end in each namespace, both up, without addresses. */
    public static void link(Namespace one, String device, Namespace other, String otherDevice) {
        // "name" and "dev" are spelled out wherever a device is named: a device `a` would otherwise be read as `address`
        ip("link", "add", "name", device, "netns", one.name, "type", "veth", "peer", "name", otherDevice, "netns", other.name);
        one.up(device);
        other.up(otherDevice);
    }

    /** Name for {@code ip netns}. */
    public String name() {
        return name;
    }

    /** An interface that is up and leads nowhere, for addresses of this host's own. Stands in for `dummy`, which not every kernel has. */
    public Namespace stub(String device) {
        var peer = device + "-x";
        ipLink("add", "name", device, "type", "veth", "peer", "name", peer);
        return up(device).up(peer);
    }

    /** A bridge over interfaces of this namespace: a switch. */
    public Namespace bridge(String device, String... ports) {
        ipLink("add", "name", device, "type", "bridge");
        for (var port : ports) {
            ipLink("set", "dev", port, "master", device);
        }
        return up(device);
    }

    /** Adds an address with its prefix length: {@code 192.0.2.1/24}, {@code 2001:db8::1/64}. */
    public Namespace address(String device, String address) {
        if (address.indexOf(':') < 0) {
            ip("-n", name, "address", "add", address, "dev", device);
        } else {
            // Even where detection is switched off an address stays tentative until a worker of the kernel has looked at it.
            ip("-n", name, "address", "add", address, "dev", device, "nodad");
        }
        return this;
    }

    /** Adds a route, in the words of {@code ip route add}: {@code route("10.0.0.0/8", "via", "192.0.2.1")}. */
    public Namespace route(String... words) {
        var command = new ArrayList<>(List.of("-n", name, "route", "add"));
        command.addAll(List.of(words));
        ip(command.toArray(String[]::new));
        return this;
    }

    public Namespace up(String device) {
        return ipLink("set", "dev", device, "up");
    }

    /** The cable is pulled: the carrier goes at both ends. */
    public Namespace down(String device) {
        return ipLink("set", "dev", device, "down");
    }

    /** IPv4 and IPv6 forwarding on: a router. */
    public Namespace forwarding() {
        return sysctl("net.ipv4.ip_forward", "1").sysctl("net.ipv6.conf.all.forwarding", "1");
    }

    public Namespace sysctl(String key, String value) {
        run(Tool.SYSCTL.path("sysctl"), "-q", "-w", key + "=" + value);
        return this;
    }

    /** Runs a command here to its end and gives its standard output; throws {@link LabException} when it fails or takes over 30 s. */
    public String run(String... command) {
        return tryRun(command).successfulOutput();
    }

    /** Like {@link #run}, but a failure is a result as well. */
    public CommandResult tryRun(String... command) {
        return CommandResult.of(inside(List.of(command)));
    }

    /** A process to be, in this namespace. */
    public ManagedProcess.Builder process(String program, String... arguments) {
        return ManagedProcess.of(program, arguments).in(this);
    }

    /** The main routing table of a family. */
    public List<KernelRoute> routes(AfiSafi family) {
        var routes = new ArrayList<KernelRoute>();
        for (var route : Json.parse(ip("-n", name, family == AfiSafi.IPV4_UNICAST ? "-4" : "-6", "-j", "route", "show", "table", "main"))) {
            var nextHops = new HashSet<String>();
            var devices = new ArrayList<String>();
            hopsOf(route).forEach(hop -> {
                Json.text(hop.path("gateway")).or(() -> Json.text(hop.path("via").path("host"))).ifPresent(nextHops::add);
                Json.text(hop.path("dev")).ifPresent(devices::add);
            });
            routes.add(new KernelRoute(route.path("dst").asText(), nextHops, devices, route.path("protocol").asText("boot"),
                    route.path("metric").asLong()));
        }
        return routes;
    }

    /**
     * Threads that live in this namespace: every socket one opens belongs to it. This is how code of the test's own JVM meets the lab, for
     * instance as the threads of its event loops. They are platform daemon threads; give them to nothing that lends threads to others.
     */
    public ThreadFactory threads(String prefix) {
        return task -> Thread.ofPlatform().daemon().name(prefix + "@" + name).unstarted(() -> {
            Setns.enter(path());
            task.run();
        });
    }

    /** Calls on such a thread and waits for the result; an exception comes wrapped in a {@link LabException}. */
    public <T> T call(Callable<T> task) {
        var result = new FutureTask<>(() -> {
            Setns.enter(path());
            return task.call();
        });
        Thread.ofPlatform().daemon().name("call@" + name).start(result);
        try {
            return result.get();
        } catch (ExecutionException e) {
            throw new LabException("failed in " + name + ": " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            throw LabException.interrupted("running in " + name, e);
        }
    }

    /** Kills what still runs here and removes the namespace with everything in it. Idempotent. */
    @Override
    public void close() {
        if (borrowed) {
            return;
        }
        remove();
        AtExit.forget(atExit);
    }

    @Override
    public String toString() {
        return name;
    }

    /** The command as it has to be started from outside; {@code ip} replaces itself by it, so that the pid is the command's. */
    List<String> inside(List<String> command) {
        return Stream.concat(Stream.of(Tool.IP.path("ip"), "netns", "exec", name), command.stream()).toList();
    }

    private Path path() {
        return NAMESPACES.resolve(name);
    }

    private Namespace ipLink(String... words) {
        var command = new ArrayList<>(List.of("-n", name, "link"));
        command.addAll(List.of(words));
        ip(command.toArray(String[]::new));
        return this;
    }

    private void remove() {
        remove(name);
    }

    private static Iterable<JsonNode> hopsOf(JsonNode route) {
        return route.has("nexthops") ? route.path("nexthops") : List.of(route);
    }

    private static void remove(String name) {
        if (Files.exists(NAMESPACES.resolve(name))) {
            // a namespace without its name lives on for as long as a process is in it
            ip("netns", "pids", name).lines().map(Long::valueOf).flatMap(pid -> ProcessHandle.of(pid).stream())
                    .forEach(ProcessHandle::destroyForcibly);
            ip("netns", "delete", name);
        }
    }

    /** Those of runs that are still going stay. */
    private static void removeThoseOfKilledRuns() {
        try (var entries = Files.newDirectoryStream(NAMESPACES, path -> LabNames.isAbandoned(path.getFileName().toString()))) {
            for (var entry : entries) {
                LOG.info("removing the namespace of a test run that was killed namespace={}", entry.getFileName());
                remove(entry.getFileName().toString());
            }
        } catch (NoSuchFileException ignored) {
            // no namespace was ever named on this machine
        } catch (IOException | LabException e) {
            LOG.warn("cannot remove namespaces of killed test runs; see `ip netns` cause={}", e.toString());
        }
    }

    private static String ip(String... arguments) {
        return CommandResult.of(Stream.concat(Stream.of(Tool.IP.path("ip")), Stream.of(arguments)).toList()).successfulOutput();
    }
}
