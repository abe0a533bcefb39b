package io.roadstead.kernel.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.roadstead.api.config.Doc;
import io.roadstead.api.config.Secret;
import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.lb.FrontendState.NoBackend;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.kernel.lb.LoadBalancerSettings;
import io.roadstead.kernel.lb.TableSize;
import io.roadstead.kernel.maintenance.MaintenanceSettings;
import io.roadstead.kernel.maintenance.MaintenanceSettings.PodCidr;
import io.roadstead.kernel.maintenance.Toleration;
import io.roadstead.kernel.maintenance.Toleration.Effect;
import io.roadstead.kernel.maintenance.Toleration.Operator;
import io.roadstead.kernel.plugin.LockMode;

class ConfigLoaderTest {

    private static final String PEER =
            "roadstead.bgp.instances.main { local-asn = 65001, peers.tor { asn = 65000, address = 192.0.2.1 } }\n";

    @TempDir
    Path directory;

    record Probe(@Doc("d") Duration interval, @Doc("p") int port, @Doc("s") @Nullable Secret token) {
    }

    @Test
    void anEmptyTextGivesTheDefaults() {
        AgentConfig config = load("").orThrow().agent();

        assertThat(config.node().name()).isEqualTo("host-1");
        assertThat(config.cluster()).isEqualTo(new AgentConfig.Cluster("default", 0));
        assertThat(config.plugins().directory()).isEqualTo(directory.resolve("plugins"));
        assertThat(config.plugins().lockMode()).isEqualTo(LockMode.PINNED);
        assertThat(config.stopTimeout()).isEqualTo(Duration.ofSeconds(20));
        assertThat(config.bgp().instances()).isEmpty();
    }

    @Test
    void loadBalancingIsOffAndHasDefaults() {
        LoadBalancerConfig config = load("").orThrow().agent().loadBalancer();

        assertThat(config.datapath()).isEqualTo("none");
        assertThat(config.settings())
                .isEqualTo(new LoadBalancerSettings("maglev", "snat", TableSize.AUTO, 0, NoBackend.REJECT, List.of(), false, ""));
    }

    @Test
    void everythingAboutLoadBalancingCanBeSaid() {
        LoadBalancerConfig config = load("""
                roadstead.load-balancer { datapath = ebpf, algorithm = random, dispatch = hybrid, table-size = 16381, hash-seed = 4294967295
                  no-backend = drop, node-port-addresses = [ "10.0.0.0/8", "::1/128" ], source-ranges-all-types = true, service-proxy-name = other }
                """).orThrow().agent().loadBalancer();

        assertThat(config.datapath()).isEqualTo("ebpf");
        assertThat(config.settings()).isEqualTo(new LoadBalancerSettings("random", "hybrid", new TableSize(16381), -1, NoBackend.DROP,
                List.of(IpPrefix.parse("10.0.0.0/8"), IpPrefix.parse("::1/128")), true, "other"));
    }

    @Test
    void maintenanceHasDefaults() {
        assertThat(load("").orThrow().agent().maintenance().settings()).isEqualTo(new MaintenanceSettings(Set.of("roadstead.io/drain"),
                List.of(), false, Duration.ofSeconds(30), Set.of(), PodCidr.UNTIL_EMPTY));
    }

    @Test
    void everythingAboutMaintenanceCanBeSaid() {
        MaintenanceConfig config = load("""
                roadstead.maintenance { taints = [ "*", example.com/repair ], cordon = true, grace-period = 1m, keep = [ Interface ], pod-cidr = withdraw
                  tolerations = [ { operator = Exists, effect = NoExecute }, { key = a, value = b }, { key = c, operator = exists, effect = prefer-no-schedule } ] }
                """).orThrow().agent().maintenance();

        assertThat(config.settings()).isEqualTo(new MaintenanceSettings(Set.of("*", "example.com/repair"),
                List.of(new Toleration("", Operator.EXISTS, "", Effect.NO_EXECUTE), new Toleration("a", Operator.EQUAL, "b", null),
                        new Toleration("c", Operator.EXISTS, "", Effect.PREFER_NO_SCHEDULE)),
                true, Duration.ofMinutes(1), Set.of("Interface"), PodCidr.WITHDRAW));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            grace-period = 61m                              | grace-period | not in 0s to 1h
            grace-period = 30                               | grace-period | without a unit
            taints = [ "" ]                                 | taints       | empty key
            keep = [ PodCIDR ]                              | keep         | pod-cidr decides
            pod-cidr = sometimes                            | pod-cidr     | 'sometimes'
            cordon = maybe                                  | cordon       | 'maybe'
            tolerations = [ { value = x } ]                 | tolerations  | key is empty
            tolerations = [ { key = a, operator = Exists, value = x } ] | tolerations | value is for operator equal only
            tolerations = [ { key = a, effect = NoEntry } ] | tolerations  | 'NoEntry'
            tolerations = [ { key = a, operator = Gt } ]    | tolerations  | 'Gt'
            drain = true                                    | drain        | unknown key
            """)
    void whatMakesNoSenseAboutMaintenanceIsRefusedAtItsKey(String text, String key, String problem) {
        assertThat(load("roadstead.maintenance { " + text + " }").problems()).singleElement().asString()
                .contains("roadstead.maintenance." + key).contains(problem);
    }

    @Test
    void theEnvironmentNamesTheNodeAndTheHome() {
        AgentConfig config = new ConfigLoader(
                ConfigInput.ofText("", directory, Map.of("NODE_NAME", "k8s-w1", "ROADSTEAD_HOME", "/opt/roadstead"), "host-1"))
                .load(List.of()).orThrow()
                .agent();

        assertThat(config.node().name()).isEqualTo("k8s-w1");
        assertThat(config.plugins().directory()).isEqualTo(Path.of("/opt/roadstead/plugins"));
    }

    @Test
    void overridesAreStrongerThanTheText() {
        ConfigInput input = ConfigInput.ofText("roadstead.node.name = a", directory, Map.of(), "host-1")
                .withOverrides(Map.of("roadstead.node.name", "b"));

        assertThat(new ConfigLoader(input).load(List.of()).orThrow().agent().node().name()).isEqualTo("b");
    }

    @Test
    void anUnknownKeyIsNamedWithFileLineAndTheNearestKnownOne() throws IOException {
        Path file = Files.writeString(directory.resolve("roadstead.conf"), """
                roadstead {
                  bgp.instances.main {
                    local-asn = 65001
                    peers.tor { asn = 65000, address = 192.0.2.1, ebgp-mutlihop = 2 }
                  }
                }
                """);

        ConfigOutcome<ConfigSnapshot> outcome = new ConfigLoader(ConfigInput.ofFile(file, Map.of(), "host-1")).load(List.of());

        assertThat(outcome.errors()).hasSize(1).first().hasToString(file
                + ":4: roadstead.bgp.instances.main.peers.tor.ebgp-mutlihop: unknown key; did you mean 'ebgp-multihop'?");
        assertThat(outcome.errors().getFirst().code()).isEqualTo(CommonErrorCode.CONFIG_UNKNOWN_KEY);
    }

    @Test
    void aMisspeltRootSectionIsAnUnknownKey() {
        assertThat(errors("roadsted.node.name = a")).singleElement().asString()
                .contains(":1: roadsted: unknown key; did you mean 'roadstead'?");
    }

    @Test
    void allErrorsAreReportedTogether() {
        ConfigOutcome<ConfigSnapshot> outcome = load("""
                roadstead {
                  cluster.id = many
                  stop-timeout = 20
                  plugins { strict = 7, lock-mode = enforced, directroy = x }
                  bgp.instances.main { peers.tor { asn = 65000, address = 192.0.2.256, timers { hold = 9s, keepalive = 30s } } }
                }
                """);

        assertThat(outcome.errors()).extracting(ConfigProblem::path).containsExactlyInAnyOrder("roadstead.cluster.id",
                "roadstead.stop-timeout",
                "roadstead.plugins.strict", "roadstead.plugins.lock-mode", "roadstead.plugins.directroy",
                "roadstead.bgp.instances.main.local-asn",
                "roadstead.bgp.instances.main.peers.tor.address", "roadstead.bgp.instances.main.peers.tor.timers.keepalive");
        assertThatThrownBy(outcome::orThrow).isInstanceOf(RoadsteadException.class).hasMessageContaining("8 errors");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"cluster.id = many | found the text 'many'; write a whole number",
        "cluster.id = 1.5 | found the number 1.5",
        "cluster.id = 512 | id 512 is not in 0 to 511", "cluster.id = 99999999999 | is not in -2147483648 to 2147483647",
        "cluster = 5 | write a section",
        "node.name = [ a ] | found a list; write a text", "stop-timeout = 20 | found 20 without a unit; write a duration with its unit",
        "stop-timeout = -5s | -5s is negative", "stop-timeout = 1h | is not in 1s to 10m", "stop-timeout = soon | found the text 'soon'",
        "plugins.disabled = x | write a list", "plugins.disabled = [ x, x ] | stands twice", "logging.level = dbug | did you mean 'debug'?",
        "logging.format = xml | write text or json", "node.name = Not_A_Name | is not a node name",
        "source.type = null | missing; write a text",
        "bgp.instances.a.local-asn = 0 | local-asn 0 is not in 1 to 4294967295",
        "bgp.instances.a.local-asn = 4294967296 | AS number 4294967296 is not in 0 to 4294967295",
        "bgp.instances.a.local-asn = many | not an AS number: 'many'",
        "bgp.router-id = \"::1\" | router id must be written like an IPv4 address",
        "bgp.instances.a { local-asn = 1, local-port = 0 } | local-port 0 is not in 1 to 65535",
        "bgp.instances.a { local-asn = 1, peers.b { asn = 1 } } | either an address or auto-discovery",
        "bgp.instances.a { local-asn = 1, peers.b { asn = 1, address = 192.0.2.1, passive = true } } | needs local-port",
        "bgp.instances.a { local-asn = 1, peers.b { asn = 1, address = 192.0.2.1, families = [] } } | families is empty",
        "bgp.instances.a { local-asn = 1, peers.b { asn = 1, address = 192.0.2.1, timers.hold = 2s } } | hold 2s is not in 3s to 65535s",
        "bgp.instances.a { local-asn = 1, peers.b { asn = 1, address = 192.0.2.1, advertise = [ service ] } } | service names no addresses",
        "bgp.instances.a { local-asn = 1, peers.b { asn = 1, address = 192.0.2.1, advertise = [ { type = pod-cidr, communities = [ x ] } ] } } | not a standard community",
        "load-balancer.table-size = 16380 | table size 16380 is no prime up to 1048576",
        "load-balancer.table-size = big | table size 'big' is neither auto nor a prime like 16381",
        "load-balancer.hash-seed = 4294967296 | hash-seed 4294967296 is not in 0 to 4294967295",
        "load-balancer.hash-seed = -1 | is not in 0",
        "load-balancer.no-backend = ignore | write reject or drop", "load-balancer.node-port-addresses = [ 10.0.0.1 ] | has no '/length'",
        "load-balancer.algorithm = [ maglev ] | write a text",
        "load-balancer.pools.p.blocks = [ \"10.0.0.1/24\" ] | 10.0.0.0/24 is the prefix",
        "load-balancer.pools.p.blocks = [ \"10.0.0.9-10.0.0.1\" ] | ends before it starts", "load-balancer.pools.p {} | blocks is empty"})
    void whatCannotBeIsRefusedWithItsReason(String line, String message) {
        assertThat(errors("roadstead." + line)).singleElement().asString().startsWith("configuration text:1: roadstead")
                .contains(message.strip());
    }

    @Test
    void malformedHoconIsNamedWithItsLine() throws IOException {
        Path file = Files.writeString(directory.resolve("roadstead.conf"), "roadstead {\n  node { name = a\n  }\n  cluster [\n}\n");

        List<ConfigProblem> errors = new ConfigLoader(ConfigInput.ofFile(file, Map.of(), "h")).load(List.of()).errors();

        assertThat(errors).singleElement().satisfies(error -> {
            assertThat(error.code()).isEqualTo(CommonErrorCode.CONFIG_SYNTAX);
            assertThat(error.origin()).matches(".*roadstead\\.conf:[45]");
        });
    }

    @Test
    void aMissingFileAndAMissingSubstitutionAreErrors() {
        assertThat(new ConfigLoader(ConfigInput.ofFile(directory.resolve("none.conf"), Map.of(), "h")).load(List.of()).errors())
                .singleElement()
                .asString().contains("none.conf").contains("there is no such file");
        assertThat(errors("roadstead.node.name = ${NO_SUCH}")).singleElement().asString().contains(":1: ").contains("NO_SUCH")
                .contains("${?…}");
    }

    @Test
    void anIncludedFileIsTheOriginOfItsKeys() throws IOException {
        Path file = Files.writeString(directory.resolve("roadstead.conf"), "include \"more.conf\"\nroadstead.node.name = a\n");
        Path included = Files.writeString(directory.resolve("more.conf"), "\n\nroadstead.cluster.id = 7\nroadstead.node.nmae = b\n");
        ConfigLoader loader = new ConfigLoader(ConfigInput.ofFile(file, Map.of(), "h"));

        assertThat(loader.load(List.of()).errors()).singleElement().asString().startsWith(included + ":4: roadstead.node.nmae");

        Files.writeString(included, "\n\nroadstead.cluster.id = 7\n");
        ConfigSnapshot snapshot = loader.load(List.of()).orThrow();
        assertThat(snapshot.view().entries()).filteredOn(entry -> entry.path().equals("roadstead.cluster.id")).singleElement()
                .satisfies(entry -> assertThat(entry.origin()).isEqualTo(included + ":3"));
        assertThat(snapshot.files()).containsExactlyInAnyOrder(file, included);
    }

    @Test
    void aPluginsSectionHasItsDefaultsAndItsOrigins() {
        PluginDefaults defaults = new PluginDefaults("probe", "\nroadstead.add-ons.probe { interval = 5s, port = 80 }");
        ConfigSnapshot snapshot = load("roadstead.add-ons.probe.port = 8080", defaults).orThrow();

        assertThat(snapshot.section("roadstead.add-ons.probe", Probe.class).orThrow())
                .isEqualTo(new Probe(Duration.ofSeconds(5), 8080, null));
        assertThat(snapshot.view().entries()).anySatisfy(entry -> {
            assertThat(entry.path()).isEqualTo("roadstead.add-ons.probe.interval");
            assertThat(entry.value()).isEqualTo("5s");
            assertThat(entry.origin()).isEqualTo("plugin probe reference.conf:2");
        });
        assertThat(load("roadstead.add-ons.probe.prot = 1", defaults).orThrow().section("roadstead.add-ons.probe", Probe.class).errors())
                .singleElement().asString()
                .contains("configuration text:1: roadstead.add-ons.probe.prot: unknown key; did you mean 'port'?");
    }

    @Test
    void brokenDefaultsOfAPluginAreItsOwnError() {
        assertThat(load("", new PluginDefaults("probe", "a {")).errors()).singleElement().asString()
                .startsWith("plugin probe reference.conf:1: ");
    }

    @Test
    void aSectionThatNoPluginProvidesIsAWarning() {
        ConfigSnapshot snapshot =
                load("roadstead { advertisers { servcie {}, health-check {} }, source { type = manifests, manifests {}, etcd {} } }")
                        .orThrow();

        assertThat(snapshot.unusedSections(List.of("roadstead.advertisers.service", "roadstead.source.manifests")))
                .extracting(ConfigProblem::toString)
                .containsExactly(
                        "configuration text:1: roadstead.source.etcd: no loaded plugin provides this type; it takes effect when a plugin provides it",
                        "configuration text:1: roadstead.advertisers.health-check: no loaded plugin provides this type; it takes effect when a plugin provides it",
                        "configuration text:1: roadstead.advertisers.servcie: no loaded plugin provides this type; did you mean roadstead.advertisers.service?");
    }

    @Test
    void theStarEntryIsTheDefaultOfTheOthers() {
        AgentConfig config = load(PEER + """
                roadstead.bgp.instances."*".peers."*".timers { hold = 9s, keepalive = 3s }
                roadstead.bgp.instances.main.peers.other { asn = 0, auto-discovery = ipv4, timers.keepalive = 1s }
                """).orThrow().agent();

        Map<String, BgpConfig.Peer> peers = config.bgp().instances().get("main").peers();
        assertThat(peers).containsOnlyKeys("tor", "other");
        assertThat(peers.get("tor").timers())
                .isEqualTo(new BgpConfig.Timers(Duration.ofSeconds(120), Duration.ofSeconds(9), Duration.ofSeconds(3)));
        assertThat(peers.get("other").timers().keepalive()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void anUnquotedLabelWithDotsIsOneKey() {
        AgentConfig config = load(PEER + "roadstead.bgp.instances.main.peers.tor.advertise = "
                + "[ { service = [ LoadBalancerIP, cluster-ip ], selector.match-labels { app.kubernetes.io/name = webpod, tier = x } } ]")
                .orThrow().agent();

        assertThat(config.bgp().instances().get("main").peers().get("tor").advertise().getFirst().selector().matchLabels())
                .isEqualTo(Map.of("app.kubernetes.io/name", "webpod", "tier", "x"));
    }

    @Test
    void asdotStaysAsItWasWritten() {
        assertThat(load("roadstead.bgp.instances.a.local-asn = 1.10").orThrow().agent().bgp().instances().get("a").localAsn().value())
                .isEqualTo(65546);
    }

    @Test
    void secretsComeFromFilesAndVariablesAndAreShownNowhere() throws IOException {
        Files.writeString(directory.resolve("key"), "hunter2\n");

        assertThat(password("password-file = key", Map.of())).isEqualTo(Secret.of("hunter2"));
        assertThat(password("password-env = PW", Map.of("PW", "hunter2"))).isEqualTo(Secret.of("hunter2"));
        assertThat(password("password = ${PW}", Map.of("PW", "hunter2"))).isEqualTo(Secret.of("hunter2"));

        ConfigOutcome<ConfigSnapshot> literal = load(PEER + "roadstead.bgp.instances.main.peers.tor.password = hunter2\n"
                + "roadstead.add-ons.unknown { api-token = hunter2, list = [ { password = hunter2 } ] }");
        ConfigSnapshot snapshot = literal.orThrow();
        assertThat(literal.warnings()).singleElement().asString()
                .contains("the secret stands in the configuration file; use password-file or password-env");
        assertThat(snapshot.view().toString() + literal.problems() + snapshot.agent() + ConfigResources.of(snapshot.agent()))
                .doesNotContain("hunter2")
                .contains(Secret.MASK);
    }

    @Test
    void aBadSecretIsRefusedWithoutItsValue() {
        String password = PEER + "roadstead.bgp.instances.main.peers.tor.";

        assertThat(errors(password + "password = [ hunter2 ]")).singleElement().asString().contains("found a section or a list")
                .doesNotContain("hunter2");
        assertThat(errors(password + "password-env = NONE")).singleElement().asString().contains("no variable NONE");
        assertThat(errors(password + "password-file = none")).singleElement().asString().contains("does not exist");
        assertThat(errors(password + "password-file = a\n" + password.substring(PEER.length()) + "password-env = B")).singleElement()
                .asString()
                .contains("stands beside password-env");
    }

    @Test
    void checkReportsTheKernelsAndThePluginsProblemsTogether() {
        ConfigInput input = ConfigInput.ofText("roadstead.add-ons { probe { port = x }, ghost {} }", directory, Map.of(), "h");

        assertThat(ConfigCheck.check(input, List.of(new PluginDefaults("probe", "roadstead.add-ons.probe.interval = 1s")),
                List.of(new ConfigCheck.Section("roadstead.add-ons.probe", Probe.class)))).extracting(ConfigProblem::path)
                .containsExactly("roadstead.add-ons.probe.port", "roadstead.add-ons.ghost");
    }

    private Secret password(String line, Map<String, String> environment) {
        ConfigInput input = ConfigInput.ofText(PEER + "roadstead.bgp.instances.main.peers.tor." + line, directory, environment, "h");
        ConfigOutcome<ConfigSnapshot> outcome = new ConfigLoader(input).load(List.of());
        assertThat(outcome.problems()).isEmpty();
        assertThat(outcome.orThrow().view().toString()).doesNotContain("hunter2");
        return outcome.orThrow().agent().bgp().instances().get("main").peers().get("tor").password();
    }

    private List<ConfigProblem> errors(String text) {
        return load(text).errors();
    }

    private ConfigOutcome<ConfigSnapshot> load(String text, PluginDefaults... plugins) {
        return new ConfigLoader(ConfigInput.ofText(text, directory, Map.of(), "host-1")).load(List.of(plugins));
    }
}
