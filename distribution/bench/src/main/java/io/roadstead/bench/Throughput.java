package io.roadstead.bench;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

import io.roadstead.api.model.service.Protocol;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfLink;

/**
 * Packets per second of one CPU's time through a load balancer between two namespaces, nftables doing kube-proxy's job and the programs of datapath-ebpf one after the other
 * in one lab. Needs root, nft, ethtool and clang; run it on one CPU: {@code taskset -c 3 java …}, which is what makes a packet's way all one CPU's.
 */
public final class Throughput {
    private static final int PACKETS = 200_000;
    private static final int NEW_FLOWS = 60_000;
    private static final int RUNS = 7;
    private static final int FLOWS = 1_024;

    private static final List<EbpfBalancer.Mode> MODES = List.of(new EbpfBalancer.Mode("snat", "/io/roadstead/plugin/snat/snat.bpf.o"),
            new EbpfBalancer.Mode("dsr geneve", "/io/roadstead/plugin/dsr/dsr_geneve.bpf.o"),
            new EbpfBalancer.Mode("dsr ipip", "/io/roadstead/plugin/dsr/dsr_ipip.bpf.o"),
            new EbpfBalancer.Mode("dsr opt", "/io/roadstead/plugin/dsr/dsr_opt.bpf.o"));

    private Throughput() {
    }

    /** Arguments: numbers of services. */
    public static void main(String[] args) throws IOException {
        System.out.println(Figures.machine());
        for (String services : args.length == 0 ? new String[] {"1", "1000", "10000"} : args) {
            // a lab for each, so that none finds the flows of those before in its tables
            try (TrafficLab lab = new TrafficLab()) {
                measure(lab, MODES, Integer.parseInt(services));
            }
        }
        System.out.println("at the end: " + Figures.machine());
    }

    private static void measure(TrafficLab lab, List<EbpfBalancer.Mode> modes, int services) throws IOException {
        System.out.println();
        System.out.println(services + " services; ns per packet of " + FLOWS + " known flows, and of new flows");
        for (boolean xdp : List.of(false, true)) {
            String hook = xdp ? "xdp" : "tcx";
            lab.sink(xdp);
            try (BpfLink ignored = lab.sinkBefore(xdp)) {
                print("generator alone, " + hook, lab, services, ignored::toString);
            }
            try (BpfLink ignored = lab.forward(xdp)) {
                print("sent on untouched, " + hook, lab, services, ignored::toString);
            }
        }
        lab.sink(false);
        try (NftablesBalancer ignored = new NftablesBalancer(lab.balancer(), services)) {
            print("nftables", lab, services, ignored::toString);
        }
        for (EbpfBalancer.Mode mode : modes) {
            for (boolean xdp : List.of(false, true)) {
                lab.sink(xdp);
                try (EbpfBalancer balancer = new EbpfBalancer(lab.balancer(), xdp, mode, services, Protocol.UDP)) {
                    print(mode.name() + ", " + (xdp ? "xdp" : "tcx"), lab, services, balancer::reasons);
                }
            }
        }
    }

    private static void print(String name, TrafficLab lab, int services, Supplier<String> why) throws IOException {
        lab.send(PACKETS / 4, FLOWS, services);
        TrafficLab.Run known = best(lab, PACKETS, FLOWS, services, RUNS);
        TrafficLab.Run fresh = lab.send(NEW_FLOWS, 0, services);
        System.out.printf(Locale.ROOT, "%-24s known %6.0f (%.2f M/s)   new %6.0f (%.2f M/s)%s%n", name, known.nanosPerPacket(),
                1e3 / known.nanosPerPacket(), fresh.nanosPerPacket(), 1e3 / fresh.nanosPerPacket(),
                known.lost() + fresh.lost() == 0 ? ""
                        : String.format(Locale.ROOT, "   lost %.2f %% and %.2f %%:%s", 100 * known.lost(), 100 * fresh.lost(), why.get()));
    }

    /** The one in which other processes were least in the way. */
    private static TrafficLab.Run best(TrafficLab lab, int packets, int flows, int services, int runs) throws IOException {
        TrafficLab.Run best = lab.send(packets, flows, services);
        for (int i = 1; i < runs; i++) {
            TrafficLab.Run next = lab.send(packets, flows, services);
            best = next.nanosPerPacket() < best.nanosPerPacket() ? next : best;
        }
        return best;
    }
}
