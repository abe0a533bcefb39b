package io.roadstead.plugin.snat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.roadstead.api.lb.DispatchMode;
import io.roadstead.api.lb.EbpfDispatch;
import io.roadstead.api.lb.ProxyDispatch;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.plugin.InstanceStatus;

/**
 * Source NAT. In the kernel both addresses of a packet are replaced, the source by the node's with a port of its own, so that replies come back to be undone;
 * a proxy does as much by its nature. Stateless: the datapath's maps hold what is remembered.
 */
final class SnatDispatch implements DispatchMode<SnatConfig>, EbpfDispatch, ProxyDispatch {

    private static final String OBJECT = "snat.bpf.o";

    @Override
    public Set<Need> needs() {
        return Set.of(Need.ADDRESS_TRANSLATION);
    }

    @Override
    public String label() {
        return "SNAT";
    }

    @Override
    public int abiVersion() {
        return ABI_VERSION;
    }

    @Override
    public byte[] object() {
        try (InputStream in = SnatDispatch.class.getResourceAsStream(OBJECT)) {
            if (in == null) {
                throw new IllegalStateException(
                        "the plugin's jar is without " + OBJECT + "; build it anew with plugins/datapath-ebpf/build-objects");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + OBJECT + " of the plugin's jar", e);
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
    public int overheadBytes(AddressFamily family) {
        return 0;
    }

    @Override
    public ClientAddress clientAddress() {
        return ClientAddress.HIDDEN;
    }

    @Override
    public boolean reconfigure(SnatConfig config) {
        return true;
    }

    @Override
    public InstanceStatus status() {
        return InstanceStatus.ok("replaces the client's address by the node's");
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
