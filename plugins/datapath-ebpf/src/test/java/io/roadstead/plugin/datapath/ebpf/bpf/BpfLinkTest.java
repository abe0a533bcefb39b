package io.roadstead.plugin.datapath.ebpf.bpf;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.roadstead.api.error.RoadsteadException;
import io.roadstead.plugin.datapath.ebpf.attach.Requirements;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfLink.XdpMode;
import io.roadstead.testkit.lab.BpfFileSystem;
import io.roadstead.testkit.lab.Eventually;
import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.Namespace;
import io.roadstead.testkit.lab.Tool;

class BpfLinkTest {
    private static final boolean TCX = Requirements.ofThisProcess().hasTcx();

    private BpfFileSystem bpffs;
    private Namespace near;
    private Namespace far;
    private BpfLoader loader;
    private LoadedObject loaded;
    private int ifindex;

    @BeforeEach
    void cable() {
        Labs.require(Tool.MOUNT, Tool.PING);
        bpffs = BpfFileSystem.create();
        near = Namespace.create("near");
        far = Namespace.create("far");
        Namespace.link(near, "n", far, "f");
        near.address("n", "192.0.2.1/24");
        far.address("f", "192.0.2.2/24");
        loader = new BpfLoader(null, Map.of());
        loaded = loader.load(TestObjects.parse("loader_test"));
        ifindex = near.call(() -> NetworkInterface.getByName("n").getIndex());
    }

    @AfterEach
    void unplug() {
        if (loaded != null) {
            loaded.close();
            loader.close();
            far.close();
            near.close();
            bpffs.close();
        }
    }

    @Test
    void anXdpProgramSeesPacketsUntilItIsDetached() {
        BpfLink link = near.call(() -> BpfLink.xdp(loaded.program("count"), ifindex, XdpMode.GENERIC));

        assertThat(pings()).isTrue();
        assertThat(counted()).isPositive();
        assertThat(link.programId()).isEqualTo(loaded.program("count").id());
        assertThat(link.ifindex()).isEqualTo(ifindex);

        link.detach();
        long before = counted();
        assertThat(pings()).isTrue();
        assertThat(counted()).isEqualTo(before);
        link.detach();
        link.close();
    }

    @Test
    void aPinnedLinkOutlivesItsHolderAndTakesAnotherProgram() {
        Path pin = bpffs.path().resolve("xdp");
        try (var link = near.call(() -> BpfLink.xdp(loaded.program("count"), ifindex, XdpMode.GENERIC))) {
            link.pin(pin);
        }
        assertThat(pings()).isTrue();
        assertThat(counted()).isPositive();

        try (var other = new BpfLoader(null, Map.of());
                var dropping = other.load(TestObjects.parse("loader_test").constant("verdict", 1));
                var link = BpfLink.open(pin).orElseThrow()) {
            link.update(dropping.program("count"));
            assertThat(link.programId()).isEqualTo(dropping.program("count").id());
            assertThat(pings()).isFalse();
        }
        // The program lives on by its link, and the link by its pin.
        assertThat(pings()).isFalse();

        assertThat(Pins.remove(pin)).isTrue();
        assertThat(Pins.remove(pin)).isFalse();
        // The kernel takes it down some time after its last name.
        Eventually.eventually(Duration.ofSeconds(20), () -> assertThat(pings()).isTrue());
        assertThat(BpfLink.open(pin)).isEmpty();
    }

    @Test
    void aDeviceHasOneXdpProgramOnly() {
        try (var link = near.call(() -> BpfLink.xdp(loaded.program("count"), ifindex, XdpMode.GENERIC))) {
            RoadsteadException refused = near.call(() -> refusal(() -> BpfLink.xdp(loaded.program("swap"), ifindex, XdpMode.GENERIC)));

            assertThat(refused.code()).isEqualTo(BpfErrorCode.BPF_BUSY);
            assertThat(refused.subject()).contains("device " + ifindex);
            assertThat(link.id()).isPositive();
        }
    }

    @Test
    void trafficControlProgramsGoToBothDirectionsOrTheKernelIsNamedThatTakesThem() {
        if (!TCX) {
            for (Runnable attach : List.<Runnable>of(() -> BpfLink.tcxIngress(loaded.program("first"), ifindex),
                    () -> BpfLink.tcxEgress(loaded.program("second"), ifindex))) {
                RoadsteadException refused = near.call(() -> refusal(attach));
                assertThat(refused.code()).isEqualTo(BpfErrorCode.BPF_UNSUPPORTED);
                assertThat(refused).hasMessageContainingAll("device " + ifindex, "no TCX", "Linux 6.6", "traffic-control = clsact");
            }
            return;
        }
        try (var in = near.call(() -> BpfLink.tcxIngress(loaded.program("first"), ifindex));
                var out = near.call(() -> BpfLink.tcxEgress(loaded.program("second"), ifindex))) {
            assertThat(in.programId()).isEqualTo(loaded.program("first").id());
            assertThat(out.ifindex()).isEqualTo(ifindex);
        }
    }

    @Test
    void aDeviceThatIsNotThereIsNamed() {
        assumeTrue(TCX, "kernels before 6.6 have no TCX to attach to, and look at that before the device");
        RoadsteadException refused = near.call(() -> refusal(() -> BpfLink.tcxIngress(loaded.program("first"), 4711)));

        assertThat(refused.subject()).contains("4711");
        assertThat(refused.code()).isEqualTo(BpfErrorCode.BPF_NOT_FOUND);
    }

    @Test
    void aCgroupProgramIsAttachedToAControlGroup() throws IOException {
        Path cgroup = Files.createTempDirectory(cgroups(), "rs-link-");
        try (var link = BpfLink.cgroup(loaded.program("connect4"), cgroup)) {
            assertThat(link.programId()).isEqualTo(loaded.program("connect4").id());
        } finally {
            Files.delete(cgroup);
        }
        assertThatThrownBy(() -> BpfLink.cgroup(loaded.program("connect4"), cgroup)).isInstanceOf(RoadsteadException.class)
                .hasMessageContaining(cgroup.toString());
    }

    @Test
    void aPinOfSomethingElseIsNoLink() {
        Path pin = bpffs.path().resolve("program");
        loaded.program("count").pin(pin);

        assertThatThrownBy(() -> BpfLink.open(pin).orElseThrow().update(loaded.program("swap"))).isInstanceOf(RoadsteadException.class);
    }

    private static RoadsteadException refusal(Runnable action) {
        try {
            action.run();
        } catch (RoadsteadException e) {
            return e;
        }
        throw new AssertionError("not refused");
    }

    private static Path cgroups() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream().filter(line -> line.contains(" - cgroup2 "))
                .map(line -> Path.of(line.split(" ")[4])).findFirst().orElseThrow();
    }

    private boolean pings() {
        return far.tryRun("ping", "-c", "1", "-W", "1", "192.0.2.1").exitCode() == 0;
    }

    private long counted() {
        return loaded.map("t_array").mapped().get(JAVA_LONG, 0);
    }
}
