package io.roadstead.plugin.dsr;

import java.util.List;

import io.roadstead.api.lb.Backend;
import io.roadstead.api.lb.EbpfDispatch.Termination;
import io.roadstead.api.model.net.AddressFamily;

/** How a packet, and with it the frontend that its client meant, gets to the backend's node. Named in the configuration as Cilium does. */
enum Carrier {
    /** In UDP to the backend's node; an option tells. Needs nothing of the network, and tells with every packet. */
    GENEVE("Geneve", "dsr_geneve.bpf.o", true, 62, 94),
    /** In a second IP header to the backend; the inner one still has the frontend. Needs routes to Pods. */
    IPIP("IPIP", "dsr_ipip.bpf.o", true, 20, 40),
    /** As it is to the backend; an IP option of the first packets tells. Needs routes to Pods, and a network that lets options pass. */
    OPT("Option", "dsr_opt.bpf.o", false, 8, 24);

    private static final int IP_IN_IP = 4;
    private static final int IPV6_IN_IP = 41;
    private static final int UDP = 17;

    private final String label;
    private final String object;
    private final boolean wraps;
    private final int overheadIpv4;
    private final int overheadIpv6;

    Carrier(String label, String object, boolean wraps, int overheadIpv4, int overheadIpv6) {
        this.label = label;
        this.object = object;
        this.wraps = wraps;
        this.overheadIpv4 = overheadIpv4;
        this.overheadIpv6 = overheadIpv6;
    }

    String label() {
        return label;
    }

    /** File in this package of the jar. */
    String object() {
        return object;
    }

    /** Whether it puts the packet into another one. */
    boolean wraps() {
        return wraps;
    }

    boolean reaches(Backend backend) {
        return switch (this) {
            case GENEVE -> !backend.nodeAddress().isUnspecified();
            case IPIP -> backend.cluster().isEmpty(); // the node there knows frontends of its own cluster only
            case OPT -> true;
        };
    }

    int overheadBytes(AddressFamily family) {
        return family == AddressFamily.IPV4 ? overheadIpv4 : overheadIpv6;
    }

    List<Termination> terminations(DsrConfig config) {
        return switch (this) {
            case GENEVE -> List.of(new Termination(UDP, config.genevePort()));
            case IPIP -> List.of(new Termination(IP_IN_IP, 0), new Termination(IPV6_IN_IP, 0));
            case OPT -> List.of(new Termination(Termination.IPV4_OPTION, 0), new Termination(Termination.IPV6_DESTINATION_OPTION, 0));
        };
    }
}
