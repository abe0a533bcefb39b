package io.roadstead.plugin.datapath.ebpf.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.roadstead.testkit.lab.CommandResult;
import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.Tool;

/** The objects of all plugins, not of this one alone: they share headers and the script. */
class BuildObjectsTest {

    @Test
    void aRebuildGivesTheObjectsThatAreCommitted() {
        Labs.require(Tool.CLANG, Tool.LLVM);

        var result = CommandResult.of(List.of(Path.of("build-objects").toAbsolutePath().toString(), "--check"));

        assertThat(result.errors()).isEmpty();
        assertThat(result.exitCode()).isZero();
    }
}
