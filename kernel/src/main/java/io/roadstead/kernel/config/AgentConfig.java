package io.roadstead.kernel.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.roadstead.api.config.Doc;
import io.roadstead.api.config.OpenKeys;
import io.roadstead.kernel.plugin.LockMode;

/** The section {@code roadstead}: everything that the kernel reads itself, and the sections of plugins as they are. */
public record AgentConfig(@Doc("Directory of the installation; other defaults are below it.") Path home,
        @Doc("This node.") Node node,
        @Doc("The cluster that this node belongs to.") Cluster cluster,
        @Doc("Where the cluster's objects come from.") Source source,
        @Doc("Addresses and traffic of Services.") LoadBalancerConfig loadBalancer,
        @Doc("BGP.") BgpConfig bgp,
        @Doc("Other clusters.") MeshConfig mesh,
        @Doc("Routes of this node's own packets.") RoutesConfig routes,
        @Doc("Taking this node out of service.") MaintenanceConfig maintenance,
        @Doc("Advertisers, by type.") @OpenKeys Map<String, ConfigSection> advertisers,
        @Doc("Protocols of peers, by type.") @OpenKeys Map<String, ConfigSection> peerProtocols,
        @Doc("How backends are chosen, by type.") @OpenKeys Map<String, ConfigSection> algorithms,
        @Doc("How packets get to backends, by type.") @OpenKeys Map<String, ConfigSection> dispatchModes,
        @Doc("What carries packets, by type.") @OpenKeys Map<String, ConfigSection> datapaths,
        @Doc("What runs beside the agent's own job, by type.") @OpenKeys Map<String, ConfigSection> addOns,
        @Doc("Plugins.") Plugins plugins,
        @Doc("Directory for what outlives a restart; made with mode 0700.") Path stateDirectory,
        @Doc("Logging.") Logging logging,
        @Doc("How long stopping may take, 1 s to 10 m; then the agent ends with exit code 6.") Duration stopTimeout) {

    /** The section's path. */
    static final String PATH = "roadstead";

    public AgentConfig {
        if (stopTimeout.compareTo(Duration.ofSeconds(1)) < 0 || stopTimeout.compareTo(Duration.ofMinutes(10)) > 0) {
            throw new IllegalArgumentException("stop-timeout " + stopTimeout.toMillis() + "ms is not in 1s to 10m");
        }
    }

    /** This node. */
    public record Node(
            @Doc("Name of this node in Kubernetes. Default: variable NODE_NAME, else the host name in lower case.") String name) {
        public Node {
            if (!name.matches("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")) {
                throw new IllegalArgumentException("name '" + name + "' is not a node name: lower-case letters, digits, '-' and '.'");
            }
        }
    }

    /** The own cluster. */
    public record Cluster(@Doc("Name in a mesh: 1 to 32 lower-case letters, digits and '-'.") String name,
            @Doc("Number in a mesh, 0 to 511; 0 outside of one.") int id) {
        public Cluster {
            if (!name.matches("[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?")) {
                throw new IllegalArgumentException("name '" + name + "' is not 1 to 32 lower-case letters, digits and '-'");
            }
            if (id < 0 || id > 511) {
                throw new IllegalArgumentException("id " + id + " is not in 0 to 511");
            }
        }
    }

    /** Where objects come from. */
    public record Source(
            @Doc("Type of the source, whose own keys stand in the section of that name; none when there is no cluster.") String type,
            @Doc("The sources' own sections, by type.") @OtherKeys Map<String, ConfigSection> sections) {

        /** Whether there is no source, and nothing to wait for. */
        public boolean isNone() {
            return type.equals("none");
        }
    }

    /** Plugins. */
    public record Plugins(
            @Doc("Directory with plugins: jars, and directories with a jar and lib/. Nobody but its owner may write to it.") Path directory,
            @Doc("File with the allowed plugins: lines of id, version, SHA-256.") Path lockFile,
            @Doc("pinned: a listed id must match its line; enforce: nothing else is loaded; off: the file is not read.") LockMode lockMode,
            @Doc("Whether a plugin that cannot load keeps the agent from starting; else it is shown as failed.") boolean strict,
            @Doc("Ids of plugins that are not loaded.") Set<String> disabled,
            @Doc("Files with Ed25519 public keys (PEM); with any, a plugin needs a signature by one of them, beside it with .sig added.") List<Path> signatureKeys,
            @Doc("Whether a plugins directory that others than its owner may write to is accepted.") boolean allowSharedFolder) {
    }

    /** Logging. */
    public record Logging(@Doc("text: a line with key=value pairs; json: one object a line.") Format format,
            @Doc("The least severe that is logged.") Level level,
            @Doc("Other levels for loggers, by name: io.roadstead.kernel = debug.") @OpenKeys Map<String, Level> levels) {

        /** How a line looks. */
        public enum Format {
            TEXT, JSON
        }

        /** Severity. */
        public enum Level {
            ERROR, WARN, INFO, DEBUG, TRACE
        }
    }
}
