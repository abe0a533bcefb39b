package io.roadstead.quickstart;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;

/** Shows what the agents do, change by change, and fails when the router does not end up with the routes that it has to have. */
final class Walk {

    private static final String LAB_STEPS = "steps/";
    private static final String[] ROUTES = {"bgp", "routes", "available", "ipv4", "unicast"};
    private static final String[] PEERS = {"bgp", "peers"};
    private static final String WEBPOD = "172.16.1.1/32";
    /** So many that a backend which gets a third of them is not missed by chance. */
    private static final int REQUESTS = 60;
    private static final Machine CTR = Machine.NODES.get(0);
    private static final Machine W1 = Machine.NODES.get(1);
    private static final Machine W0 = Machine.NODES.get(2);

    private final Asker asker;
    private final Sockets sockets;
    private final Consumer<String> apply;
    private final Web web;
    private final Screen screen;
    private final Patience patience;
    private RouterTable table = RouterTable.empty();

    /** @param apply puts a file of the seed lab into the cluster */
    Walk(Asker asker, Sockets sockets, Consumer<String> apply, Web web, Screen screen, Patience patience) {
        this.asker = asker;
        this.sockets = sockets;
        this.apply = apply;
        this.web = web;
        this.screen = screen;
        this.patience = patience;
    }

    /** Where to ask: all nodes at once, two of them, and the router. */
    record Sockets(String nodes, String ctr, String w1, String router) {

        /** As variables of a shell, which the shown commands use. */
        String variables() {
            return "ROADSTEAD_SOCKET='" + nodes + "' CTR=" + ctr + " W1=" + w1 + " ROUTER=" + router;
        }

        private String variable(String socket) {
            return socket.equals(router) ? "$ROUTER" : socket.equals(ctr) ? "$CTR" : "$W1";
        }
    }

    /** The router waits for its peers: now they may connect. */
    void awaitRouter() {
        patience.await("the router", () -> asker.json(sockets.router, PEERS),
                peers -> peers.size() == Machine.NODES.size() ? "" : "it does not answer");
    }

    /** On a failure shows what the agents say of themselves. */
    void run() {
        try {
            walk();
        } catch (WalkFailure failure) {
            show(sockets.nodes, "status", "--verbose");
            show(sockets.router, "status", "--verbose");
            throw failure;
        }
    }

    private void walk() {
        podCidrs();
        serviceAddress();
        localPolicy();
        Map<String, Long> uptimes = uptimes();
        maintenance();
        back(uptimes);
        traffic();
        withoutABackend();
        anotherCluster();
        screen.headline("That is all: every table and every answer was as expected.");
    }

    private void podCidrs() {
        screen.headline("1. Three nodes (AS 65001) connect to a router (AS 65000) and announce their Pod CIDRs");
        awaitSessions(CTR, W1, W0);
        awaitTable(RouterTable.empty().with("10.10.1.0/24", Machine.NOWHERE).with("172.20.0.0/24", CTR).with("172.20.1.0/24", W1)
                .with("172.20.2.0/24", W0));
        awaitCounts(sockets.nodes, 1);
        show(sockets.nodes, PEERS);
        show(sockets.nodes, ROUTES);
        show(sockets.router, ROUTES);
    }

    private void serviceAddress() {
        screen.headline("2. A pool of addresses; Service webpod becomes type LoadBalancer; an advertisement selects it");
        change(table.with(WEBPOD, CTR, W1, W0), "pool.yaml", "webpod-loadbalancer.yaml", "advertisement-service.yaml");
        show(sockets.ctr, "ippool", "list");
        show(sockets.ctr, "service", "list");
        show(sockets.router, ROUTES);
    }

    private void localPolicy() {
        screen.headline("3. externalTrafficPolicy: Local, and two replicas: only nodes that run a Pod of webpod announce its address");
        change(table.with(WEBPOD, CTR, W1), "webpod-local.yaml");
        show(sockets.nodes, "explain", "service", "default/webpod");
    }

    private void maintenance() {
        screen.headline("4. Maintenance of k8s-w0: the node's label enable-bgp becomes \"false\"");
        change(table.with("172.20.2.0/24"), "node-w0-maintenance.yaml");
        awaitSessions(CTR, W1);
        show(sockets.router, PEERS);
    }

    private void back(Map<String, Long> uptimes) {
        screen.headline("5. k8s-w0 is back, and so is its Pod of webpod; the other sessions never noticed");
        change(table.with("172.20.2.0/24", W0).with(WEBPOD, CTR, W1, W0), "node-w0-back.yaml");
        awaitSessions(CTR, W1, W0);
        awaitCounts(sockets.router, 2);
        show(sockets.router, PEERS);
        Map<String, Long> now = uptimes();
        for (Machine untouched : List.of(CTR, W1)) {
            if (now.getOrDefault(untouched.name(), 0L) < uptimes.getOrDefault(untouched.name(), 0L)) {
                throw new WalkFailure("the session of " + untouched.name() + " was reset by the maintenance of another node");
            }
        }
    }

    private void traffic() {
        screen.headline("6. Traffic: k8s-w1 carries the Service hello, whose address is one of this machine, to three web servers");
        web.publish(List.of(1, 2, 3));
        awaitAnswers("hello-1", "hello-2", "hello-3");
        show(sockets.w1, "service", "list");
        requests("hello-1", "hello-2", "hello-3");
    }

    private void withoutABackend() {
        screen.headline("7. hello-2 is taken out; requests go on with the other two");
        web.publish(List.of(1, 3));
        awaitAnswers("hello-1", "hello-3");
        requests("hello-1", "hello-3");
    }

    private void anotherCluster() {
        screen.headline(
                "8. Another cluster: hello becomes global, as it is in east; requests go there too, and all of them when no Pod is left here");
        web.share();
        web.publish(List.of(1, 3));
        awaitAnswers("hello-1", "hello-3", "hello-east");
        show(sockets.w1, "mesh", "status");
        show(sockets.w1, "node", "list");
        show(sockets.w1, "service", "list");
        requests("hello-1", "hello-3", "hello-east");
        web.publish(List.of());
        awaitAnswers("hello-east");
        requests("hello-east");
    }

    private void awaitAnswers(String... names) {
        screen.progress("waiting for the datapath ...");
        SortedSet<String> wanted = new TreeSet<>(List.of(names));
        patience.await("answers from " + wanted, this::answers,
                seen -> seen.keySet().equals(wanted) ? "" : "answers come from " + seen.keySet());
    }

    /** None while nobody listens yet. */
    private Map<String, Integer> answers() {
        try {
            return web.ask(REQUESTS);
        } catch (WalkFailure notYet) {
            return Map.of(notYet.getMessage(), 1);
        }
    }

    /** Now each has to be answered. */
    private void requests(String... names) {
        Map<String, Integer> answers = web.ask(REQUESTS);
        StringBuilder lines = new StringBuilder();
        answers.forEach((name, count) -> lines.append("%7d %s\n".formatted(count, name)));
        screen.command("for i in {1..%d}; do curl -s %s; done | sort | uniq -c".formatted(REQUESTS, web.url()), lines.toString());
        if (!answers.keySet().equals(new TreeSet<>(List.of(names)))) {
            throw new WalkFailure("expected answers from " + List.of(names) + ", but they came from " + answers.keySet());
        }
    }

    private void change(RouterTable expected, String... files) {
        RouterTable before = table;
        for (String file : files) {
            apply.accept(LAB_STEPS + file);
            screen.text("  applied examples/seed-lab/" + LAB_STEPS + file);
        }
        awaitTable(expected);
        screen.text("  the router's table:");
        before.changesTo(expected).forEach(screen::change);
    }

    private void awaitTable(RouterTable expected) {
        screen.progress("waiting for the router's routes ...");
        table = patience.await("the router's table", () -> RouterTable.of(asker.json(sockets.router, ROUTES)),
                seen -> String.join(", ", seen.changesTo(expected)));
    }

    private void awaitSessions(Machine... wanted) {
        screen.progress("waiting for the sessions ...");
        SortedSet<String> names = new TreeSet<>(List.of(wanted).stream().map(Machine::name).toList());
        patience.await("the router's sessions", () -> asker.json(sockets.router, PEERS), peers -> {
            SortedSet<String> established = new TreeSet<>();
            List<String> states = new ArrayList<>();
            for (JsonNode peer : peers) {
                String state = peer.path("status").path("state").asText();
                states.add(peer.path("peer").asText() + " is " + (state.isEmpty() ? "missing" : state));
                if (state.equals("established")) {
                    established.add(peer.path("peer").asText());
                }
            }
            return established.equals(names) ? "" : "expected " + names + ", but " + states;
        });
    }

    /** The routes are there before the sessions' own figures say so: a table with both is shown when they agree. */
    private void awaitCounts(String socket, int received) {
        patience.await("the sessions' figures", () -> asker.json(socket, PEERS), peers -> {
            List<String> lacks = new ArrayList<>();
            for (JsonNode peer : peers) {
                JsonNode figures = peer.path("status").path("families").path("ipv4/unicast");
                if (figures.path("received").asInt() != received || figures.path("advertised").asInt() != 1) {
                    lacks.add(
                            peer.path("node").asText() + " with " + peer.path("peer").asText() + " has " + figures + ", expected received "
                                    + received + ", advertised 1");
                }
            }
            return peers.size() == Machine.NODES.size() ? String.join("; ", lacks) : "not all are there";
        });
    }

    /** Of the router's sessions by node, in milliseconds. */
    private Map<String, Long> uptimes() {
        Map<String, Long> uptimes = new TreeMap<>();
        asker.json(sockets.router, PEERS).forEach(peer -> uptimes.put(peer.path("peer").asText(), peer.path("uptime-millis").asLong()));
        return uptimes;
    }

    private void show(String socket, String... command) {
        String shown = "roadstead " + String.join(" ", command);
        String option = socket.equals(sockets.nodes) ? "" : " --socket " + sockets.variable(socket);
        screen.command(shown + option, asker.text(socket, command));
    }
}
