package io.roadstead.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * The words of {@code bgp routes}, in the order that Cilium's command takes them: table, afi, safi, {@code peer ADDRESS}.
 *
 * @param peer empty for all
 */
record RouteQuery(String table, String family, String peer) {

    private static final Set<String> TABLES = Set.of("available", "advertised", "received");

    /** Missing words are {@code available ipv4 unicast}; anything else is an error that says what is understood. */
    static RouteQuery parse(String... words) {
        Deque<String> left = new ArrayDeque<>(List.of(words));
        String table = TABLES.contains(left.peek() == null ? "" : left.peek()) ? left.pop() : "available";
        String afi = Set.of("ipv4", "ipv6").contains(left.peek() == null ? "" : left.peek()) ? left.pop() : "ipv4";
        if ("unicast".equals(left.peek())) {
            left.pop();
        }
        String peer = "";
        if (Set.of("peer", "neighbor").contains(left.peek() == null ? "" : left.peek())) {
            left.pop();
            if (left.isEmpty()) {
                throw new CommandFailure(Exit.USAGE, "'peer' needs an address or a name behind it");
            }
            peer = left.pop();
        }
        if (!left.isEmpty()) {
            throw new CommandFailure(Exit.USAGE, "'" + left.peek()
                    + "' is not understood here; write: roadstead bgp routes [available|advertised|received] [ipv4|ipv6] [unicast] [peer ADDRESS]");
        }
        return new RouteQuery(table, afi + "-unicast", peer);
    }

    /** Whether rows belong to peers. */
    boolean perPeer() {
        return !table.equals("available");
    }

    String path() {
        return "/v1/bgp/routes?table=" + table + "&family=" + family
                + (peer.isEmpty() ? "" : "&peer=" + URLEncoder.encode(peer, StandardCharsets.UTF_8));
    }
}
