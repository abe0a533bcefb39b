package io.roadstead.plugin.datapath.ebpf.attach;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfLink;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfLink.XdpMode;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfProgram;
import io.roadstead.plugin.datapath.ebpf.bpf.TcFilter;
import io.roadstead.plugin.datapath.ebpf.bpf.TcFilter.Direction;

/** Programs on devices that come and go. On the datapath's loop, in whose network namespace the devices are. */
final class DeviceLinks {
    private static final Logger log = LoggerFactory.getLogger(DeviceLinks.class);

    private final Links links;
    private final Filters filters = new Filters();
    private final Settings settings;
    private final Programs programs;
    private final Map<String, String> problems = new TreeMap<>();
    private final Map<String, Integer> uplinks = new TreeMap<>();
    private final Map<String, String> xdpModes = new TreeMap<>();

    /**
     * What goes where.
     *
     * @param devices    see {@link DeviceSelector}
     * @param podDevices idem; they get the entry alone
     * @param tcx        whether traffic control is by links
     */
    record Settings(List<String> devices, List<String> podDevices, Acceleration acceleration, boolean tcx) {
        Settings {
            devices = List.copyOf(devices);
            podDevices = List.copyOf(podDevices);
        }
    }

    /** The three that devices get. */
    record Programs(BpfProgram entryTc, BpfProgram entryXdp, BpfProgram replyTc) {
    }

    DeviceLinks(Links links, Settings settings, Programs programs) {
        this.links = links;
        this.settings = settings;
        this.programs = programs;
    }

    /** Attaches to what is there now, and takes away what lies on others. */
    void sync(Set<IpAddress> nodeAddresses) {
        Map<String, Integer> chosen = DeviceSelector.select(settings.devices(), nodeAddresses);
        Map<String, Integer> pods = DeviceSelector.select(settings.podDevices(), Set.of());
        pods.keySet().removeAll(chosen.keySet());
        Set<String> wanted = new HashSet<>();
        Set<TcFilter> filtered = new HashSet<>();
        Map<String, String> found = new TreeMap<>();
        Map<String, String> modes = new HashMap<>();
        chosen.forEach((device, index) -> {
            control(found, device, wanted, filtered, Filters.place(index, Direction.INGRESS), programs.entryTc());
            control(found, device, wanted, filtered, Filters.place(index, Direction.EGRESS), programs.replyTc());
            modes.put(device, accelerate(found, device, index, wanted));
        });
        pods.forEach(
                (device, index) -> control(found, device, wanted, filtered, Filters.place(index, Direction.INGRESS), programs.entryTc()));
        for (String name : links.names()) {
            if (name.matches("(tc|xdp)-.*") && !wanted.contains(name)) {
                log.info("takes a program away pin={}", name);
                links.remove(name);
            }
        }
        filters.retain(filtered);
        if (chosen.isEmpty()) {
            found.put("", "no device matches roadstead.datapaths.ebpf.devices = " + settings.devices()
                    + ", so that nothing from outside is balanced; name the uplinks there");
        }
        problems.clear();
        problems.putAll(found);
        uplinks.clear();
        uplinks.putAll(chosen);
        xdpModes.clear();
        xdpModes.putAll(modes);
    }

    List<String> problems() {
        return List.copyOf(problems.values());
    }

    /** In alphabetical order. */
    Set<String> uplinks() {
        return new TreeSet<>(uplinks.keySet());
    }

    /** Interface number of the first of them; 0 when there is none. */
    int uplinkIndex() {
        return uplinks.values().stream().findFirst().orElse(0);
    }

    /** {@code Native}, {@code Generic} or {@code Disabled}: the least of the uplinks. */
    String acceleration() {
        for (String mode : List.of("Disabled", "Generic", "Native")) {
            if (xdpModes.containsValue(mode)) {
                return mode;
            }
        }
        return "Disabled";
    }

    /** Attaches a traffic control program, by a link or a filter. */
    private void control(Map<String, String> found, String device, Set<String> wanted, Set<TcFilter> filtered, TcFilter place,
            BpfProgram program) {
        int index = place.ifindex();
        if (settings.tcx()) {
            boolean ingress = place.direction() == Direction.INGRESS;
            attach(found, device, wanted, (ingress ? "tc-ingress-" : "tc-egress-") + index, program, index,
                    () -> ingress ? BpfLink.tcxIngress(program, index) : BpfLink.tcxEgress(program, index));
            return;
        }
        filtered.add(place);
        try {
            filters.ensure(place, program);
        } catch (RoadsteadException e) {
            found.putIfAbsent(device, "device " + device + ": " + e.getMessage());
        }
    }

    private void attach(Map<String, String> found, String device, Set<String> wanted, String name, BpfProgram program, int index,
            Supplier<BpfLink> attach) {
        wanted.add(name);
        try {
            boolean before = links.has(name);
            links.ensure(name, program, index, attach);
            if (!before) {
                log.info("attached device={} pin={} program={}", device, name, program);
            }
        } catch (RoadsteadException e) {
            found.putIfAbsent(device, "device " + device + ": " + e.getMessage());
        }
    }

    /** The mode that it has come to. */
    private String accelerate(Map<String, String> found, String device, int index, Set<String> wanted) {
        Map<String, String> refused = new HashMap<>();
        Acceleration acceleration = settings.acceleration();
        if (acceleration == Acceleration.NATIVE || acceleration == Acceleration.BEST_EFFORT) {
            if (xdp(refused, device, index, wanted, "native", XdpMode.NATIVE)) {
                return "Native";
            }
        }
        if (acceleration == Acceleration.GENERIC || acceleration == Acceleration.BEST_EFFORT) {
            if (xdp(refused, device, index, wanted, "generic", XdpMode.GENERIC)) {
                return "Generic";
            }
        }
        if (acceleration != Acceleration.BEST_EFFORT) {
            refused.forEach((name, problem) -> found.putIfAbsent(name, problem + "; or set acceleration = best-effort"));
        }
        return "Disabled";
    }

    private boolean xdp(Map<String, String> refused, String device, int index, Set<String> wanted, String mode, XdpMode xdpMode) {
        String name = "xdp-" + mode + "-" + index;
        attach(refused, device, wanted, name, programs.entryXdp(), index, () -> BpfLink.xdp(programs.entryXdp(), index, xdpMode));
        boolean attached = !refused.containsKey(device);
        if (!attached) {
            wanted.remove(name);
        }
        return attached;
    }
}
