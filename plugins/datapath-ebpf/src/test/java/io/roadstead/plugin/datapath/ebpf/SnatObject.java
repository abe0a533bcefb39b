package io.roadstead.plugin.datapath.ebpf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.roadstead.api.lb.DispatchMode;
import io.roadstead.api.lb.EbpfDispatch;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.plugin.InstanceStatus;

/** The dispatch mode {@code snat} by its committed object: its plugin is built after this one. */
final class SnatObject implements DispatchMode<SnatObject.None>, EbpfDispatch {
    private final int abiVersion;
    private final byte[] object;

    SnatObject(int abiVersion, byte[] object) {
        this.abiVersion = abiVersion;
        this.object = object.clone();
    }

    record None() {
    }

    static SnatObject committed() {
        try {
            Path file = Path.of("../dispatch-snat/src/main/resources/io/roadstead/plugin/snat/snat.bpf.o");
            return new SnatObject(ABI_VERSION, Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int abiVersion() {
        return abiVersion;
    }

    @Override
    public byte[] object() {
        return object.clone();
    }

    @Override
    public Map<String, Long> constants() {
        return Map.of();
    }

    @Override
    public List<Termination> terminations() {
        return List.of();
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.ADDRESS_TRANSLATION);
    }

    @Override
    public String label() {
        return "SNAT";
    }

    @Override
    public int overheadBytes(AddressFamily family) {
        return 0;
    }

    @Override
    public boolean reconfigure(None config) {
        return true;
    }

    @Override
    public InstanceStatus status() {
        return InstanceStatus.ok("");
    }

    @Override
    public void close() {
        // holds nothing
    }
}
