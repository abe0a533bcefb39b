package io.roadstead.kernel.boot;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.metrics.Metric;
import io.roadstead.api.plugin.InstanceStatus.Health;
import io.roadstead.api.view.StatusView;
import io.roadstead.kernel.config.AgentConfig;
import io.roadstead.kernel.config.ConfigProblem;

class AgentTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String PEER = """
            roadstead {
              source.type = fake
              bgp.instances.main { local-asn = 65001, peers.tor { asn = 65000, address = 192.0.2.1, families = [ ipv4 ], advertise = [ Fixed ] } }
            }
            """;

    @TempDir
    static Path jars;

    private static FakePlugins plugins;

    @TempDir
    Path home;

    private final List<Agent> agents = new ArrayList<>();

    @BeforeAll
    static void compile() {
        plugins = new FakePlugins(jars);
    }

    @AfterEach
    void stop() {
        agents.forEach(Agent::stop);
    }

    @Test
    void anAgentAnnouncesWhatItsConfigurationSays() {
        plugins.install(home, "fake-source", "fake-protocol", "fake-advertiser");

        Agent agent = start(home, PEER);

        eventually(SOON,
                () -> assertThat(FakePlugins.journal(home)).containsExactly("start", "open main/tor as 65001 id 192.0.2.77 hold 90",
                        "replace main/tor ipv4/unicast [198.51.100.1/32]"));
        assertThat(agent.parts().components())
                .extracting(StatusView.Component::kind, StatusView.Component::name, StatusView.Component::health)
                .containsExactly(tuple("source", "fake", Health.OK),
                        tuple("advertiser", "fixed", Health.OK),
                        tuple("peer protocol", "fake", Health.OK));
        assertThat(agent.parts().problems()).isEmpty();
    }

    @Test
    void theViewsShowTheAgent() {
        plugins.install(home, "fake-source", "fake-protocol", "fake-advertiser");

        Agent agent =
                start(home, PEER + "roadstead { node.name = n1, cluster.name = lab, bgp.instances.main.peers.tor.password = hunter2 }");

        eventually(SOON, () -> assertThat(view(agent.views().peers())).hasSize(1));
        StatusView status = view(agent.views().status());
        assertThat(status.node()).isEqualTo("n1");
        assertThat(status.cluster()).isEqualTo("lab");
        assertThat(status.synced()).isTrue();
        assertThat(status.components()).hasSize(3);
        assertThat(status.problems()).singleElement().asString().contains("the secret stands in the configuration file");
        assertThat(view(agent.views().plugins())).hasSize(3).allMatch(plugin -> plugin.state().equals("started"));
        assertThat(view(agent.views().config()).entries()).anyMatch(entry -> entry.path().equals("roadstead.advertisers.fixed.prefix")
                && entry.origin().equals("plugin fake-advertiser reference.conf:1"));
        assertThat(view(agent.views().config()).toString()).doesNotContain("hunter2");
        assertThat(agent.views().metrics()).extracting(Metric::name).contains("roadstead_bgp_control_plane_session_state",
                "roadstead_lbipam_services_matching");
    }

    private static <T> T view(CompletionStage<T> answer) {
        return answer.toCompletableFuture().join();
    }

    @Test
    void stoppingClosesSessionsAsAStopAndEndsTheProtocol() {
        plugins.install(home, "fake-source", "fake-protocol");
        Agent agent = start(home, PEER);
        eventually(SOON, () -> assertThat(FakePlugins.journal(home)).contains("replace main/tor ipv4/unicast []"));

        agent.stop();
        agent.stop();

        assertThat(FakePlugins.journal(home)).endsWith("close main/tor AGENT_STOPPING", "end");
    }

    @Test
    void severalAgentsRunInOneProcess() {
        for (String node : List.of("node-a", "node-b", "node-c")) {
            plugins.install(home.resolve(node), "fake-source", "fake-protocol", "fake-advertiser");
            start(home.resolve(node),
                    PEER + "roadstead { node.name = " + node + ", advertisers.fixed.prefix = \"203.0.113." + agents.size() + "/32\" }");
        }

        for (int i = 0; i < 3; i++) {
            Path own = home.resolve(List.of("node-a", "node-b", "node-c").get(i));
            String prefix = "203.0.113." + i + "/32";
            eventually(SOON, () -> assertThat(FakePlugins.journal(own)).contains("replace main/tor ipv4/unicast [" + prefix + "]"));
        }
    }

    @Test
    void aPluginThatComesAndGoesAnnouncesAndWithdrawsWithoutTouchingTheSession() {
        plugins.install(home, "fake-source", "fake-protocol");
        start(home, PEER);
        eventually(SOON, () -> assertThat(FakePlugins.journal(home)).contains("replace main/tor ipv4/unicast []"));

        plugins.install(home, "fake-advertiser");
        eventually(SOON, () -> assertThat(FakePlugins.journal(home)).endsWith("update main/tor ipv4/unicast +[198.51.100.1/32] -[]"));
        FakePlugins.remove(home, "fake-advertiser");
        eventually(SOON, () -> assertThat(FakePlugins.journal(home)).endsWith("update main/tor ipv4/unicast +[] -[198.51.100.1/32]"));

        assertThat(FakePlugins.journal(home)).filteredOn(line -> line.startsWith("open") || line.startsWith("close")).hasSize(1);
    }

    @Test
    void aChangedFileIsAppliedLive() throws IOException {
        plugins.install(home, "fake-source", "fake-protocol", "fake-advertiser");
        List<AgentConfig.Logging> logging = new ArrayList<>();
        Path file = write(PEER);
        Agent agent = start(AgentOptions.ofFile(file).withLogging(logging::add));
        eventually(SOON, () -> assertThat(FakePlugins.journal(home)).hasSize(3));

        write(PEER + """
                roadstead {
                  bgp.instances.main.peers.tor.timers { hold = 9s, keepalive = 3s }
                  advertisers.fixed.prefix = "198.51.100.2/32"
                  logging.level = debug
                  source.fake.rack = b
                  cluster.name = other
                }
                """);

        eventually(SOON, () -> assertThat(FakePlugins.journal(home)).contains("reconfigure main/tor hold 9",
                "update main/tor ipv4/unicast +[198.51.100.2/32] -[198.51.100.1/32]"));
        eventually(SOON, () -> assertThat(agent.parts().components()).extracting(StatusView.Component::summary).contains("rack b"));
        assertThat(logging).extracting(AgentConfig.Logging::level).containsExactly(AgentConfig.Logging.Level.INFO,
                AgentConfig.Logging.Level.DEBUG);
        assertThat(agent.parts().problems()).containsExactly("roadstead.cluster has changed; restart the agent to apply it");
        assertThat(FakePlugins.journal(home)).noneMatch(line -> line.startsWith("close"));
    }

    @Test
    void aBrokenFileChangesNothingAndIsShownUntilItIsRepaired() throws IOException {
        plugins.install(home, "fake-source", "fake-protocol", "fake-advertiser");
        Agent agent = start(AgentOptions.ofFile(write(PEER)));
        eventually(SOON, () -> assertThat(FakePlugins.journal(home)).hasSize(3));

        write(PEER + "roadstead.bgp.instances.main.peers.tor.timers.hodl = 9s");
        eventually(SOON, () -> assertThat(agent.parts().problems()).singleElement().asString().contains(
                "roadstead.conf:5: roadstead.bgp.instances.main.peers.tor.timers.hodl: unknown key; did you mean 'hold'?",
                "stays in force"));
        assertThat(FakePlugins.journal(home)).hasSize(3);

        write(PEER + "roadstead.bgp.instances.main.peers.tor.timers.hold = 99s");
        eventually(SOON, () -> assertThat(FakePlugins.journal(home)).endsWith("reconfigure main/tor hold 99"));
        assertThat(agent.parts().problems()).isEmpty();
    }

    @Test
    void anInstanceWhoseSectionIsWrongRunsOnAndIsShownAndOneThatNeverRanIsTriedAgain() throws IOException {
        plugins.install(home, "fake-source", "fake-protocol", "fake-advertiser");
        String wrong = PEER + "roadstead.advertisers.fixed.prefix = \"0.0.0.0/0\"";
        Agent agent = start(AgentOptions.ofFile(write(wrong)));
        StatusView.Component failed = advertiser(agent);
        assertThat(failed.health()).isEqualTo(Health.FAILED);
        assertThat(failed.problems()).singleElement().asString()
                .contains("roadstead.conf:5: roadstead.advertisers.fixed.prefix: prefix must not be");
        eventually(SOON, () -> assertThat(FakePlugins.journal(home)).endsWith("replace main/tor ipv4/unicast []"));

        write(PEER);
        eventually(SOON, () -> assertThat(FakePlugins.journal(home)).endsWith("update main/tor ipv4/unicast +[198.51.100.1/32] -[]"));

        write(wrong);
        eventually(SOON, () -> assertThat(advertiser(agent).health()).isEqualTo(Health.DEGRADED));
        assertThat(FakePlugins.journal(home)).endsWith("update main/tor ipv4/unicast +[198.51.100.1/32] -[]");
    }

    @Test
    void theSourceIsToldWhatIsNeededBeforeItBeginsAndWheneverThatChanges() throws IOException {
        plugins.install(home, "fake-source");
        String source = "roadstead.source.type = fake\n";
        String routes = "roadstead.routes { installer = some, direct = all }\n";
        start(AgentOptions.ofFile(write(source)));
        eventually(SOON, () -> assertThat(sourceJournal()).containsExactly("need OWN_NODE nodes, NONE pods", "start"));

        write(source + routes);
        eventually(SOON, () -> assertThat(sourceJournal()).endsWith("start", "need ALL nodes, NONE pods"));
        write(source + "roadstead.routes { installer = none, direct = all }");
        eventually(SOON, () -> assertThat(sourceJournal()).endsWith("need OWN_NODE nodes, NONE pods"));

        write(source + "roadstead { source.fake.rack = leader, cluster.id = 0, mesh { backend = memory, publish = true } }");
        eventually(SOON, () -> assertThat(sourceJournal()).contains("lead mesh", "lead announcements", "lead bgp-conditions")
                .endsWith("need ALL nodes, ALL pods"));
        write(source + routes + "roadstead.source.fake.rack = needless");
        eventually(SOON, () -> assertThat(sourceJournal()).endsWith("need ALL nodes, NONE pods", "start"));
    }

    private List<String> sourceJournal() {
        return FakePlugins.journal(home, "fake-source");
    }

    @Test
    void anAddOnThatHangsIsLeftBehindAndEverythingElseIsStopped() {
        plugins.install(home, "fake-source", "fake-protocol", "fake-hanging");
        Agent agent = start(home, PEER);
        eventually(SOON, () -> assertThat(FakePlugins.journal(home)).hasSize(3));

        assertThatThrownBy(agent::stop).isInstanceOfSatisfying(RoadsteadException.class, failure -> {
            assertThat(failure.code()).isEqualTo(CommonErrorCode.STOP_TIMEOUT);
            assertThat(failure.subject()).isEqualTo("add-on hanging");
            assertThat(ExitCode.of(failure)).isEqualTo(ExitCode.STOP_TIMEOUT);
        });

        assertThat(FakePlugins.journal(home)).endsWith("close main/tor AGENT_STOPPING", "end");
    }

    @Test
    void aSourceThatNoPluginProvidesIsAProblemAndNotAnEnd() {
        plugins.install(home, "fake-protocol");

        Agent agent = start(home, PEER);

        assertThat(agent.parts().problems()).singleElement().asString()
                .contains("roadstead.source.fake: no loaded plugin provides this source");
    }

    @Test
    void withoutAClusterThereIsNothingToWaitFor() {
        plugins.install(home, "fake-protocol", "fake-advertiser");

        start(home, PEER + "roadstead { source.type = none, bgp.router-id = 192.0.2.9 }");

        eventually(SOON, () -> assertThat(FakePlugins.journal(home)).contains("replace main/tor ipv4/unicast [198.51.100.1/32]"));
    }

    @Test
    void aPluginThatCannotLoadIsRefusedAloneAndEndsAStrictStartWithItsExitCode() throws IOException {
        Files.writeString(FakePlugins.home(home).resolve("plugins/broken.jar"), "no jar");

        assertThatThrownBy(() -> start(home, PEER + "roadstead.plugins.strict = true")).isInstanceOfSatisfying(RoadsteadException.class,
                failure -> {
                    assertThat(failure).hasMessageContaining("broken.jar");
                    assertThat(ExitCode.of(failure)).isEqualTo(ExitCode.PLUGIN);
                });

        Agent agent = start(home, PEER);
        assertThat(agent.parts().plugins().plugins()).singleElement().satisfies(plugin -> assertThat(plugin.state()).isEqualTo("refused"));
    }

    @Test
    void checkNamesWhatIsWrongInAPluginsSectionAndMakesNoInstance() {
        plugins.install(home, "fake-source", "fake-protocol", "fake-advertiser");
        AgentOptions options = AgentOptions.ofText(PEER + "roadstead.advertisers { fixed.perfix = x, ghost {} }", home);

        assertThat(AgentCheck.check(options)).extracting(ConfigProblem::path, ConfigProblem::severity).containsExactly(
                tuple("roadstead.advertisers.fixed.perfix", ConfigProblem.Severity.ERROR),
                tuple("roadstead.advertisers.ghost", ConfigProblem.Severity.WARNING));
        assertThat(home.resolve("state")).doesNotExist();
    }

    @Test
    void theDatapathThatIsNamedCarriesServicesByTheAlgorithmAndModeThatAreNamed() throws IOException {
        plugins.install(home, "fake-source", "fake-balancer");
        String balancing = "roadstead { source.type = fake, load-balancer { datapath = journal, algorithm = first, hash-seed = 9 } }\n";
        Agent agent = start(AgentOptions.ofFile(write(balancing)));

        eventually(SOON, () -> assertThat(carried()).containsExactly("node [192.0.2.77] seed 9", "modes [snat]",
                "+ 10.96.0.1:80/TCP first snat 172.20.0.1", "replace 1"));
        assertThat(agent.parts().components()).extracting(StatusView.Component::kind, StatusView.Component::name).contains(
                tuple("algorithm", "first"), tuple("dispatch mode", "snat"), tuple("datapath", "journal"));
        assertThat(agent.parts().problems()).isEmpty();
        assertThat(view(agent.views().status()).balancing().facts()).extracting(StatusView.Fact::value).contains("SNAT",
                "First (Table Size: auto)");

        write(balancing + "roadstead.algorithms.first.shift = 1");
        eventually(SOON, () -> assertThat(carried()).endsWith("+ 10.96.0.1:80/TCP first snat 172.20.0.2"));

        write(balancing + "roadstead.load-balancer.datapath = none");
        eventually(SOON, () -> assertThat(view(agent.views().status()).balancing().datapath()).isEmpty());
    }

    @Test
    void aDatapathThatNoPluginProvidesIsAProblem() {
        plugins.install(home, "fake-source");

        Agent agent = start(home, "roadstead { source.type = fake, load-balancer.datapath = ebfp }");

        assertThat(agent.parts().problems()).singleElement().asString()
                .contains("roadstead.datapaths.ebfp: no loaded plugin provides this datapath", "roadstead.load-balancer.datapath");
    }

    @Test
    void detachLoadsThePluginsAndHasTheirDatapathsTakeAwayWhatTheyLeft() {
        plugins.install(home, "fake-source", "fake-balancer");
        AgentOptions options = AgentOptions.ofText("roadstead.source.type = fake", home);

        assertThat(AgentDetach.detach(options)).containsExactly(Map.entry("journal", List.of("everything")));

        assertThat(carried()).containsExactly("detach");
    }

    private List<String> carried() {
        return FakePlugins.journal(home, "fake-balancer");
    }

    private static StatusView.Component advertiser(Agent agent) {
        return agent.parts().components().stream().filter(part -> part.kind().equals("advertiser")).findFirst().orElseThrow();
    }

    private Path write(String text) throws IOException {
        Path partial = Files.writeString(home.resolve("roadstead.conf.partial"), text);
        return Files.move(partial, home.resolve("roadstead.conf"), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private Agent start(Path directory, String text) {
        FakePlugins.home(directory);
        return start(AgentOptions.ofText(text, directory).withOverrides(Map.of("roadstead.home", directory.toString())));
    }

    private Agent start(AgentOptions options) {
        Agent agent = Agent.start(options);
        agents.add(agent);
        return agent;
    }
}
