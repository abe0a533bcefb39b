package io.roadstead.plugin.datapath.ebpf;

import static io.roadstead.testkit.ConfigRecordAssertions.assertDefaults;
import static io.roadstead.testkit.ConfigRecordAssertions.assertFullMapping;
import static io.roadstead.testkit.ConfigRecordAssertions.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.roadstead.plugin.datapath.ebpf.EbpfConfig.Maps;
import io.roadstead.plugin.datapath.ebpf.EbpfConfig.Nat;
import io.roadstead.plugin.datapath.ebpf.EbpfConfig.OnStop;
import io.roadstead.plugin.datapath.ebpf.EbpfConfig.SocketLb;
import io.roadstead.plugin.datapath.ebpf.EbpfConfig.Timeouts;
import io.roadstead.plugin.datapath.ebpf.attach.Acceleration;
import io.roadstead.plugin.datapath.ebpf.attach.TrafficControl;

class EbpfConfigTest {
    private static final String PATH = "roadstead.datapaths.ebpf";

    @Test
    void theDefaultsKeepEverythingOnAndXdpOff() {
        assertDefaults(EbpfConfig.class, PATH, new EbpfConfig(List.of("auto"), List.of(), Acceleration.DISABLED, TrafficControl.AUTO,
                new SocketLb(true, true, true, true, true, true, null), Path.of("/sys/fs/bpf/roadstead"),
                new Maps(65536, 4194304, 65536, 262144, 65536, 65536, 262144, 262144, 8192, 65536),
                new Timeouts(Duration.ofSeconds(8000), Duration.ofSeconds(60), Duration.ofSeconds(10), Duration.ofSeconds(60),
                        Duration.ofSeconds(10)),
                new Nat(1024, 29999), 1000, true, true, OnStop.KEEP));
    }

    @Test
    void everyKeyCanBeSet() {
        assertFullMapping("""
                roadstead.datapaths.ebpf {
                  devices = [ "eth*" ], pod-devices = [ "lxc*" ], acceleration = best-effort, traffic-control = clsact
                  socket-lb { enabled = false, connect = false, sendmsg = false, recvmsg = false, getpeername = false, bind = false, cgroup = /cg }
                  pin-directory = /pins
                  maps { services = 64, lut-slots = 4096, backends = 65, members = 66, source-ranges = 67, affinities = 1024, flows = 1025
                         translations = 1026, fragments = 1027, sockets = 1028 }
                  timeouts { tcp = 1s, tcp-syn = 2s, tcp-closing = 3s, udp = 4s, sweep = 5s }
                  nat { min-port = 1, max-port = 2 }
                  icmp-per-second = 0, answer-echo = false, events = false, on-stop = detach
                }""", PATH, new EbpfConfig(List.of("eth*"), List.of("lxc*"), Acceleration.BEST_EFFORT, TrafficControl.CLSACT,
                new SocketLb(false, false, false, false, false, false, Path.of("/cg")), Path.of("/pins"),
                new Maps(64, 4096, 65, 66, 67, 1024, 1025, 1026, 1027, 1028),
                new Timeouts(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3), Duration.ofSeconds(4),
                        Duration.ofSeconds(5)),
                new Nat(1, 2), 0, false, false, OnStop.DETACH));
    }

    @ParameterizedTest
    @CsvSource({"maps.services = 63, services must be", "maps.lut-slots = 4097, even", "maps.flows = 20000000, flows must be",
        "nat.min-port = 0, nat.min-port", "nat.max-port = 1000, above", "timeouts.udp = 0s, timeouts",
        "timeouts.sweep = 31s, timeouts.sweep",
        "icmp-per-second = -1, icmp-per-second",
        "acceleration = sometimes, acceleration", "device = [ eth0 ], unknown key", "on-stop = maybe, on-stop"})
    void whatCannotBeIsRefused(String text, String message) {
        assertRefused("roadstead.datapaths.ebpf." + text, PATH, EbpfConfig.class, message);
    }

    @Test
    void eachSwitchOfSocketsIsAPairOfPrograms() {
        assertThat(EbpfSettings.sockets(new SocketLb(true, true, false, false, true, false, null))).containsExactlyInAnyOrder("connect4",
                "connect6", "getpeername4", "getpeername6");
        assertThat(EbpfSettings.sockets(new SocketLb(false, true, true, true, true, true, null))).isEmpty();
    }
}
