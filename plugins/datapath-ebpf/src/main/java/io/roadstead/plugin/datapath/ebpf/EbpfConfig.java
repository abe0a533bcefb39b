package io.roadstead.plugin.datapath.ebpf;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.config.Doc;
import io.roadstead.plugin.datapath.ebpf.attach.Acceleration;
import io.roadstead.plugin.datapath.ebpf.attach.TrafficControl;

/** The section {@code roadstead.datapaths.ebpf}. */
@Doc("Balances in the Linux kernel by eBPF programs. Needs Linux 5.15, the capabilities CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN, and a mounted bpffs.")
public record EbpfConfig(
        @Doc(value = "Uplinks: names, patterns with * and ?, or auto: devices with an address of the node or a default route.",
                example = "[ \"eth*\" ]") List<String> devices,
        @Doc(value = "Devices of pods whose packets to frontends are balanced too: names and patterns. Sockets of pods need none.",
                example = "[ \"lxc*\" ]") List<String> podDevices,
        @Doc("XDP on uplinks: disabled; native, in the driver; generic; best-effort, the best of them that works.") Acceleration acceleration,
        @Doc("How other programs are attached: auto; tcx, by links (Linux 6.6); clsact, by filters.") TrafficControl trafficControl,
        @Doc("Translation of sockets before packets exist.") SocketLb socketLb,
        @Doc("Directory in a bpffs by which programs and maps outlive the agent; one per agent.") Path pinDirectory,
        @Doc("Sizes of maps; a changed one counts once the datapath was detached.") Maps maps,
        @Doc("How long flows without packets are remembered.") Timeouts timeouts,
        @Doc("Translation of sources.") Nat nat,
        @Doc("ICMP answers per second and CPU; 0 for no limit.") int icmpPerSecond,
        @Doc("Whether echo requests to frontends' addresses are answered.") boolean answerEcho,
        @Doc("Whether programs tell of flows and drops, for `roadstead observe`.") boolean events,
        @Doc("What becomes of the datapath when the agent stops: keep, it goes on; detach, every trace is removed.") OnStop onStop) {
    public EbpfConfig {
        devices = List.copyOf(devices);
        podDevices = List.copyOf(podDevices);
        check("icmp-per-second", icmpPerSecond, 0, 1_000_000);
    }

    /** What a stopped agent leaves. */
    public enum OnStop {
        KEEP, DETACH
    }

    /** Which calls of sockets are translated. */
    public record SocketLb(
            @Doc("Whether any are.") boolean enabled,
            @Doc("connect(): TCP, and UDP with a connected socket.") boolean connect,
            @Doc("sendmsg() without connect(): UDP.") boolean sendmsg,
            @Doc("recvmsg(): replies come from the frontend's address.") boolean recvmsg,
            @Doc("getpeername(): the frontend's address is shown.") boolean getpeername,
            @Doc("bind(): NodePorts cannot be taken by others.") boolean bind,
            @Doc(value = "The cgroup whose sockets are translated. Default: the top of the hierarchy.",
                    example = "/sys/fs/cgroup") @Nullable Path cgroup) {
    }

    /** Entries of maps. */
    public record Maps(
            @Doc("Frontends and VIPs; 64 to 16777216.") int services,
            @Doc("Slots of all tables together; 4096 to 1073741824; even.") int lutSlots,
            @Doc("Backends; 64 to 16777216.") int backends,
            @Doc("Backends of services, counted once for each service; 64 to 16777216.") int members,
            @Doc("Source ranges; 64 to 16777216.") int sourceRanges,
            @Doc("Clients with affinity; 1024 to 16777216.") int affinities,
            @Doc("Flows; 1024 to 16777216. The least recently used one makes room.") int flows,
            @Doc("Translations of replies; 1024 to 16777216.") int translations,
            @Doc("Datagrams in fragments; 1024 to 16777216.") int fragments,
            @Doc("Translated sockets; 1024 to 16777216.") int sockets) {
        private static final int MOST = 1 << 24;

        public Maps {
            check("services", services, 64, MOST);
            check("lut-slots", lutSlots, 4096, 1 << 30);
            check("backends", backends, 64, MOST);
            check("members", members, 64, MOST);
            check("source-ranges", sourceRanges, 64, MOST);
            check("affinities", affinities, 1024, MOST);
            check("flows", flows, 1024, MOST);
            check("translations", translations, 1024, MOST);
            check("fragments", fragments, 1024, MOST);
            check("sockets", sockets, 1024, MOST);
            if (lutSlots % 2 != 0) {
                throw new IllegalArgumentException("lut-slots must be even");
            }
        }
    }

    /** Times without a packet after which a flow is forgotten. */
    public record Timeouts(
            @Doc("TCP, opened.") Duration tcp,
            @Doc("TCP, not answered yet.") Duration tcpSyn,
            @Doc("TCP, closed from both sides or reset.") Duration tcpClosing,
            @Doc("UDP.") Duration udp,
            @Doc("How often forgotten flows are swept up at first; by how many there are, from half of that to six times. At most 30s.") Duration sweep) {
        /** Numbers of backends rest for five minutes, in which every flow is looked at. */
        private static final Duration LONGEST_SWEEP = Duration.ofSeconds(30);

        public Timeouts {
            for (Duration time : List.of(tcp, tcpSyn, tcpClosing, udp, sweep)) {
                if (time.compareTo(Duration.ofSeconds(1)) < 0 || time.compareTo(Duration.ofDays(30)) > 0) {
                    throw new IllegalArgumentException("timeouts must be 1s to 30d");
                }
            }
            if (sweep.compareTo(LONGEST_SWEEP) > 0) {
                throw new IllegalArgumentException("timeouts.sweep must be 1s to 30s");
            }
        }
    }

    /** Ports that replies to translated packets come to. */
    public record Nat(
            @Doc("First port; 1 to 65535. The host's own connections (net.ipv4.ip_local_port_range) and NodePorts must lie outside.") int minPort,
            @Doc("Last port; 1 to 65535.") int maxPort) {
        public Nat {
            check("nat.min-port", minPort, 1, 65535);
            check("nat.max-port", maxPort, 1, 65535);
            if (minPort > maxPort) {
                throw new IllegalArgumentException("nat.min-port must not be above nat.max-port");
            }
        }
    }

    private static void check(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + " must be " + least + " to " + most);
        }
    }
}
