package io.roadstead.testkit.lab;

import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.SessionState;

/**
 * BIRD 2 with a private control socket. Confined to the test's thread. Never reads or writes the BIRD that the machine itself may run.
 *
 * <p>Traps of its configuration: without {@code strict bind yes} it listens on every address, and a neighbour on the same machine finds the
 * port taken; an eBGP channel has to say both {@code import} and {@code export}, and any channel exports nothing unless told to; a static
 * {@code blackhole} is announced, but {@code protocol kernel} with {@code export all} also drops the traffic to it; it waits 5 s before it
 * first connects ({@code connect delay time 1}).
 */
public final class Bird extends PrivateDaemon {

    private static final String CONFIG = "bird.conf";
    private static final String SOCKET = "bird.ctl";
    /** Before the test's text, so that the log is where {@link #logs()} looks and times can be told apart from day to day. */
    private static final String PREAMBLE = "log stderr all; timeformat protocol iso long ms;\n";

    private static final Pattern PROTOCOL =
            Pattern.compile("(?m)^(\\S+) +BGP +\\S+ +\\S+ +(\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d+).*$");
    private static final DateTimeFormatter SINCE = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT);
    private static final Pattern CHANNEL_ROUTES = Pattern.compile("Routes: +(\\d+) imported,(?: +\\d+ filtered,)? +(\\d+) exported");
    private static final Pattern PATH = Pattern.compile("^(\\S+)? +\\S.*\\[(\\S+) [^\\]]*\\]( \\*)?.*$");
    private static final Pattern NUMBER = Pattern.compile("\\d+");
    private static final Pattern TUPLE = Pattern.compile("\\(([^)]*)\\)");

    private Bird(@Nullable Namespace namespace) {
        super("BIRD", namespace);
    }

    /** BIRD in the namespace. */
    public static Bird start(Namespace namespace, String config) {
        return new Bird(namespace).started(config);
    }

    /** BIRD without a namespace; the configuration has to keep it on loopback ({@code local … port …; strict bind yes;}). */
    public static Bird startOnLoopback(String config) {
        return new Bird(null).started(config);
    }

    /** What birdc prints for the command, without its greeting; throws {@link LabException} when BIRD refuses it. */
    public String birdc(String... words) {
        var command = new ArrayList<>(List.of(Tool.BIRD.path("birdc"), "-s", path(SOCKET)));
        command.addAll(List.of(words));
        var output = CommandResult.of(command).successfulOutput();
        return output.lines().skip(1).collect(Collectors.joining("\n"));
    }

    /** Replaces the configuration of the running daemon; throws {@link LabException} with its complaint when it keeps the old one. */
    public void configure(String config) {
        directory.write(CONFIG, PREAMBLE + config);
        var answer = birdc("configure");
        if (!answer.contains("Reconfigur")) {
            throw new LabException("BIRD does not accept its configuration\n" + answer);
        }
    }

    @Override
    public List<SeenNeighbor> neighbors() {
        return protocols().values().stream().toList();
    }

    @Override
    public List<SeenRoute> routes(AfiSafi family) {
        var protocols = protocols();
        var routes = new ArrayList<PathText>();
        var prefix = "";
        for (var line : birdc("show", "route", "all").lines().toList()) {
            if (line.startsWith("\t")) {
                routes.getLast().attribute(line.strip());
                continue;
            }
            var matcher = PATH.matcher(line);
            if (matcher.matches()) { // a further path of the same prefix does not repeat it
                prefix = matcher.group(1) == null ? prefix : matcher.group(1);
                var neighbor = protocols.get(matcher.group(2));
                routes.add(new PathText(prefix, neighbor == null ? "" : neighbor.address(), matcher.group(3) != null));
            }
        }
        return routes.stream().map(PathText::route).filter(route -> route.prefix().contains(":") == (family == AfiSafi.IPV6_UNICAST))
                .toList();
    }

    private Bird started(String config) {
        directory.write(CONFIG, PREAMBLE + config);
        startOrClose();
        return this;
    }

    @Override
    void start() {
        directory.deleteFile(SOCKET);
        var bird = launch(List.of(Tool.BIRD.path("bird"), "-f", "-c", path(CONFIG), "-s", path(SOCKET), "-P", path("bird.pid")));
        // the socket is there before BIRD answers on it
        bird.await(START_TIMEOUT, "answers birdc",
                () -> CommandResult.of(List.of(Tool.BIRD.path("birdc"), "-s", path(SOCKET), "show", "status"))
                        .exitCode() == 0);
    }

    /** By protocol name. */
    private Map<String, SeenNeighbor> protocols() {
        var neighbors = new HashMap<String, SeenNeighbor>();
        var text = birdc("show", "protocols", "all");
        // one paragraph per protocol; only the first line of each starts at the margin
        for (var paragraph : text.split("\n(?=\\S)")) {
            var matcher = PROTOCOL.matcher(paragraph);
            if (matcher.find()) {
                neighbors.put(matcher.group(1), neighbor(matcher.group(2), paragraph));
            }
        }
        return neighbors;
    }

    private static SeenNeighbor neighbor(String since, String paragraph) {
        var state = state(field(paragraph, "BGP state"));
        var established = state == SessionState.ESTABLISHED;
        var received = new EnumMap<AfiSafi, Long>(AfiSafi.class);
        var sent = new EnumMap<AfiSafi, Long>(AfiSafi.class);
        for (var family : AfiSafi.values()) {
            var start = paragraph.indexOf("Channel " + family.afiText());
            var counters = CHANNEL_ROUTES.matcher(start < 0 ? "" : paragraph.substring(start));
            if (counters.find()) {
                received.put(family, Long.valueOf(counters.group(1)));
                sent.put(family, Long.valueOf(counters.group(2)));
            }
        }
        var holdTimer = field(paragraph, "Hold timer"); // "8.1/9": left and negotiated
        return new SeenNeighbor(field(paragraph, "Neighbor address"), numbers(field(paragraph, "Neighbor AS")).getFirst(), state,
                established ? LocalDateTime.parse(since, SINCE).atZone(ZoneId.systemDefault()).toInstant() : null,
                established && holdTimer.contains("/")
                        ? Duration.ofSeconds(Long.parseLong(holdTimer.substring(holdTimer.indexOf('/') + 1)))
                        : Duration.ZERO,
                received, sent);
    }

    private static String field(String paragraph, String name) {
        return paragraph.lines().map(String::strip).filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip()).findFirst().orElse("");
    }

    private static SessionState state(String text) {
        return switch (text) {
            case "Connect" -> SessionState.CONNECT;
            case "Active", "Passive" -> SessionState.ACTIVE;
            case "OpenSent" -> SessionState.OPEN_SENT;
            case "OpenConfirm" -> SessionState.OPEN_CONFIRM;
            case "Established" -> SessionState.ESTABLISHED;
            default -> SessionState.IDLE; // Idle, Close, Down
        };
    }

    private static List<Long> numbers(String text) {
        return NUMBER.matcher(text).results().map(result -> Long.valueOf(result.group())).toList();
    }

    /** One path of {@code show route all}: a head line and its attributes, by the names that BIRD gives them. */
    private record PathText(String prefix, String peer, boolean best, Map<String, String> attributes) {

        private PathText(String prefix, String peer, boolean best) {
            this(prefix, peer, best, new HashMap<>());
        }

        private void attribute(String line) {
            var colon = line.indexOf(": ");
            if (colon > 0) {
                attributes.put(line.substring(0, colon), line.substring(colon + 2).strip());
            }
        }

        private String get(String name) {
            return attributes.getOrDefault(name, "");
        }

        private SeenRoute route() {
            var nextHops = Arrays.stream(get("BGP.next_hop").split(" ")).filter(hop -> !hop.isEmpty()).toList();
            return new SeenRoute(prefix, peer, best, nextHops, numbers(get("BGP.as_path")), get("BGP.origin").toLowerCase(Locale.ROOT),
                    tuples(get("BGP.community")), tuples(get("BGP.large_community")),
                    numbers(get("BGP.local_pref")).stream().findFirst().orElse(SeenRoute.DEFAULT_LOCAL_PREFERENCE),
                    numbers(get("BGP.med")).stream().findFirst().orElse(0L));
        }

        /** {@code (65000,1) (65000,2)}, {@code (65000, 1, 2)} → {@code 65000:1} … */
        private static Set<String> tuples(String text) {
            return TUPLE.matcher(text).results().map(Bird::joined).collect(Collectors.toSet());
        }
    }

    private static String joined(MatchResult tuple) {
        return tuple.group(1).replace(" ", "").replace(',', ':');
    }
}
