package io.roadstead.plugin.datapath.ebpf.attach;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.Namespace;

class DeviceSelectorTest {

    @Test
    void patternsMeanWhatShellsMean() {
        var pattern = DeviceSelector.pattern(List.of("eth*", "ens?", "bond.1", "auto"));

        assertThat(List.of("eth0", "eth0.100", "eth", "ens1", "bond.1")).allMatch(name -> pattern.matcher(name).matches());
        assertThat(List.of("veth0", "ens", "ens12", "bondx1", "auto", "")).noneMatch(name -> pattern.matcher(name).matches());
        assertThat(DeviceSelector.pattern(List.of("auto")).matcher("eth0").matches()).isFalse();
    }

    @Test
    void defaultRoutesAreReadOfBothFamilies() {
        String ipv4 = """
                Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
                eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
                eth1\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
                """;
        String ipv6 = """
                00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 1 0 00000003   eth2
                20010db8000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 1 0 00000001   eth3
                00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 1 0 00200200       lo
                """;

        assertThat(DeviceSelector.defaultRouteDevices(ipv4, ipv6)).containsExactlyInAnyOrder("eth0", "eth2");
        assertThat(DeviceSelector.defaultRouteDevices("", "garbage\n\n")).isEmpty();
    }

    @Test
    void automaticDevicesAreThoseOfTheNodesAddressesAndDefaultRoutes() {
        Labs.require();
        try (Namespace node = Namespace.create("devices")) {
            node.stub("up").address("up", "192.0.2.1/24").stub("route").address("route", "198.51.100.1/24").stub("other");
            node.route("default", "via", "198.51.100.2");

            Map<String, Integer> chosen =
                    node.call(() -> DeviceSelector.select(List.of("auto"), Set.of(IpAddress.parse("192.0.2.1"))));
            assertThat(chosen).containsOnlyKeys("up", "route").allSatisfy((name, index) -> assertThat(index).isPositive());
            assertThat(node.call(() -> DeviceSelector.select(List.of("*"), Set.of())).keySet()).contains("other", "other-x")
                    .doesNotContain("lo");
        }
    }

    @Test
    void theTopOfTheControlGroupsIsFoundAmongMounts() {
        String mounts = """
                25 1 0:22 / /sys/fs/cgroup rw - tmpfs tmpfs rw
                30 25 0:26 /kubepods /mnt/part rw - cgroup2 cgroup2 rw
                31 25 0:26 / /sys/fs/cgroup/uni\\040fied rw shared:9 - cgroup2 cgroup2 rw
                """;

        assertThat(ControlGroups.find(mounts)).contains(Path.of("/sys/fs/cgroup/uni fied"));
        assertThat(ControlGroups.find("25 1 0:22 / /sys rw - sysfs sysfs rw\ngarbage\n")).isEmpty();
    }
}
