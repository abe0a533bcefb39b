package io.roadstead.plugin.datapath.ebpf.attach;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.lb.DispatchMode;
import io.roadstead.api.lb.Frontend;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.lb.LocalNode;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.time.Scheduler;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfLoader;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfMap;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfObject;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfProgram;
import io.roadstead.plugin.datapath.ebpf.bpf.HostNetwork;
import io.roadstead.plugin.datapath.ebpf.bpf.LoadedObject;
import io.roadstead.plugin.datapath.ebpf.map.Abi;
import io.roadstead.plugin.datapath.ebpf.map.Catalog;
import io.roadstead.plugin.datapath.ebpf.map.DispatchIndexes;
import io.roadstead.plugin.datapath.ebpf.map.FrontendWriter;
import io.roadstead.plugin.datapath.ebpf.map.LbMaps;
import io.roadstead.plugin.datapath.ebpf.map.Settings;

/**
 * The datapath in the kernel: programs loaded, maps written, hooks held. Made and used on the datapath's loop. Its end leaves everything at work; only
 * {@link PinDirectory#clear} takes it away.
 */
public final class Engine implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Engine.class);
    private static final String CGROUP = "cgroup/";

    private final EngineSettings settings;
    private final BpfLoader loader;
    private final List<LoadedObject> objects = new ArrayList<>();
    private final Links links;
    private final Catalog catalog = new Catalog();
    private final DispatchSlots slots;
    private final FrontendWriter writer;
    private final ConfigWriter config;
    private final DeviceLinks devices;
    private final SocketLinks sockets;
    private final Map<String, BpfProgram> socketPrograms;
    private final BpfProgram explained;
    private Map<String, DispatchMode<?>> modes = Map.of();
    private Set<IpAddress> nodeAddresses = Set.of();
    private boolean whole;
    private boolean attached;
    private boolean eventsWanted;

    /**
     * Loads programs and maps; nothing that packets meet has changed then.
     *
     * @param objects   files by name without {@code .bpf.o}: entry_tc, entry_xdp, reply_tc, sock
     * @param scheduler the loop
     * @throws io.roadstead.api.error.RoadsteadException when the machine lacks something, saying what
     */
    public Engine(EngineSettings settings, Map<String, byte[]> objects, Requirements machine, Scheduler scheduler) {
        machine.check(settings.pinDirectory());
        this.settings = settings;
        PinDirectory pins = new PinDirectory(settings.pinDirectory());
        this.loader = new BpfLoader(pins.maps(), settings.sizes());
        boolean made = false;
        try {
            LoadedObject entryTc = load("entry_tc", objects);
            LoadedObject entryXdp = load("entry_xdp", objects);
            LoadedObject replyTc = load("reply_tc", objects);
            LoadedObject sock = load("sock", objects);
            this.links = new Links(pins.links());
            DispatchIndexes indexes = new DispatchIndexes(catalog);
            this.slots = new DispatchSlots(pins.dispatch(), loader, indexes);
            this.config = new ConfigWriter(map(Abi.CONFIG));
            this.writer = new FrontendWriter(LbMaps.of(this::map), indexes, catalog, scheduler, config::raiseGeneration);
            this.explained = entryTc.section("tc/ingress").orElseThrow();
            boolean tcx = settings.trafficControl() == TrafficControl.TCX
                    || settings.trafficControl() == TrafficControl.AUTO && machine.hasTcx();
            this.devices = new DeviceLinks(links,
                    new DeviceLinks.Settings(settings.devices(), settings.podDevices(), settings.acceleration(), tcx),
                    new DeviceLinks.Programs(explained, entryXdp.section("xdp/ingress").orElseThrow(),
                            replyTc.section("tc/egress").orElseThrow()));
            this.sockets = new SocketLinks(links);
            this.socketPrograms = socketPrograms(sock);
            made = true;
        } finally {
            if (!made) {
                this.objects.forEach(LoadedObject::close);
                loader.close();
            }
        }
    }

    private LoadedObject load(String name, Map<String, byte[]> files) {
        byte[] file = files.get(name);
        if (file == null) {
            throw new IllegalStateException("no object " + name);
        }
        BpfObject object = BpfObject.parse(name + ".bpf.o", file);
        if (object.constants().contains("rs_host_netns")) {
            object.constant("rs_host_netns", HostNetwork.namespaceCookie());
        }
        LoadedObject loaded = loader.load(object);
        objects.add(loaded);
        return loaded;
    }

    private Map<String, BpfProgram> socketPrograms(LoadedObject sock) {
        Map<String, BpfProgram> wanted = new LinkedHashMap<>();
        settings.sockets().stream().sorted().forEach(hook -> sock.section(CGROUP + hook).ifPresent(program -> wanted.put(hook, program)));
        return wanted;
    }

    private BpfMap map(String name) {
        BpfMap map = loader.maps().get(name);
        if (map == null) {
            throw new IllegalStateException("no program uses the map " + name);
        }
        return map;
    }

    /** All maps by name. */
    public Map<String, BpfMap> maps() {
        return loader.maps();
    }

    /** What the numbers in the maps stand for. */
    public Catalog catalog() {
        return catalog;
    }

    /** The entry, for test runs: packets marked with {@link #explainMark} leave no trace. */
    public BpfProgram entry() {
        return explained;
    }

    /** See {@link #entry}. */
    public int explainMark() {
        return settings.explainMark();
    }

    /** This node as it is now. */
    public void localNode(LocalNode node) {
        nodeAddresses = new HashSet<>(node.addresses());
        writer.nodeAddresses(node.addresses());
        config.change(now -> new Settings(Abi.VERSION, flags(), now.generation(), node.hashSeed(), first(node, AddressFamily.IPV4),
                first(node, AddressFamily.IPV6), settings.natMin(), settings.natMax(), settings.explainMark(), settings.icmpPerSecond(), 0,
                now.hairpin()));
        if (attached) {
            devices.sync(nodeAddresses);
        }
    }

    private int flags() {
        return (settings.events() && eventsWanted ? Abi.CONFIG_EVENTS : 0) | (settings.sockets().isEmpty() ? 0 : Abi.CONFIG_SOCKETS)
                | (settings.echo() ? Abi.CONFIG_ECHO : 0);
    }

    /** Whether programs are to tell of flows, as far as the configuration lets them; not at first. */
    public void events(boolean wanted) {
        eventsWanted = wanted;
        config.change(now -> new Settings(now.abi(), flags(), now.generation(), now.hashSeed(), now.node4(), now.node6(), now.natMin(),
                now.natMax(), now.explainMark(), now.icmpPerSecond(), now.mtu(), now.hairpin()));
    }

    private static IpAddress first(LocalNode node, AddressFamily family) {
        return node.addresses().stream().filter(address -> address.family() == family).findFirst().orElse(IpAddress.ipv6(0, 0));
    }

    /** Replaces the dispatch modes. */
    public void dispatchModes(Map<String, DispatchMode<?>> now) {
        modes = Map.copyOf(now);
        slots.replace(modes);
        writer.reached(backend -> slots.reach(modes, backend));
        config.change(was -> new Settings(was.abi(), was.flags(), was.generation(), was.hashSeed(), was.node4(), was.node6(), was.natMin(),
                was.natMax(), was.explainMark(), was.icmpPerSecond(), was.mtu(), slots.hairpin(modes)));
    }

    /** Replaces all frontends; then packets may come. */
    public void replace(Collection<FrontendState> states) {
        whole = true;
        writer.replace(states);
        slots.removeUnused(modes, writer::uses);
        attach();
    }

    /** Changes some. */
    public void update(List<FrontendState> changed, List<Frontend> removed) {
        writer.update(changed, removed);
        slots.removeUnused(modes, writer::uses);
    }

    /** Follows devices, and mends what failed. */
    public void tick() {
        if (writer.outOfStep()) {
            writer.resync();
        }
        if (attached) {
            devices.sync(nodeAddresses);
        } else if (whole) {
            attach(); // which did not come to it when the frontends were told
        }
    }

    private void attach() {
        sockets.sync(settings.cgroup(), socketPrograms);
        devices.sync(nodeAddresses);
        if (!attached) {
            log.info("datapath in place uplinks={} sockets={} xdp={}", devices.uplinks(), sockets.attached(), devices.acceleration());
        }
        attached = true;
    }

    /** What does not work, each with subject and remedy. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>(slots.problems());
        problems.addAll(devices.problems());
        problems.addAll(sockets.problems());
        problems.addAll(writer.problems());
        return problems;
    }

    /** Entries in use by map, of those that are counted without reading them. */
    public Map<String, Integer> used() {
        return writer.used();
    }

    /** Devices that get packets from outside. */
    public Set<String> uplinks() {
        return devices.uplinks();
    }

    /** Interface number of one of them; 0 when there is none. */
    public int uplinkIndex() {
        return devices.uplinkIndex();
    }

    /** Whether sockets are translated. */
    public boolean translatesSockets() {
        return sockets.attached();
    }

    /** {@code Native}, {@code Generic} or {@code Disabled}. */
    public String acceleration() {
        return devices.acceleration();
    }

    /** Gives descriptors back. */
    @Override
    public void close() {
        links.close();
        objects.forEach(LoadedObject::close);
        loader.close();
    }
}
