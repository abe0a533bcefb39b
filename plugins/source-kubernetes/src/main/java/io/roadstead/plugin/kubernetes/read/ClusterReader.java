package io.roadstead.plugin.kubernetes.read;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.fabric8.kubernetes.client.KubernetesClient;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

import io.roadstead.api.metrics.MetricSource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.plugin.InstanceStatus;
import io.roadstead.api.plugin.InstanceStatus.Health;
import io.roadstead.api.source.ClusterSink;
import io.roadstead.api.source.Needs;
import io.roadstead.api.source.ResourceBatch;
import io.roadstead.api.source.ResourceDecoder;
import io.roadstead.api.source.SourceProblem;
import io.roadstead.api.time.Loop;
import io.roadstead.plugin.kubernetes.client.Connection;

/** Reads all kinds and tells the kernel. Confined to the source's loop but for {@link #status} and {@link #figures}. */
public final class ClusterReader implements Reading {
    private static final Logger log = LoggerFactory.getLogger(ClusterReader.class);
    /** Kinds whose documents the writing side has to see. */
    private static final Set<Kind> WITH_STATUS =
            EnumSet.of(Kind.SERVICE, Kind.POOL, Kind.BGP_CLUSTER_CONFIG, Kind.BGP_PEER_CONFIG, Kind.BGP_NODE_CONFIG);
    private static final Set<Kind> MUST_BE_READ = EnumSet.of(Kind.NODE, Kind.POD);
    private static final Set<Kind> OF_ADDRESSES = EnumSet.of(Kind.SERVICE, Kind.POOL);
    private static final DocumentListener NOBODY = new DocumentListener() {
        @Override
        public void seen(Map<String, ?> document) {
            // nobody writes to this kind
        }

        @Override
        public void gone(ResourceKey key) {
            // nobody writes to this kind
        }
    };
    private static final int DEEPEST_DOCUMENT = 200;

    private final Loop loop;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Connection connection;
    private final ReadOptions options;
    private final AnswerReader.Common answers;
    private final Supplier<List<SourceProblem>> others;
    private final Feed feed = new Feed();
    private final Figures figures = new Figures();
    private final Map<Kind, Reflector> reflectors = new EnumMap<>(Kind.class);
    private final Discovery discovery;
    private @Nullable ClusterSink sink;
    private Needs needs = Needs.EVERYTHING;
    private final List<CompletableFuture<Void>> unmet = new ArrayList<>();
    private final List<CompletableFuture<Void>> stale = new ArrayList<>();
    private List<SourceProblem> problems = List.of();
    private Map<String, Integer> ignored = Map.of();
    private @Nullable Instant away;
    private Instant heard;
    private boolean synced;
    /** Whether a client has just been made anew for not being answered: making one reads files and may run a program. */
    private boolean resting;
    private volatile InstanceStatus status = new InstanceStatus(Health.STARTING, "not read yet", List.of());

    /**
     * @param listener sees documents of kinds with a status of ours
     * @param others   problems beside those of reading, as they are now
     * @param version  told in which version of cilium.io, like {@code v2}, sessions are reported
     */
    public ClusterReader(Loop loop, InstantSource clock, RandomGenerator random, Connection connection, ReadOptions options,
            ResourceDecoder decoder, DocumentListener listener, Supplier<List<SourceProblem>> others, Consumer<String> version) {
        this.loop = loop;
        this.clock = clock;
        this.random = random;
        this.connection = connection;
        this.options = options;
        this.others = others;
        this.heard = clock.instant();
        // Buffers kept by threads would outlive the plugin.
        JsonFactory json = JsonFactory.builder().recyclerPool(JsonRecyclerPools.nonRecyclingPool())
                .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST_DOCUMENT).build()).build();
        this.answers = new AnswerReader.Common(json, new Texts(), decoder);
        for (Kind kind : Kind.values()) {
            KindTable table = new KindTable(feed, WITH_STATUS.contains(kind) ? listener : NOBODY);
            reflectors.put(kind, new Reflector(kind, this, table, figures.of(kind)));
        }
        this.discovery = new Discovery(this, () -> {
            String reported = discovered(Kind.BGP_NODE_CONFIG);
            if (reported != null) {
                version.accept(reported.substring(reported.indexOf('/') + 1));
            }
            targets();
            changed();
        });
    }

    /** Begins to read. */
    public void start(ClusterSink target) {
        sink = target;
        targets();
        discovery.start();
        changed();
    }

    /** Follows what is needed from now on; completes when all of that has been told. */
    public CompletionStage<Void> need(Needs changed) {
        needs = changed;
        CompletableFuture<Void> read = new CompletableFuture<>();
        unmet.add(read);
        if (sink != null) {
            targets();
            changed();
        }
        return read;
    }

    /**
     * Reads anew what addresses are decided by; completes when that has been told: then the kernel knows all that was written before this was called, however far
     * watches lie behind.
     */
    public CompletionStage<Void> refresh() {
        CompletableFuture<Void> read = new CompletableFuture<>();
        stale.add(read);
        OF_ADDRESSES.forEach(kind -> Objects.requireNonNull(reflectors.get(kind)).relist());
        changed();
        return read;
    }

    private void tellFresh() {
        if (synced && OF_ADDRESSES.stream().map(reflectors::get).map(Objects::requireNonNull).allMatch(Reflector::fresh)) {
            List<CompletableFuture<Void>> read = List.copyOf(stale);
            stale.clear();
            read.forEach(done -> done.complete(null));
        }
    }

    /** Nodes and Pods that may not be read are not known, other than a kind that there is none of. */
    private void tellMet() {
        if (synced && reflectors.values().stream().allMatch(reflector -> reflector.followed() && MUST_BE_READ.contains(reflector.kind())
                ? reflector.listed()
                : reflector.settled())) {
            List<CompletableFuture<Void>> met = List.copyOf(unmet);
            unmet.clear();
            met.forEach(read -> read.complete(null));
        }
    }

    /** Ends all requests; tells nothing more. */
    public void stop() {
        sink = null;
        discovery.stop();
        reflectors.values().forEach(Reflector::halt);
    }

    private @Nullable String discovered(Kind kind) {
        return discovery.version(kind);
    }

    /** How many Nodes the cluster has; empty unless all of them are followed and have been read. */
    public OptionalInt nodes() {
        Reflector nodes = Objects.requireNonNull(reflectors.get(Kind.NODE));
        return needs.nodes() == Needs.Scope.ALL && nodes.followed() && nodes.settled() ? OptionalInt.of(nodes.table().size())
                : OptionalInt.empty();
    }

    /** As published last; from any thread. */
    public InstanceStatus status() {
        return status;
    }

    /** From any thread. */
    public MetricSource figures() {
        return figures;
    }

    private void targets() {
        if (sink == null) {
            return;
        }
        reflectors.forEach((kind, reflector) -> {
            Target target = target(kind);
            if (target != null) {
                reflector.follow(target);
            } else if (reflector.followed()) {
                reflector.drop();
            }
        });
    }

    /** Null when the kind is not needed, or not served. */
    private @Nullable Target target(Kind kind) {
        String version = kind.custom() ? discovery.version(kind) : kind.apiVersions().getFirst();
        if (version == null) {
            return null;
        }
        String own = "metadata.name=" + options.nodeName();
        return switch (kind) {
            case NODE -> new Target(kind, version, null, needs.nodes() == Needs.Scope.ALL ? null : own);
            case POD -> switch (needs.pods()) {
                case NONE -> null;
                case OWN_NODE -> new Target(kind, version, null, "spec.nodeName=" + options.nodeName());
                case ALL -> new Target(kind, version, null, null);
            };
            case SECRET -> new Target(kind, version, options.bgpSecretsNamespace(), null);
            case BGP_NODE_CONFIG -> new Target(kind, version, null, needs.sessions() ? null : own);
            default -> new Target(kind, version, null, null);
        };
    }

    @Override
    public Connection connection() {
        return connection;
    }

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    @Override
    public ReadOptions options() {
        return options;
    }

    @Override
    public AnswerReader.Common answers() {
        return answers;
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    @Override
    public void missing(Reflector reflector) {
        if (reflector.kind().custom()) {
            discovery.soon();
        }
    }

    @Override
    public boolean answered(Kind kind) {
        return Objects.requireNonNull(reflectors.get(kind)).connected();
    }

    @Override
    public void unanswered(KubernetesClient client) {
        if (reflectors.values().stream().noneMatch(Reflector::connected)) {
            giveUp(client);
        }
    }

    /** Another client takes the place of this one, by which nothing comes or which is refused; but not one after the other. */
    public void giveUp(KubernetesClient client) {
        if (!resting && renew(client)) {
            resting = true;
            loop.schedule(options.backoffMax(), () -> resting = false);
        }
    }

    @Override
    public void suspect(KubernetesClient client) {
        if (renew(client)) {
            log.info("connects anew to the API server");
        }
    }

    private boolean renew(KubernetesClient client) {
        boolean renewed = connection.renew(client);
        if (renewed) {
            figures.clientRenewed();
            discovery.renew(client);
            reflectors.values().forEach(reflector -> reflector.renew(client));
        }
        return renewed;
    }

    @Override
    public void changed() {
        ClusterSink target = sink;
        if (target == null) {
            return;
        }
        ResourceBatch batch = feed.take();
        if (!batch.isEmpty()) {
            target.apply(batch);
        }
        availability();
        if (!synced && discovery.done() && reflectors.values().stream().allMatch(Reflector::settled)) {
            synced = true;
            target.synced();
        }
        tellMet();
        tellFresh();
        List<SourceProblem> now = collectProblems();
        if (!now.equals(problems)) {
            problems = now;
            target.problems(now);
        }
        Map<String, Integer> counts = new TreeMap<>();
        reflectors.forEach((kind, reflector) -> {
            if (reflector.table().ignored() > 0) {
                counts.put(kind.kindName(), reflector.table().ignored());
            }
        });
        if (!counts.equals(ignored)) {
            ignored = Map.copyOf(counts);
            target.ignored(ignored);
        }
        status = currentStatus();
    }

    private void availability() {
        boolean connected = discovery.connected() && reflectors.values().stream().noneMatch(Reflector::followed)
                || reflectors.values().stream().anyMatch(Reflector::connected);
        // One kind's silence is not the server's: nobody is answered.
        boolean failing = troubles().anyMatch(Trouble::unreachable)
                && reflectors.values().stream().filter(Reflector::followed).allMatch(Reflector::failing);
        if (connected) {
            heard = clock.instant();
        }
        if (!connected && failing) {
            if (away == null) {
                away = heard;
                log.warn("the API server does not answer since={} reason={}", away.truncatedTo(ChronoUnit.SECONDS),
                        unreachable().problem());
            }
        } else if (connected && away != null) {
            log.info("the API server answers again after={}", Duration.between(away, clock.instant()).truncatedTo(ChronoUnit.SECONDS));
            away = null;
            discovery.hurry();
            reflectors.values().forEach(Reflector::hurry);
        }
    }

    private Stream<Trouble> troubles() {
        return Stream.concat(Stream.ofNullable(discovery.trouble()),
                reflectors.values().stream().map(Reflector::trouble).filter(Objects::nonNull));
    }

    private Trouble unreachable() {
        return troubles().filter(Trouble::unreachable).findFirst().orElse(Trouble.unreachable(""));
    }

    private List<SourceProblem> collectProblems() {
        List<SourceProblem> all = new ArrayList<>();
        if (away != null) {
            Trouble why = unreachable();
            all.add(new SourceProblem("API server", "",
                    "does not answer since " + away.truncatedTo(ChronoUnit.SECONDS) + ": " + why.problem(),
                    why.remedy().isEmpty()
                            ? "it is tried again every " + options.backoffMax().toSeconds() + " s at most; what was read stays"
                            : why.remedy(),
                    objects() > 0));
        }
        Stream.concat(Stream.ofNullable(discovery.trouble()).map(trouble -> problem("API server", trouble)),
                reflectors.values().stream().filter(reflector -> reflector.trouble() != null)
                        .map(reflector -> problem(reflector.kind().kindName(), Objects.requireNonNull(reflector.trouble()))))
                .filter(Objects::nonNull).distinct().forEach(all::add);
        reflectors.values().forEach(reflector -> all.addAll(reflector.table().problems()));
        all.addAll(others.get());
        return List.copyOf(all);
    }

    /** Null for what is said of the server as a whole. */
    private @Nullable SourceProblem problem(String origin, Trouble trouble) {
        if (trouble.unreachable() && away != null) {
            return null;
        }
        boolean ofAll = trouble.code() == Trouble.UNAUTHORIZED;
        return new SourceProblem(ofAll ? "API server" : origin, "", trouble.problem(), trouble.remedy(), objects() > 0);
    }

    private int objects() {
        return reflectors.values().stream().mapToInt(reflector -> reflector.table().size()).sum();
    }

    private InstanceStatus currentStatus() {
        long followed = reflectors.values().stream().filter(Reflector::followed).count();
        String missing = reflectors.keySet().stream().filter(kind -> kind.custom() && discovery.done() && discovery.version(kind) == null)
                .map(Kind::kindName).collect(Collectors.joining(", "));
        String where = away == null ? "" : "API server away since " + away.truncatedTo(ChronoUnit.SECONDS) + "; ";
        String summary = where + objects() + " objects of " + followed + " kinds" + (missing.isEmpty() ? "" : "; not served: " + missing)
                + (problems.isEmpty() ? "" : "; " + problems.size() + (problems.size() == 1 ? " problem" : " problems"));
        Health health = !problems.isEmpty() ? Health.DEGRADED : synced ? Health.OK : Health.STARTING;
        return new InstanceStatus(health, summary, List.of());
    }
}
