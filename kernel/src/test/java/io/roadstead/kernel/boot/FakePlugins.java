package io.roadstead.kernel.boot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

import io.roadstead.testkit.PluginJarBuilder;

/**
 * The home of an agent under test: a plugins folder with a fake source, a fake peer protocol that writes down what it is told, and an advertiser of one prefix. The
 * jars are compiled once per test class and copied.
 */
final class FakePlugins {

    private static final String IMPORTS = """
            import io.roadstead.api.config.Doc;
            import io.roadstead.api.model.bgp.*;
            import io.roadstead.api.model.meta.*;
            import io.roadstead.api.model.net.*;
            import io.roadstead.api.model.node.Node;
            import io.roadstead.api.model.service.EndpointSlice;
            import io.roadstead.api.model.service.Service;
            import io.roadstead.api.model.service.ServiceType;
            import io.roadstead.api.model.service.TrafficPolicy;
            import io.roadstead.api.peer.*;
            import io.roadstead.api.plugin.*;
            import io.roadstead.api.route.*;
            import io.roadstead.api.source.*;
            import java.nio.file.*;
            import java.time.*;
            import java.util.*;
            import java.util.concurrent.*;
            import org.pf4j.Extension;
            """;

    private final Path jars;

    /** Compiles the jars there. */
    FakePlugins(Path jars) {
        this.jars = jars;
        source().writeTo(jars.resolve("fake-source.jar"));
        protocol().writeTo(jars.resolve("fake-protocol.jar"));
        advertiser().writeTo(jars.resolve("fake-advertiser.jar"));
        hanging().writeTo(jars.resolve("fake-hanging.jar"));
        balancer().writeTo(jars.resolve("fake-balancer.jar"));
    }

    /** A home with these plugins. */
    static Path home(Path directory) {
        try {
            Files.createDirectories(directory.resolve("plugins"));
            Files.setPosixFilePermissions(directory.resolve("plugins"), PosixFilePermissions.fromString("rwxr-xr-x"));
            return directory;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Copies plugins into a home as an operator should: complete at once. */
    void install(Path home, String... ids) {
        home(home);
        for (String id : ids) {
            try {
                Path partial = Files.copy(jars.resolve(id + ".jar"), home.resolve("." + id + ".partial"));
                Files.move(partial, home.resolve("plugins").resolve(id + ".jar"));
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }
    }

    static void remove(Path home, String id) {
        try {
            Files.delete(home.resolve("plugins").resolve(id + ".jar"));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** What the fake protocol was told, one line per call. */
    static List<String> journal(Path home) {
        return journal(home, "fake-protocol");
    }

    /** What a plugin was told, one line per call. */
    static List<String> journal(Path home, String plugin) {
        Path journal = home.resolve("state/plugins").resolve(plugin).resolve("journal");
        try {
            return Files.exists(journal) ? Files.readAllLines(journal) : List.of();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static PluginJarBuilder source() {
        return PluginJarBuilder.plugin("fake-source").resource("reference.conf", "roadstead.source.fake.rack = a").source("fakes.Source",
                "package fakes;\n" + IMPORTS + """
                @Extension
                public final class Source implements ClusterSourceFactory<Source.Config> {
                    public record Config(@Doc("Label.") String rack) {
                    }

                    private static Service service() {
                        return new Service(ObjectMeta.of("default", "web"), new Service.Spec(ServiceType.CLUSTER_IP, List.of(IpAddress.parse("10.96.0.1")),
                                List.of(), null, null, TrafficPolicy.CLUSTER, TrafficPolicy.CLUSTER, List.of(), null,
                                List.of(new Service.Port("", io.roadstead.api.model.service.Protocol.TCP, 80, "", 0)), Map.of(), null, List.of(), 0, true, false, null), Service.Status.NONE);
                    }

                    private static EndpointSlice slice() {
                        return new EndpointSlice(ObjectMeta.of("default", "web-1"), "web", AddressFamily.IPV4,
                                List.of(endpoint("172.20.0.1"), endpoint("172.20.0.2")), List.of(new EndpointSlice.Port("", io.roadstead.api.model.service.Protocol.TCP, 80)));
                    }

                    private static EndpointSlice.Endpoint endpoint(String address) {
                        return new EndpointSlice.Endpoint(List.of(IpAddress.parse(address)), EndpointSlice.Conditions.READY, "", "", List.of());
                    }

                    @Override
                    public String type() {
                        return "fake";
                    }

                    @Override
                    public Class<Config> configType() {
                        return Config.class;
                    }

                    @Override
                    public ClusterSource<Config> create(String name, Config config, PluginContext context) {
                        Path journal = context.stateDirectory().resolve("journal");
                        class Instance implements ClusterSource<Config> {
                            void note(String line) {
                                try {
                                    Files.writeString(journal, line + "\\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                                } catch (java.io.IOException broken) {
                                    throw new java.io.UncheckedIOException(broken);
                                }
                            }

                            @Override
                            public CompletionStage<Void> need(Needs needs) {
                                note("need " + needs.nodes() + " nodes, " + needs.pods() + " pods");
                                if (config.rack().equals("needless")) {
                                    throw new IllegalStateException("too much is asked of me");
                                }
                                return CompletableFuture.completedFuture(null);
                            }

                            @Override
                            public void start(ClusterSink sink) {
                                note("start");
                                ObjectMeta meta = ObjectMeta.of("", context.nodeName()).withLabels(Map.of("rack", config.rack()));
                                Node node = new Node(meta, List.of(new Node.Address(Node.AddressType.INTERNAL_IP, IpAddress.parse("192.0.2.77"))),
                                        List.of(), false, List.of());
                                sink.apply(new ResourceBatch(List.of(node), List.of()));
                                sink.apply(new ResourceBatch(List.of(service(), slice()), List.of()));
                                sink.synced();
                            }

                            @Override
                            public boolean reconfigure(Config changed) {
                                return false;
                            }

                            @Override
                            public InstanceStatus status() {
                                return InstanceStatus.ok("rack " + config.rack());
                            }

                            @Override
                            public void close() {
                            }
                        }
                        class Electing extends Instance implements StatusWriter, LeaderElection {
                            @Override
                            public void write(List<StatusUpdate> updates) {
                            }

                            @Override
                            public io.roadstead.api.lifecycle.Registration contend(String role, java.util.function.Consumer<Boolean> leads) {
                                note("lead " + role);
                                leads.accept(true);
                                return () -> leads.accept(false);
                            }
                        }
                        return config.rack().equals("leader") ? new Electing() : new Instance();
                    }
                }
                """);
    }

    private static PluginJarBuilder protocol() {
        return PluginJarBuilder.plugin("fake-protocol").source("fakes.Protocol", "package fakes;\n" + IMPORTS + """
                @Extension
                public final class Protocol implements PeerProtocolFactory<Protocol.Config> {
                    public record Config() {
                    }

                    @Override
                    public String type() {
                        return "fake";
                    }

                    @Override
                    public Class<Config> configType() {
                        return Config.class;
                    }

                    @Override
                    public PeerProtocol<Config> create(String name, Config config, PluginContext context) {
                        return new Speaker(context.stateDirectory().resolve("journal"), context.clock().instant());
                    }

                    record Speaker(Path journal, Instant since) implements PeerProtocol<Config> {
                        void note(String line) {
                            try {
                                Files.writeString(journal, line + "\\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                            } catch (java.io.IOException broken) {
                                throw new java.io.UncheckedIOException(broken);
                            }
                        }

                        @Override
                        public void start(PeerListener listener) {
                            note("start");
                        }

                        @Override
                        public PeerSession open(PeerSpec spec) {
                            note("open " + spec.id() + " as " + spec.localAsn() + " id " + spec.routerId() + " hold " + spec.timers().hold().toSeconds());
                            return new Session(spec, this);
                        }

                        @Override
                        public CompletionStage<List<RibEntry>> rib(String instance, AfiSafi family) {
                            return CompletableFuture.completedFuture(List.of());
                        }

                        @Override
                        public boolean reconfigure(Config config) {
                            return true;
                        }

                        @Override
                        public InstanceStatus status() {
                            return InstanceStatus.ok("speaks");
                        }

                        @Override
                        public void close() {
                            note("end");
                        }
                    }

                    record Session(PeerSpec spec, Speaker speaker) implements PeerSession {
                        @Override
                        public PeerId id() {
                            return spec.id();
                        }

                        @Override
                        public Reconfiguration reconfigure(PeerSpec changed) {
                            speaker.note("reconfigure " + id() + " hold " + changed.timers().hold().toSeconds());
                            return new Reconfiguration(Reconfiguration.Outcome.APPLIED, Set.of(), Set.of());
                        }

                        @Override
                        public void replaceRoutes(AfiSafi family, Map<IpPrefix, RouteAttributes> routes) {
                            speaker.note("replace " + id() + " " + family + " " + new TreeSet<>(routes.keySet()));
                        }

                        @Override
                        public void updateRoutes(AfiSafi family, RouteDelta delta) {
                            speaker.note("update " + id() + " " + family + " +" + new TreeSet<>(delta.announce().keySet()) + " -" + new TreeSet<>(delta.withdraw()));
                        }

                        @Override
                        public void reset(String communication) {
                        }

                        @Override
                        public PeerStatus status() {
                            return new PeerStatus(id(), spec.localAsn(), spec.peerAsn(), spec.peerAddress(), spec.peerPort(), null, null, SessionState.IDLE,
                                    speaker.since(), null, spec.timers(), null, null, Map.of(), List.of(), List.of(), 1, null, false, Set.of(), 0, "", "",
                                    PeerStatus.MessageCounters.ZERO);
                        }

                        @Override
                        public CompletionStage<List<RouteEntry>> routes(Direction direction, AfiSafi family) {
                            return CompletableFuture.completedFuture(List.of());
                        }

                        @Override
                        public CompletionStage<Void> close(CloseReason reason) {
                            speaker.note("close " + id() + " " + reason);
                            return CompletableFuture.completedFuture(null);
                        }
                    }
                }
                """);
    }

    private static PluginJarBuilder advertiser() {
        return PluginJarBuilder.plugin("fake-advertiser")
                .resource("reference.conf", "roadstead.advertisers.fixed { prefix = \"198.51.100.1/32\", more.note = x }")
                .source("fakes.Fixed", "package fakes;\n" + IMPORTS + """
                        @Extension
                        public final class Fixed implements RouteAdvertiserFactory<Fixed.Config> {
                            public record Config(@Doc("Prefix.") IpPrefix prefix, @Doc("More.") More more) {
                                public Config {
                                    if (prefix.length() == 0) {
                                        throw new IllegalArgumentException("prefix must not be the default route");
                                    }
                                }
                            }

                            /** A section in the section: its class is loaded later than the section's. */
                            public record More(@Doc("Note.") String note) {
                            }

                            @Override
                            public String type() {
                                return "fixed";
                            }

                            @Override
                            public Class<Config> configType() {
                                return Config.class;
                            }

                            @Override
                            public RouteAdvertiser<Config> create(String name, Config config, PluginContext context) {
                                return new RouteAdvertiser<>() {
                                    private final ResourceKey subject = new ResourceKey("Fixed", "", "it");

                                    @Override
                                    public String advertisementType() {
                                        return "Fixed";
                                    }

                                    @Override
                                    public void start(AdvertiserSink sink) {
                                    }

                                    @Override
                                    public Collection<ResourceKey> subjects(ClusterView cluster) {
                                        return List.of(subject);
                                    }

                                    @Override
                                    public Set<ResourceKey> affectedBy(ResourceKey changed, ClusterView cluster) {
                                        return Set.of();
                                    }

                                    @Override
                                    public List<RouteDecision> decide(ResourceKey key, BgpAdvertisement.Entry entry, ClusterView cluster) {
                                        return List.of(RouteDecision.announce(config.prefix(), ""));
                                    }

                                    @Override
                                    public boolean reconfigure(Config changed) {
                                        return false;
                                    }

                                    @Override
                                    public InstanceStatus status() {
                                        return InstanceStatus.ok(config.prefix().toString());
                                    }

                                    @Override
                                    public void close() {
                                    }
                                };
                            }
                        }
                        """);
    }

    private static PluginJarBuilder hanging() {
        return PluginJarBuilder.plugin("fake-hanging").source("fakes.Hanging", "package fakes;\n" + IMPORTS + """
                @Extension
                public final class Hanging implements AddOnFactory<Hanging.Config> {
                    public record Config() {
                    }

                    @Override
                    public String type() {
                        return "hanging";
                    }

                    @Override
                    public Class<Config> configType() {
                        return Config.class;
                    }

                    @Override
                    public AddOn<Config> create(String name, Config config, PluginContext context) {
                        return new AddOn<>() {
                            @Override
                            public void start() {
                            }

                            @Override
                            public boolean reconfigure(Config changed) {
                                return true;
                            }

                            @Override
                            public InstanceStatus status() {
                                return InstanceStatus.ok("waits");
                            }

                            @Override
                            public void close() {
                                CountDownLatch never = new CountDownLatch(1);
                                while (never.getCount() > 0) {
                                    try {
                                        never.await();
                                    } catch (InterruptedException ignored) {
                                        Thread.currentThread().getName();
                                    }
                                }
                            }
                        };
                    }
                }
                """);
    }

    /** An algorithm, a dispatch mode, a datapath and an add-on that answers health checks; the datapath writes down what it is told. */
    private static PluginJarBuilder balancer() {
        String common = """
                    @Override
                    public boolean reconfigure(Config changed) {
                        return changed.equals(config);
                    }

                    @Override
                    public InstanceStatus status() {
                        return InstanceStatus.ok("");
                    }

                    @Override
                    public void close() {
                    }
                """;
        String imports = "package fakes;\n" + IMPORTS + "import io.roadstead.api.lb.*;\nimport io.roadstead.api.model.service.*;\n";
        return PluginJarBuilder.plugin("fake-balancer").resource("reference.conf", "roadstead.algorithms.first.shift = 0")
                .source("fakes.First", imports + """
                        @Extension
                        public final class First implements LoadBalancingAlgorithmFactory<First.Config> {
                            public record Config(@Doc("Which backend.") int shift) {
                            }

                            public String type() {
                                return "first";
                            }

                            public Class<Config> configType() {
                                return Config.class;
                            }

                            public LoadBalancingAlgorithm<Config> create(String name, Config config, PluginContext context) {
                                return new LoadBalancingAlgorithm<>() {
                                    private Config now = config;

                                    public SelectionTable build(TableRequest request) {
                                        int shift = now.shift();
                                        return new SelectionTable() {
                                            public int slots() {
                                                return 1;
                                            }

                                            public int backendIndex(int slot) {
                                                return shift;
                                            }

                                            public SlotChoice slotChoice() {
                                                return SlotChoice.FLOW_HASH;
                                            }
                                        };
                                    }

                                    public boolean reconfigure(Config changed) {
                                        now = changed;
                                        return true;
                                    }

                                    public InstanceStatus status() {
                                        return InstanceStatus.ok("");
                                    }

                                    public void close() {
                                    }
                                };
                            }
                        }
                        """)
                .source("fakes.Snat", imports + """
                        @Extension
                        public final class Snat implements DispatchModeFactory<Snat.Config> {
                            public record Config() {
                            }

                            public String type() {
                                return "snat";
                            }

                            public Class<Config> configType() {
                                return Config.class;
                            }

                            public DispatchMode<Config> create(String name, Config config, PluginContext context) {
                                return new DispatchMode<>() {
                                    public Set<Need> needs() {
                                        return Set.of();
                                    }

                                    public String label() {
                                        return "SNAT";
                                    }
                        """ + common + """
                                };
                            }
                        }
                        """)
                .source("fakes.Carrier", imports + """
                        @Extension
                        public final class Carrier implements DatapathFactory<Carrier.Config> {
                            public record Config() {
                            }

                            public String type() {
                                return "journal";
                            }

                            public Class<Config> configType() {
                                return Config.class;
                            }

                            public Datapath<Config> create(String name, Config config, PluginContext context) {
                                return new It(context.stateDirectory().resolve("journal"), config);
                            }

                            record It(Path journal, Config config) implements Datapath<Config>, DetachableDatapath {
                                void note(String line) {
                                    try {
                                        Files.writeString(journal, line + "\\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                                    } catch (java.io.IOException broken) {
                                        throw new java.io.UncheckedIOException(broken);
                                    }
                                }

                                public Set<DispatchMode.Need> abilities() {
                                    return Set.of();
                                }

                                public void dispatchModes(Map<String, DispatchMode<?>> modes) {
                                    note("modes " + new TreeSet<>(modes.keySet()));
                                }

                                public void localNode(LocalNode node) {
                                    note("node " + node.addresses() + " seed " + node.hashSeed());
                                }

                                public void replace(Collection<FrontendState> frontends) {
                                    frontends.forEach(this::state);
                                    note("replace " + frontends.size());
                                }

                                public void update(List<FrontendState> changed, List<Frontend> removed) {
                                    changed.forEach(this::state);
                                    removed.forEach(frontend -> note("- " + frontend));
                                }

                                void state(FrontendState state) {
                                    note("+ " + state.frontend() + " " + state.algorithm() + " " + state.dispatch() + " "
                                            + (state.table() == null ? "no table" : state.backends().get(state.table().backendIndex(0)).address()));
                                }

                                public CompletionStage<List<String>> detach() {
                                    note("detach");
                                    return CompletableFuture.completedFuture(List.of("everything"));
                                }
                        """ + common + """
                            }
                        }
                        """);
    }
}
