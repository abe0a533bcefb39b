package io.roadstead.testkit.lab;

import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.SessionState;

/**
 * FRR: zebra and bgpd, started directly with private configuration, sockets and pid files, so that several run on one machine. Confined to
 * the test's thread. Never reads or writes the FRR that the machine itself may run.
 *
 * <p>Traps of its configuration: a {@code network} that is not in the kernel's table is not announced without
 * {@code no bgp network import-check}; an eBGP session exchanges nothing without policy or {@code no bgp ebgp-requires-policy}; a
 * connection that failed is tried again after 120 s without {@code neighbor … timers connect 1}.
 */
public final class Frr extends PrivateDaemon {

    private static final String ZEBRA_CONFIG = "zebra.conf";
    private static final String BGPD_CONFIG = "bgpd.conf";
    /** Printed by both daemons for a line that they do not understand, which they skip. */
    private static final String BAD_LINE = "on config line";

    private static final Map<String, String> WELL_KNOWN = Map.ofEntries(Map.entry("internet", "0:0"),
            Map.entry("graceful-shutdown", "65535:0"), Map.entry("accept-own", "65535:1"),
            Map.entry("route-filter-translated-v4", "65535:2"), Map.entry("route-filter-v4", "65535:3"),
            Map.entry("route-filter-translated-v6", "65535:4"), Map.entry("route-filter-v6", "65535:5"), Map.entry("llgr-stale", "65535:6"),
            Map.entry("no-llgr", "65535:7"), Map.entry("accept-own-nexthop", "65535:8"), Map.entry("blackhole", "65535:666"),
            Map.entry("no-export", "65535:65281"), Map.entry("no-advertise", "65535:65282"), Map.entry("local-AS", "65535:65283"),
            Map.entry("no-peer", "65535:65284"));

    private final List<String> bgpdArguments;

    private Frr(@Nullable Namespace namespace, List<String> bgpdArguments) {
        super("FRR", namespace);
        this.bgpdArguments = bgpdArguments;
    }

    /** A router in the namespace: bgpd with this configuration, listening on port 179 there, and zebra, which installs what bgpd learns. */
    public static Frr start(Namespace namespace, String bgpdConfig) {
        return start(namespace, bgpdConfig, "");
    }

    /** Like {@link #start(Namespace, String)}, with zebra's own configuration (interfaces, {@code ip protocol …}) as well. */
    public static Frr start(Namespace namespace, String bgpdConfig, String zebraConfig) {
        var frr = new Frr(namespace, List.of());
        frr.directory.write(ZEBRA_CONFIG, zebraConfig);
        return frr.started(bgpdConfig);
    }

    /**
     * bgpd alone, without a namespace, listening on this loopback address and port. Without zebra it takes every next hop for reachable,
     * except those in 127.0.0.0/8, which it refuses as martian: announce with an explicit next hop. Its neighbours need
     * {@code disable-connected-check} and, if they do not listen on 179, {@code neighbor … port}.
     */
    public static Frr startOnLoopback(String address, int port, String bgpdConfig) {
        return new Frr(null, List.of("-n", "-Z", "-l", address, "-p", Integer.toString(port))).started(bgpdConfig);
    }

    /** What vtysh prints for these commands, run in one session in this order; throws {@link LabException} when it refuses one. */
    public String vtysh(String... commands) {
        var command = new ArrayList<>(List.of(Tool.FRR.path("vtysh"), "--vty_socket", directory.file("").toString()));
        for (var each : commands) {
            command.add("-c");
            command.add(each);
        }
        return CommandResult.of(command).successfulOutput();
    }

    /** The answer to a show command; {@code json} is appended to it. */
    public JsonNode json(String command) {
        return Json.parse(vtysh(command + " json"));
    }

    /** Changes the running configuration: lines as below {@code configure terminal}. Lost by {@link #restart()}. */
    public void configure(String... lines) {
        vtysh(Stream.concat(Stream.of("configure terminal"), Stream.of(lines)).toArray(String[]::new));
    }

    @Override
    public List<SeenNeighbor> neighbors() {
        var neighbors = new ArrayList<SeenNeighbor>();
        json("show bgp neighbors").properties().forEach(entry -> {
            if (entry.getValue().has("bgpState")) {
                neighbors.add(neighbor(entry.getKey(), entry.getValue()));
            }
        });
        return neighbors;
    }

    @Override
    public List<SeenRoute> routes(AfiSafi family) {
        var routes = new ArrayList<SeenRoute>();
        Json.parse(vtysh("show bgp " + family.afiText() + " unicast json detail")).path("routes").properties().forEach(entry -> {
            // up to FRR 8 an array whose first element is a header, later an object around the array
            var paths = entry.getValue().has("paths") ? entry.getValue().path("paths") : entry.getValue();
            Json.elements(paths).filter(path -> path.has("aspath")).map(path -> route(entry.getKey(), path)).forEach(routes::add);
        });
        return routes;
    }

    private Frr started(String bgpdConfig) {
        directory.write(BGPD_CONFIG, bgpdConfig);
        startOrClose();
        return this;
    }

    @Override
    void start() {
        // left over after a kill, they would pass for those of the new daemons
        List.of("zserv.api", "zebra.vty", "bgpd.vty").forEach(directory::deleteFile);
        if (namespace != null) {
            daemon("zebra", ZEBRA_CONFIG, List.of()).await(START_TIMEOUT, "serves bgpd", () -> Files.exists(directory.file("zserv.api")));
        }
        // after zebra, and so ended before it: it takes back from zebra what it installed
        daemon("bgpd", BGPD_CONFIG, bgpdArguments).await(START_TIMEOUT, "answers vtysh", () -> Files.exists(directory.file("bgpd.vty")));
        // the configuration is read before the first question is answered
        vtysh("show version");
        var badLines = logs().lines().filter(line -> line.contains(BAD_LINE)).distinct().collect(Collectors.joining("\n"));
        if (!badLines.isEmpty()) {
            throw new LabException("FRR does not understand its configuration\n" + badLines);
        }
    }

    private ManagedProcess daemon(String program, String config, List<String> arguments) {
        var command = new ArrayList<>(List.of(Tool.FRR.path(program)));
        // As root, since a user frr could not read this directory; the group has to be one that may own the vty socket.
        command.addAll(List.of("-u", "root", "-g", "frrvty", "-f", path(config), "-i", path(program + ".pid"), "-z", path("zserv.api")));
        command.addAll(List.of("--vty_socket", path(""), "-A", "127.0.0.1", "-P", "0", "--log", "stdout"));
        command.addAll(arguments);
        return launch(command);
    }

    private static SeenNeighbor neighbor(String address, JsonNode json) {
        var state = state(json.path("bgpState").asText());
        var established = state == SessionState.ESTABLISHED;
        var received = new HashMap<AfiSafi, Long>();
        var sent = new HashMap<AfiSafi, Long>();
        for (var family : AfiSafi.values()) {
            var counters = json.path("addressFamilyInfo").path(family.afiText() + "Unicast");
            received.put(family, counters.path("acceptedPrefixCounter").asLong());
            sent.put(family, counters.path("sentPrefixCounter").asLong());
        }
        return new SeenNeighbor(address, json.path("remoteAs").asLong(), state,
                established ? Instant.ofEpochSecond(json.path("bgpTimerUpEstablishedEpoch").asLong()) : null,
                established ? Duration.ofMillis(json.path("bgpTimerHoldTimeMsecs").asLong()) : Duration.ZERO, received, sent);
    }

    private static SessionState state(String text) {
        return switch (text) {
            case "Connect" -> SessionState.CONNECT;
            case "Active" -> SessionState.ACTIVE;
            case "OpenSent" -> SessionState.OPEN_SENT;
            case "OpenConfirm" -> SessionState.OPEN_CONFIRM;
            case "Established" -> SessionState.ESTABLISHED;
            default -> SessionState.IDLE; // Idle, Clearing, Deleted
        };
    }

    private static SeenRoute route(String prefix, JsonNode path) {
        var local = path.path("local").asBoolean() || path.path("sourced").asBoolean();
        var nextHops = Json.elements(path.path("nexthops")).map(hop -> hop.path("ip").asText()).toList();
        var asPath = Json.elements(path.path("aspath").path("segments")).flatMap(segment -> Json.elements(segment.path("list")))
                .map(JsonNode::asLong).toList();
        return new SeenRoute(prefix, local ? "" : path.path("peer").path("peerId").asText(),
                path.path("bestpath").path("overall").asBoolean(),
                nextHops, asPath, path.path("origin").asText().toLowerCase(Locale.ROOT),
                // not its "list", where well-known ones have yet another spelling
                words(path.path("community")).map(word -> WELL_KNOWN.getOrDefault(word, word)).collect(Collectors.toSet()),
                words(path.path("largeCommunity")).collect(Collectors.toSet()),
                path.path("locPrf").asLong(SeenRoute.DEFAULT_LOCAL_PREFERENCE), path.path("metric").asLong());
    }

    private static Stream<String> words(JsonNode attribute) {
        return Json.text(attribute.path("string")).stream().flatMap(text -> Stream.of(text.split(" "))).filter(word -> !word.isEmpty());
    }
}
