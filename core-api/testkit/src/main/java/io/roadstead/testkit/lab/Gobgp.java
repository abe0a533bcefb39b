package io.roadstead.testkit.lab;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.SessionState;

/**
 * GoBGP with its API on a private unix socket. Confined to the test's thread. Never installs a route in a kernel.
 *
 * <p>Traps: a configuration file cannot originate a prefix, so {@link #originate} does; the connect-retry timer is 120 s unless the
 * neighbour's {@code timers.config} says {@code connect-retry = 1}; a family that the neighbour's {@code afi-safis} do not list is not
 * spoken (IPv4 alone if they list nothing); it sends End-of-RIB only if {@code graceful-restart.config} and each family's
 * {@code mp-graceful-restart.config} are {@code enabled}.
 */
public final class Gobgp extends PrivateDaemon {

    private static final String CONFIG = "gobgpd.toml";
    private static final String SOCKET = "api.sock";

    // RFC 4271 §5, RFC 1997, RFC 4760, RFC 8092: the attribute types, by which its JSON tells attributes apart
    private static final int ORIGIN = 1;
    private static final int AS_PATH = 2;
    private static final int NEXT_HOP = 3;
    private static final int MULTI_EXIT_DISC = 4;
    private static final int LOCAL_PREF = 5;
    private static final int COMMUNITIES = 8;
    private static final int MP_REACH_NLRI = 14;
    private static final int LARGE_COMMUNITIES = 32;

    private static final List<String> ORIGINS = List.of("igp", "egp", "incomplete");

    private final List<Originated> originated = new ArrayList<>();

    private Gobgp(@Nullable Namespace namespace) {
        super("GoBGP", namespace);
    }

    /** GoBGP in the namespace, with this configuration in TOML. */
    public static Gobgp start(Namespace namespace, String config) {
        return new Gobgp(namespace).started(config);
    }

    /**
     * GoBGP without a namespace; {@code [global.config]} has to keep it on loopback: {@code port = 1790},
     * {@code local-address-list = ["127.0.0.2"]}.
     */
    public static Gobgp startOnLoopback(String config) {
        return new Gobgp(null).started(config);
    }

    /** What the gobgp command line prints; throws {@link LabException} when it fails. */
    public String gobgp(String... words) {
        return tryGobgp(List.of(words)).successfulOutput();
    }

    /** The answer to a gobgp command; {@code -j} is appended to it. */
    public JsonNode json(String... words) {
        return Json.parse(gobgp(Stream.concat(Stream.of(words), Stream.of("-j")).toArray(String[]::new)));
    }

    /**
     * Originates a prefix with attributes in the words of {@code gobgp global rib add}: {@code "community", "65000:1"},
     * {@code "large-community", "65000:1:2"}, {@code "nexthop", "192.0.2.1"}, {@code "med", "5"}. {@link #restart()} originates it again.
     */
    public void originate(AfiSafi family, String prefix, String... attributes) {
        var route = new Originated(family, prefix, List.of(attributes));
        add(route);
        originated.add(route);
    }

    /** Takes back what {@link #originate} announced. */
    public void withdraw(AfiSafi family, String prefix) {
        gobgp("global", "rib", "del", "-a", family.afiText(), prefix);
        originated.removeIf(route -> route.family == family && route.prefix.equals(prefix));
    }

    @Override
    public List<SeenNeighbor> neighbors() {
        return Json.elements(json("neighbor")).map(this::neighbor).toList();
    }

    @Override
    public List<SeenRoute> routes(AfiSafi family) {
        return json("global", "rib", "-a", family.afiText()).properties().stream()
                .flatMap(entry -> Json.elements(entry.getValue()).map(path -> route(entry.getKey(), path))).toList();
    }

    private Gobgp started(String config) {
        directory.write(CONFIG, config);
        startOrClose();
        return this;
    }

    @Override
    void start() {
        directory.deleteFile(SOCKET);
        var gobgpd = launch(List.of(Tool.GOBGP.path("gobgpd"), "-f", path(CONFIG), "-t", "toml", "--api-hosts", target(), "--log-plain",
                "--pprof-disable"));
        // it answers before it has read its configuration, and then has no AS yet
        gobgpd.await(START_TIMEOUT, "answers gobgp", () -> hasGlobalConfig(tryGobgp(List.of("global", "-j"))));
        originated.forEach(this::add);
    }

    private static boolean hasGlobalConfig(CommandResult global) {
        return global.exitCode() == 0 && Json.parse(global.output()).path("asn").asLong() > 0;
    }

    private CommandResult tryGobgp(List<String> words) {
        return CommandResult.of(Stream.concat(Stream.of(Tool.GOBGP.path("gobgp"), "--target", target()), words.stream()).toList());
    }

    private String target() {
        return "unix://" + directory.file(SOCKET);
    }

    private void add(Originated route) {
        var words = new ArrayList<>(List.of("global", "rib", "add", "-a", route.family.afiText(), route.prefix));
        words.addAll(route.attributes);
        gobgp(words.toArray(String[]::new));
    }

    private SeenNeighbor neighbor(JsonNode json) {
        var address = json.path("state").path("neighbor_address").asText(json.path("conf").path("neighbor_address").asText());
        var state = state(json.path("state").path("session_state").asInt());
        var established = state == SessionState.ESTABLISHED;
        var received = new EnumMap<AfiSafi, Long>(AfiSafi.class);
        var sent = new EnumMap<AfiSafi, Long>(AfiSafi.class);
        for (var entry : json.path("afi_safis")) {
            var numbers = entry.path("config").path("family");
            AfiSafi.of(numbers.path("afi").asInt(), numbers.path("safi").asInt()).filter(family -> established).ifPresent(family -> {
                received.put(family, entry.path("state").path("accepted").asLong());
                // its state counts what it sent only on request of the API, which the command line does not make
                sent.put(family, (long) json("neighbor", address, "adj-out", "-a", family.afiText()).size());
            });
        }
        var timers = json.path("timers").path("state");
        return new SeenNeighbor(address, json.path("state").path("peer_asn").asLong(), state,
                established ? Instant.ofEpochSecond(timers.path("uptime").path("seconds").asLong()) : null,
                established ? Duration.ofSeconds(timers.path("negotiated_hold_time").asLong()) : Duration.ZERO, received, sent);
    }

    private static SessionState state(int number) {
        return switch (number) {
            case 2 -> SessionState.CONNECT;
            case 3 -> SessionState.ACTIVE;
            case 4 -> SessionState.OPEN_SENT;
            case 5 -> SessionState.OPEN_CONFIRM;
            case 6 -> SessionState.ESTABLISHED;
            default -> SessionState.IDLE; // 0 unknown, 1 idle
        };
    }

    private static SeenRoute route(String prefix, JsonNode path) {
        var nextHops = new ArrayList<String>();
        var asPath = new ArrayList<Long>();
        var communities = new HashSet<String>();
        var largeCommunities = new HashSet<String>();
        var origin = "incomplete";
        var localPreference = SeenRoute.DEFAULT_LOCAL_PREFERENCE;
        var med = 0L;
        for (var attribute : path.path("attrs")) {
            switch (attribute.path("type").asInt()) {
                case ORIGIN -> origin = ORIGINS.get(attribute.path("value").asInt());
                case AS_PATH -> attribute.path("as_paths")
                        .forEach(segment -> segment.path("asns").forEach(number -> asPath.add(number.asLong())));
                case NEXT_HOP, MP_REACH_NLRI -> nextHops.add(attribute.path("nexthop").asText());
                case MULTI_EXIT_DISC -> med = attribute.path("metric").asLong();
                case LOCAL_PREF -> localPreference = attribute.path("value").asLong();
                case COMMUNITIES -> attribute.path("communities").forEach(number -> communities.add(community(number.asLong())));
                case LARGE_COMMUNITIES -> attribute.path("value").forEach(parts -> largeCommunities.add(largeCommunity(parts)));
                default -> { /* no part of what a test asks for */ }
            }
        }
        return new SeenRoute(prefix, path.path("neighbor-ip").asText(), path.path("best").asBoolean(), nextHops, asPath, origin,
                communities,
                largeCommunities, localPreference, med);
    }

    private static String community(long number) {
        return (number >>> Short.SIZE) + ":" + (number & 0xffff);
    }

    private static String largeCommunity(JsonNode parts) {
        return parts.path("ASN").asLong() + ":" + parts.path("LocalData1").asLong() + ":" + parts.path("LocalData2").asLong();
    }

    private record Originated(AfiSafi family, String prefix, List<String> attributes) {
    }
}
