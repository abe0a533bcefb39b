package io.roadstead.plugin.datapath.ebpf.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.roadstead.api.error.RoadsteadException;

class RequirementsTest {
    private static final String EVERYTHING = "Name:\tjava\nCapEff:\t000001ffffffffff\n";

    @TempDir
    private Path directory;

    @Test
    void anOldKernelIsNamed() {
        assertRefused("5.10.0-28-amd64\n", EVERYTHING, "5.10.0-28-amd64", "5.15", "proxy");
        assertRefused("4.19.1", EVERYTHING, "too old");
        assertRefused("", EVERYTHING, "not Linux");
        assertRefused("plan9", EVERYTHING, "too old");
    }

    @Test
    void missingCapabilitiesAreNamed() {
        assertRefused("6.1.0", "CapEff:\t0000000000000000\n", "lacks CAP_BPF and CAP_PERFMON and CAP_NET_ADMIN;", "root");
        assertRefused("6.1.0", "CapEff:\t0000004000001000\n", "lacks CAP_BPF;");
        assertRefused("6.1.0", "CapEff:\t0000008000001000\n", "lacks CAP_PERFMON;");
        assertRefused("6.1.0", "CapEff:\t000000c000000000\n", "lacks CAP_NET_ADMIN;");
        assertRefused("6.1.0", "CapEff:\t0000000000200000\n", "lacks CAP_NET_ADMIN;");
        assertRefused("6.1.0", "", "lacks CAP_BPF and CAP_PERFMON and CAP_NET_ADMIN;");
    }

    @Test
    void aPinDirectoryOutsideOfABpffsIsNamedWithTheCommand() {
        assertRefused("6.1.0", EVERYTHING, directory.toString(), "mount -t bpf bpf /sys/fs/bpf");
        assertRefused("5.15.0", "CapEff:\t0000000000201000\n", "bpffs");
    }

    @Test
    void linksForTrafficControlCameWith66() {
        assertThat(new Requirements("6.5.13", "").hasTcx()).isFalse();
        assertThat(new Requirements("6.6.0", "").hasTcx()).isTrue();
        assertThat(new Requirements("10.0", "").hasTcx()).isTrue();
        assertThat(new Requirements("5.99", "").hasTcx()).isFalse();
    }

    private void assertRefused(String release, String status, String... parts) {
        assertThatThrownBy(() -> new Requirements(release, status).check(directory)).isInstanceOf(RoadsteadException.class)
                .hasMessageContainingAll(parts);
    }
}
