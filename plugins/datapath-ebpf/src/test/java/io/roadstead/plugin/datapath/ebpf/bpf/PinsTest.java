package io.roadstead.plugin.datapath.ebpf.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PinsTest {

    private static final String MOUNTS = """
            23 1 0:20 / /sys rw,relatime - sysfs sysfs rw
            43 23 0:39 / /sys/fs/bpf rw,nosuid shared:9 master:1 - bpf bpf rw,mode=700
            44 43 0:40 / /sys/fs/bpf/other rw - tmpfs tmpfs rw
            45 1 0:41 / /a\\040b rw - bpf none rw
            nonsense
            """;

    @ParameterizedTest
    @CsvSource({"/sys/fs/bpf,true", "/sys/fs/bpf/roadstead/maps,true", "/sys/fs/bpf/other/x,false", "/sys/fs/bpfs,false", "/sys/fs,false",
        "/a b/x,true"})
    void theDeepestMountDecides(Path path, boolean bpffs) {
        assertThat(Pins.isWithinBpfFs(path, MOUNTS)).isEqualTo(bpffs);
    }

    @Test
    void possibleCpusCountFromZeroToTheHighest() {
        assertThat(Cpus.count("0")).isEqualTo(1);
        assertThat(Cpus.count("0-3")).isEqualTo(4);
        assertThat(Cpus.count("0-3,8-11")).isEqualTo(12);
        assertThat(Cpus.count("0,5")).isEqualTo(6);
    }
}
