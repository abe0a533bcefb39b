package io.roadstead.kernel.boot;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.lb.HealthCheckServer;
import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.peer.PeerProtocol;
import io.roadstead.api.plugin.AddOn;
import io.roadstead.api.route.RouteAdvertiser;
import io.roadstead.api.source.ClusterSink;
import io.roadstead.api.source.ClusterSource;
import io.roadstead.api.source.LeaderElection;
import io.roadstead.api.source.Needs;
import io.roadstead.api.source.StatusWriter;
import io.roadstead.api.time.Loop;
import io.roadstead.kernel.cluster.ClusterNeeds;
import io.roadstead.kernel.cluster.ClusterState;
import io.roadstead.kernel.config.RoutesConfig;
import io.roadstead.kernel.fib.FibSettings;
import io.roadstead.kernel.ipam.AddressController;
import io.roadstead.kernel.lb.LoadBalancerController;
import io.roadstead.kernel.mesh.MeshController;
import io.roadstead.kernel.registry.PluginBoundary;
import io.roadstead.kernel.route.RouteController;
import io.roadstead.kernel.status.AnnouncementReporter;
import io.roadstead.kernel.status.BgpStatusReporter;

/** What the kernel does with instances of each extension point that it uses. Each hands over to the control loop and waits. */
final class Roles {

    /** Under this name the source's objects are kept, whatever its type, so that another type takes over what it finds again. */
    static final String SOURCE = "source";

    static final Duration HANDOVER_LIMIT = Duration.ofSeconds(5);

    private Roles() {
    }

    static void on(Loop control, String part, Runnable action) {
        TimeLimit.await(part, HANDOVER_LIMIT, control.submit(() -> {
            action.run();
            return true;
        }));
    }

    /** Announces what it decides. */
    record Advertising(Loop control, RouteController routes, ClusterNeeds needs) implements Role<RouteAdvertiser<?>> {
        @Override
        public String kind() {
            return "advertiser";
        }

        @Override
        public String section(String type) {
            return "roadstead.advertisers." + type;
        }

        @Override
        public boolean overlaps() {
            return true; // routes are not withdrawn in between
        }

        @Override
        public void start(String type, RouteAdvertiser<?> advertiser) {
            on(control, "advertiser", () -> {
                needs.set("advertiser " + type, advertiser.needs());
                routes.advertiserAdded(advertiser);
            });
        }

        @Override
        public void stop(String type, RouteAdvertiser<?> advertiser) {
            on(control, "advertiser", () -> {
                if (routes.advertiserRemoved(advertiser)) {
                    needs.set("advertiser " + type, Needs.OWN_NODE);
                }
            });
        }

        @Override
        public boolean reconfigure(String type, RouteAdvertiser<?> advertiser, Reconfigure change) {
            return TimeLimit.await("advertiser", HANDOVER_LIMIT, control.submit(() -> {
                boolean applied = change.apply();
                if (applied) {
                    needs.set("advertiser " + type, advertiser.needs());
                }
                return applied;
            }));
        }
    }

    /** Holds the sessions. */
    record Peering(Loop control, RouteController routes) implements Role<PeerProtocol<?>> {
        @Override
        public String kind() {
            return "peer protocol";
        }

        @Override
        public String section(String type) {
            return "roadstead.peer-protocols." + type;
        }

        @Override
        public void start(String type, PeerProtocol<?> protocol) {
            on(control, "peer protocol", () -> routes.protocolAdded(protocol));
        }

        @Override
        public void stop(String type, PeerProtocol<?> protocol) {
            TimeLimit.await("sessions", HANDOVER_LIMIT,
                    control.submit(() -> routes.protocolRemoved(protocol)).thenCompose(closed -> closed));
        }
    }

    /** Runs beside; one that answers health checks is told of them. */
    record Accompanying(Loop control, LoadBalancerController balancer) implements Role<AddOn<?>> {
        @Override
        public String kind() {
            return "add-on";
        }

        @Override
        public String section(String type) {
            return "roadstead.add-ons." + type;
        }

        @Override
        public void start(String type, AddOn<?> addOn) {
            addOn.start();
            if (addOn instanceof HealthCheckServer server) {
                on(control, "add-on", () -> balancer.healthCheckServerAdded(server));
            }
        }

        @Override
        public void stop(String type, AddOn<?> addOn) {
            if (addOn instanceof HealthCheckServer server) {
                on(control, "add-on", () -> balancer.healthCheckServerRemoved(server));
            }
        }
    }

    /** Fills the cluster's state, and stores what this agent decides where it can. Confined to the lifecycle loop. */
    static final class Sourcing implements Role<ClusterSource<?>> {
        private static final Logger log = LoggerFactory.getLogger(Sourcing.class);
        private static final Needs ALL_NODES = new Needs(Needs.Scope.ALL, Needs.Scope.NONE, false);
        private static final Needs NODES_AND_SESSIONS = new Needs(Needs.Scope.ALL, Needs.Scope.NONE, true);
        /** What other clusters are told of: nodes, and Pods by their identities. */
        private static final Needs PUBLISHED = new Needs(Needs.Scope.ALL, Needs.Scope.ALL, false);
        private static final LeaderElection ALONE = (role, leads) -> {
            leads.accept(true);
            return () -> leads.accept(false);
        };
        private final Loop control;
        private final ClusterState cluster;
        private final AddressController addresses;
        private final BgpStatusReporter reporter;
        private final AnnouncementReporter announcements;
        private final MeshController mesh;
        private final ClusterNeeds needs;
        private final ConfigService config;
        private @Nullable ClusterSource<?> current;
        private @Nullable Registration telling;
        private @Nullable Registration serving;
        private @Nullable Registration reporting;
        private @Nullable Registration announcing;
        private @Nullable Registration publishing;

        Sourcing(Loop control, ClusterState cluster, AddressController addresses, BgpStatusReporter reporter,
                AnnouncementReporter announcements, MeshController mesh, ClusterNeeds needs, ConfigService config) {
            this.control = control;
            this.cluster = cluster;
            this.addresses = addresses;
            this.reporter = reporter;
            this.announcements = announcements;
            this.mesh = mesh;
            this.needs = needs;
            this.config = config;
        }

        @Override
        public String kind() {
            return "source";
        }

        @Override
        public String section(String type) {
            return "roadstead.source." + type;
        }

        @Override
        public boolean wanted(String type) {
            return config.agent().source().type().equals(type);
        }

        @Override
        public void start(String type, ClusterSource<?> source) {
            ClusterSink sink = TimeLimit.await("source", HANDOVER_LIMIT, control.submit(() -> cluster.sink(SOURCE)));
            needRoutes();
            telling = needs.follow(now -> tell(type, source, now)); // which tells it what is needed before it begins
            source.start(sink);
            current = source;
            configChanged();
        }

        @Override
        public void stop(String type, ClusterSource<?> source) {
            current = null; // there is one at a time
            if (telling != null) {
                telling.close();
            }
            configChanged();
        }

        /** A source that fails at this reads too little or too much, and goes on; nobody leads who needs more. */
        private static CompletionStage<Void> tell(String type, ClusterSource<?> source, Needs now) {
            try {
                return PluginBoundary.call(CommonErrorCode.EXTENSION_FAILED, "source " + type, source.getClass().getClassLoader(),
                        () -> source.need(now));
            } catch (RoadsteadException failed) {
                log.error("source does not take what is needed type={} needs={}", type, now, failed);
                return CompletableFuture.failedStage(failed);
            }
        }

        /** Routes lead to other nodes' addresses; and their Pod CIDRs are what no other cluster may claim. */
        private void needRoutes() {
            RoutesConfig routes = config.agent().routes();
            boolean others = !routes.isNone() && routes.direct() != FibSettings.Direct.NONE;
            needs.set("routes", others ? ALL_NODES : Needs.OWN_NODE);
        }

        /** Begins or ends to hand out addresses, to report, and to tell other clusters. */
        void configChanged() {
            needRoutes();
            StatusWriter writer = current instanceof StatusWriter able ? able : null;
            LeaderElection election = current instanceof LeaderElection able ? able : null;
            boolean ipam = config.agent().loadBalancer().ipam().enabled();
            serving = change(serving, ipam ? writer : null, able -> addresses.serve(able, election));
            reporting = change(reporting, writer, able -> reporter.serve(able, needing(election, ALL_NODES)));
            boolean tell = config.agent().bgp().statusReport().services();
            announcing = change(announcing, tell ? writer : null,
                    able -> announcements.serve(able, needing(election, NODES_AND_SESSIONS)));
            boolean publish = !config.agent().mesh().isNone() && config.agent().mesh().publish();
            publishing = change(publishing, publish ? current : null, source -> mesh.serve(needing(election, PUBLISHED)));
        }

        /** Without an election this agent leads. */
        private LeaderElection needing(@Nullable LeaderElection election, Needs of) {
            return new NeedingElection(election == null ? ALONE : election, needs, of);
        }

        /** Keeps, begins or ends a service to the writer; null means that it is not wanted. */
        private static <T> @Nullable Registration change(@Nullable Registration before, @Nullable T writer,
                Function<T, Registration> begin) {
            if (writer == null) {
                if (before != null) {
                    before.close();
                }
                return null;
            }
            return before == null ? begin.apply(writer) : before;
        }
    }
}
