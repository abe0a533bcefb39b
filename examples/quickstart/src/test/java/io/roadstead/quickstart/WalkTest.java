package io.roadstead.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import org.junit.jupiter.api.Test;

import io.roadstead.testkit.ManualClock;

final class WalkTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String WEBPOD = "172.16.1.1/32";

    private final ManualClock clock = new ManualClock();
    private final FakeSite site = new FakeSite();
    private final FakeWeb web = new FakeWeb();
    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();

    @Test
    void theWalkShowsWhatEachChangeDoesToTheRoutersTable() {
        walk();

        assertThat(shown()).contains("+ " + WEBPOD + "   via 127.168.10.100 (k8s-ctr)", "- " + WEBPOD + "   via 127.168.20.100 (k8s-w0)",
                "- 172.20.2.0/24   via 127.168.20.100 (k8s-w0)", "every table and every answer was as expected");
        assertThat(site.applied).containsExactly("steps/pool.yaml", "steps/webpod-loadbalancer.yaml", "steps/advertisement-service.yaml",
                "steps/webpod-local.yaml", "steps/node-w0-maintenance.yaml", "steps/node-w0-back.yaml");
    }

    @Test
    void aRouteThatDoesNotComeIsNamedAndNothingElseIsShown() {
        site.missing = WEBPOD + " 127.168.10.101";

        assertThatThrownBy(this::walk).isInstanceOf(WalkFailure.class).hasMessage(
                "the router's table did not come within 30 s: + 172.16.1.1/32   via 127.168.10.101 (k8s-w1)");
        assertThat(shown()).doesNotContain("as expected", "externalTrafficPolicy").contains("$ roadstead status --verbose\n");
    }

    @Test
    void aRouteTooManyIsAFailureToo() {
        site.routes.put("10.9.9.0/24", List.of("127.168.10.100"));

        assertThatThrownBy(this::walk).isInstanceOf(WalkFailure.class)
                .hasMessageContaining("- 10.9.9.0/24     via 127.168.10.100 (k8s-ctr)");
    }

    @Test
    void aSessionThatDoesNotComeIsNamedWithItsState() {
        site.down = "k8s-w1";

        assertThatThrownBy(this::walk).isInstanceOf(WalkFailure.class)
                .hasMessageContaining("the router's sessions did not come within 30 s").hasMessageContaining("k8s-w1 is active");
    }

    @Test
    void aSessionThatWasResetByAnothersMaintenanceIsAFailure() {
        site.resetByMaintenance = "k8s-ctr";

        assertThatThrownBy(this::walk).isInstanceOf(WalkFailure.class).hasMessageContaining("session of k8s-ctr was reset");
    }

    @Test
    void theWalkShowsWhoAnswersWithAndWithoutABackend() {
        walk();

        assertThat(shown()).contains(
                "$ for i in {1..60}; do curl -s http://web/; done | sort | uniq -c\n     20 hello-1\n     20 hello-2\n     20 hello-3\n",
                "     30 hello-1\n     30 hello-3\n", "     20 hello-1\n     20 hello-3\n     20 hello-east\n", "     60 hello-east\n");
    }

    @Test
    void aBackendThatStillAnswersAfterItWasTakenOutIsAFailure() {
        web.stubborn = true;

        assertThatThrownBy(this::walk).isInstanceOf(WalkFailure.class).hasMessage(
                "answers from [hello-1, hello-3] did not come within 30 s: answers come from [hello-1, hello-2, hello-3]");
    }

    @Test
    void aServiceThatDoesNotAnswerIsNamedWithWhatIsSeen() {
        web.down = true;

        assertThatThrownBy(this::walk).isInstanceOf(WalkFailure.class)
                .hasMessageContaining("answers come from [http://web/ does not answer]");
    }

    private void walk() {
        Screen plain = new Screen(new PrintStream(screen, true, StandardCharsets.UTF_8), false, true);
        new Walk(site, new Walk.Sockets("nodes", "node", "other", "router"), site::apply, web, plain,
                new Patience(clock, clock::advance, Duration.ofSeconds(30)))
                .run();
    }

    private String shown() {
        return screen.toString(StandardCharsets.UTF_8);
    }

    /** What a client would see. */
    private static final class FakeWeb implements Web {
        private List<Integer> published = List.of();
        private boolean shared;
        private boolean stubborn;
        private boolean down;

        @Override
        public String url() {
            return "http://web/";
        }

        @Override
        public void publish(List<Integer> backends) {
            published = stubborn ? List.of(1, 2, 3) : backends;
        }

        @Override
        public void share() {
            shared = true;
        }

        @Override
        public Map<String, Integer> ask(int times) {
            if (down) {
                throw new WalkFailure("http://web/ does not answer");
            }
            List<String> names = Stream.concat(published.stream().map(backend -> "hello-" + backend),
                    shared ? Stream.of("hello-east") : Stream.empty()).toList();
            Map<String, Integer> answers = new TreeMap<>();
            names.forEach(name -> answers.put(name, times / names.size()));
            return answers;
        }
    }

    /** What the agents would say. */
    private static final class FakeSite implements Asker {
        private final Map<String, List<String>> routes = new TreeMap<>(Map.of("10.10.1.0/24", List.of("0.0.0.0"), "172.20.0.0/24",
                List.of("127.168.10.100"), "172.20.1.0/24", List.of("127.168.10.101"), "172.20.2.0/24", List.of("127.168.20.100")));
        private final List<String> applied = new ArrayList<>();
        private final Map<String, Long> uptimes = new TreeMap<>(Map.of("k8s-ctr", 5000L, "k8s-w1", 5000L, "k8s-w0", 5000L));
        private String missing = "";
        private String down = "";
        private String resetByMaintenance = "";

        void apply(String file) {
            applied.add(file);
            switch (file) {
                case "steps/advertisement-service.yaml" ->
                        routes.put(WEBPOD, List.of("127.168.10.100", "127.168.10.101", "127.168.20.100"));
                case "steps/webpod-local.yaml" -> routes.put(WEBPOD, List.of("127.168.10.100", "127.168.10.101"));
                case "steps/node-w0-maintenance.yaml" -> {
                    routes.remove("172.20.2.0/24");
                    down = "k8s-w0";
                    uptimes.computeIfPresent(resetByMaintenance, (_, _) -> 0L);
                }
                case "steps/node-w0-back.yaml" -> {
                    routes.put(WEBPOD, List.of("127.168.10.100", "127.168.10.101", "127.168.20.100"));
                    routes.put("172.20.2.0/24", List.of("127.168.20.100"));
                    down = "";
                }
                default -> { // changes no route
                }
            }
        }

        @Override
        public String text(String socket, String... command) {
            return "a table\n";
        }

        @Override
        public JsonNode json(String socket, String... command) {
            return command[1].equals("peers") ? peers(socket) : routes();
        }

        private JsonNode peers(String socket) {
            ArrayNode peers = JSON.createArrayNode();
            for (Machine node : Machine.NODES) {
                String name = node.name();
                long received = socket.equals("router")
                        ? routes.values().stream().filter(nextHops -> nextHops.contains(node.address())).count() : 1;
                peers.add(tree("""
                        {"node":"%s","peer":"%s","uptime-millis":%d,
                         "status":{"state":"%s","families":{"ipv4/unicast":{"received":%d,"advertised":1}}}}
                        """.formatted(name, name, uptimes.get(name), name.equals(down) ? "active" : "established", received)));
            }
            return peers;
        }

        private JsonNode routes() {
            ArrayNode rows = JSON.createArrayNode();
            routes.forEach((prefix, nextHops) -> nextHops.stream().filter(nextHop -> !missing.equals(prefix + " " + nextHop))
                    .forEach(nextHop -> rows.add(tree("""
                            {"prefix":"%s","attributes":{"next-hop":"%s"},"best":false,"multipath":true}
                            """.formatted(prefix, nextHop)))));
            rows.add(tree("""
                    {"prefix":"172.20.0.0/24","attributes":{"next-hop":"192.0.2.1"},"best":false,"multipath":false,"note":"not used, not shown"}
                    """));
            return rows;
        }

        private static JsonNode tree(String json) {
            try {
                return JSON.readTree(json);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
