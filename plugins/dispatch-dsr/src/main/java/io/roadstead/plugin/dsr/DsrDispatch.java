package io.roadstead.plugin.dsr;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.lb.Backend;
import io.roadstead.api.lb.DispatchMode;
import io.roadstead.api.lb.EbpfDispatch;
import io.roadstead.api.lb.ProxyDispatch;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.plugin.InstanceStatus;

/**
 * Direct server return. In the kernel the packet goes to the backend's node together with what the client meant by its destination, and that node sends the
 * replies. A proxy cannot step aside; what it can do for the same purpose is to tell the backend who the client is. Stateless.
 */
final class DsrDispatch implements DispatchMode<DsrConfig>, EbpfDispatch, ProxyDispatch {

    private final DsrConfig config;
    private final Carrier carrier;

    DsrDispatch(DsrConfig config) {
        this.config = config;
        this.carrier = config.dispatch();
    }

    @Override
    public Set<Need> needs() {
        EnumSet<Need> needs = EnumSet.of(Need.ADDRESS_TRANSLATION, Need.DIRECT_RETURN);
        if (carrier.wraps()) {
            needs.add(Need.ENCAPSULATION);
        }
        return needs;
    }

    @Override
    public String label() {
        return "DSR";
    }

    @Override
    public String carrier() {
        return carrier.label();
    }

    @Override
    public int abiVersion() {
        return ABI_VERSION;
    }

    @Override
    public byte[] object() {
        try (InputStream in = DsrDispatch.class.getResourceAsStream(carrier.object())) {
            if (in == null) {
                throw new IllegalStateException(
                        "the plugin's jar is without " + carrier.object() + "; build it anew with plugins/datapath-ebpf/build-objects");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + carrier.object() + " of the plugin's jar", e);
        }
    }

    @Override
    public Map<String, Long> constants() {
        return switch (carrier) {
            case GENEVE -> Map.of("dsr_port", (long) config.genevePort(), "dsr_vni", (long) config.geneveVni());
            case IPIP -> Map.of(
                    "dsr_source4", low(config.ipipSourceIpv4()) & 0xffffffffL,
                    "dsr_source4_bits", hostBits(config.ipipSourceIpv4()),
                    "dsr_source6_high", high(config.ipipSourceIpv6()),
                    "dsr_source6_low", low(config.ipipSourceIpv6()),
                    "dsr_source6_bits", hostBits(config.ipipSourceIpv6()));
            case OPT -> Map.of("dsr_packets", (long) config.optPackets(), "dsr_reversed", config.optReversed() ? 1L : 0L);
        };
    }

    @Override
    public List<Termination> terminations() {
        return carrier.terminations(config);
    }

    @Override
    public boolean reaches(Backend backend) {
        return carrier.reaches(backend);
    }

    @Override
    public int overheadBytes(AddressFamily family) {
        return carrier.overheadBytes(family);
    }

    @Override
    public ClientAddress clientAddress() {
        return ClientAddress.PROXY_PROTOCOL_V2;
    }

    @Override
    public boolean reconfigure(DsrConfig changed) {
        return changed.equals(config);
    }

    @Override
    public InstanceStatus status() {
        return InstanceStatus.ok("backends answer directly, told by " + carrier.label());
    }

    @Override
    public void close() {
        // Holds nothing.
    }

    private static long high(@Nullable IpPrefix prefix) {
        return prefix == null ? 0 : prefix.address().high();
    }

    private static long low(@Nullable IpPrefix prefix) {
        return prefix == null ? 0 : prefix.address().low();
    }

    private static long hostBits(@Nullable IpPrefix prefix) {
        return prefix == null ? 0 : prefix.family().bits() - prefix.length();
    }
}
