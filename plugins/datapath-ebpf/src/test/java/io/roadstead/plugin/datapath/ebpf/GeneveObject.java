package io.roadstead.plugin.datapath.ebpf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.roadstead.api.lb.Backend;
import io.roadstead.api.lb.DispatchMode;
import io.roadstead.api.lb.EbpfDispatch;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.plugin.InstanceStatus;

/** The dispatch mode {@code dsr} by Geneve and its committed object: its plugin is built after this one. */
record GeneveObject() implements DispatchMode<GeneveObject>, EbpfDispatch {

    @Override
    public int abiVersion() {
        return ABI_VERSION;
    }

    @Override
    public byte[] object() {
        try {
            return Files.readAllBytes(Path.of("../dispatch-dsr/src/main/resources/io/roadstead/plugin/dsr/dsr_geneve.bpf.o"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
    public boolean reaches(Backend backend) {
        return !backend.nodeAddress().isUnspecified();
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.ADDRESS_TRANSLATION, Need.ENCAPSULATION, Need.DIRECT_RETURN);
    }

    @Override
    public String label() {
        return "DSR";
    }

    @Override
    public int overheadBytes(AddressFamily family) {
        return 62;
    }

    @Override
    public boolean reconfigure(GeneveObject config) {
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
