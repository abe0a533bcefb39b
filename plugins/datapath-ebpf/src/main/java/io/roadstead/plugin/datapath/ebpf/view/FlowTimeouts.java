package io.roadstead.plugin.datapath.ebpf.view;

import java.time.Duration;

/**
 * How long a flow is remembered after its last packet.
 *
 * @param syn         TCP, only a SYN seen
 * @param established TCP
 * @param closing     TCP, both sides closed it or one broke it off
 * @param udp         UDP
 * @param sweep       how often those that are over are looked for, to begin with
 */
public record FlowTimeouts(Duration syn, Duration established, Duration closing, Duration udp, Duration sweep) {
    /** Where nothing else was said. */
    public static final FlowTimeouts DEFAULT =
            new FlowTimeouts(Duration.ofSeconds(60), Duration.ofSeconds(8000), Duration.ofSeconds(10), Duration.ofSeconds(60),
                    Duration.ofSeconds(10));

    /** Of a flow. */
    Duration of(FlowState state) {
        return switch (state) {
            case SYN -> syn;
            case ESTABLISHED -> established;
            case CLOSING -> closing;
            case ANY -> udp;
        };
    }
}
