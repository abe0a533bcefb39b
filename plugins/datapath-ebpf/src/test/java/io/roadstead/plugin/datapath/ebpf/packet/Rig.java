package io.roadstead.plugin.datapath.ebpf.packet;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.plugin.datapath.ebpf.attach.Requirements;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfLink;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfLoader;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfMap;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfObject;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfProgram;
import io.roadstead.plugin.datapath.ebpf.bpf.LoadedObject;
import io.roadstead.plugin.datapath.ebpf.bpf.RingBuffer;
import io.roadstead.plugin.datapath.ebpf.bpf.TcFilter;
import io.roadstead.plugin.datapath.ebpf.bpf.TcFilter.Direction;
import io.roadstead.plugin.datapath.ebpf.bpf.TestContext;
import io.roadstead.plugin.datapath.ebpf.bpf.TestRun;
import io.roadstead.testkit.lab.Namespace;

/**
 * The programs loaded in a node of their own: a network namespace with an uplink towards clients and one towards backends, static neighbours on both. Maps are
 * written by hand, in the layout of {@code abi.h}; nothing here shares code with the datapath's writers.
 *
 * <p>Programs run in its thread, which lives in the namespace: routes and devices are the node's.
 */
final class Rig implements AutoCloseable {

    static final String NODE4 = "192.0.2.10";
    static final String NODE6 = "2001:db8::10";
    static final int SEED = 0x5eed;
    static final int EXPLAIN_MARK = 0xe4;
    /** Of the routers at the far ends of the uplinks. */
    static final long CLIENTS_MAC = 0x020000000001L;
    static final long BACKENDS_MAC = 0x020000000005L;
    /** Of the node's own devices. */
    static final long UP_MAC = 0x020000000002L;
    static final long BACK_MAC = 0x020000000004L;

    static final int TCP = 6;
    static final int UDP = 17;

    static final int VIP = 1;
    static final int ROUTABLE = 1 << 5;
    static final int AFFINITY = 1 << 8;
    static final int SOURCE_RANGE = 1 << 9;
    static final int SOURCE_DENY = 1 << 10;
    static final int REJECT = 1 << 11;
    static final int LOCAL = 1;
    static final int FAR = 1 << 1;
    static final int STANDBY = 1 << 8;

    private static final Path PLUGINS = Path.of("..");
    private static final Map<String, Integer> SMALL =
            Map.of("rs_lut", 65536, "rs_flow", 4096, "rs_nat", 4096, "rs_service", 4096, "rs_member", 4096,
                    "rs_backend", 4096, "rs_backend_ids", 4096, "rs_affinity", 1024, "rs_svc_counters", 4096, "rs_source_range", 1024);

    private static final boolean TCX = Requirements.ofThisProcess().hasTcx();

    private final Arena arena = Arena.ofShared();
    private final Namespace node = Namespace.create("node");
    private final Namespace far = Namespace.create("far");
    private final ExecutorService thread = Executors.newSingleThreadExecutor(node.threads("rig"));
    private final BpfLoader loader;
    private final List<LoadedObject> objects = new ArrayList<>();
    private final Map<Hook, BpfProgram> entries = new LinkedHashMap<>();
    private final BpfProgram reply;
    private final Map<String, Integer> modes = new LinkedHashMap<>();
    private final RingBuffer events;
    private final BpfProgram idle;
    private final BpfLink driver;
    private final int up;
    private final int back;
    private int nextSlot;
    private int generation;
    private String node4 = NODE4;
    private String node6 = NODE6;

    Rig() {
        cable();
        up = index("up");
        back = index("back");
        loader = new BpfLoader(null, SMALL);
        LoadedObject tc = load("datapath-ebpf", "entry_tc");
        LoadedObject xdp = load("datapath-ebpf", "entry_xdp");
        entries.put(Hook.TC, tc.program("rs_entry_tc"));
        entries.put(Hook.XDP, xdp.program("rs_entry_xdp"));
        reply = load("datapath-ebpf", "reply_tc").program("rs_reply_tc");
        // A device's receive queue is one for XDP only while a program is attached.
        idle = on(this::loadIdle);
        driver = on(() -> BpfLink.xdp(idle, up, BpfLink.XdpMode.NATIVE));
        events = new RingBuffer(map("rs_events"));
        configure(0);
    }

    /** A program that lets everything pass. */
    private BpfProgram loadIdle() throws IOException {
        try (var stream = Rig.class.getResourceAsStream("/io/roadstead/plugin/datapath/ebpf/loader_test.bpf.o")) {
            LoadedObject loaded =
                    loader.load(BpfObject.parse("idle", Objects.requireNonNull(stream).readAllBytes()).constant("verdict", Hook.XDP.pass));
            objects.add(loaded);
            return loaded.program("count");
        }
    }

    private void cable() {
        Namespace.link(node, "up", far, "clients");
        Namespace.link(node, "back", far, "backends");
        node.forwarding();
        mac(node, "up", UP_MAC);
        mac(node, "back", BACK_MAC);
        node.address("up", "192.0.2.10/24").address("up", "2001:db8::10/64").address("back", "198.51.100.10/24").address("back",
                "2001:db8:1::10/64");
        for (String client : List.of("1", "98", "99")) {
            neighbour("192.0.2." + client, "up", CLIENTS_MAC);
            neighbour("2001:db8::" + client, "up", CLIENTS_MAC);
        }
        neighbour("198.51.100.1", "back", BACKENDS_MAC);
        neighbour("2001:db8:1::1", "back", BACKENDS_MAC);
        node.route("default", "via", "192.0.2.1").route("default", "via", "2001:db8::1");
        node.route("10.0.0.0/8", "via", "198.51.100.1").route("fd00::/16", "via", "2001:db8:1::1");
        // Whoever looks for a way to a frontend, instead of to a client or a backend, is led astray.
        node.run("ip", "route", "add", "unreachable", "203.0.113.0/24");
        node.run("ip", "route", "add", "unreachable", "2001:db8:53::/48");
        // No neighbour of that address is known, nor will be.
        node.route("10.66.0.0/16", "via", "198.51.100.66").route("fd00:66::/32", "via", "2001:db8:1::66");
        node.run("ip", "route", "add", "unreachable", "10.77.0.0/16");
        node.run("ip", "route", "add", "unreachable", "fd00:77::/32");
        node.route("10.55.0.0/16", "via", "198.51.100.1", "mtu", "lock", "1300");
    }

    private static void mac(Namespace namespace, String device, long mac) {
        namespace.run("ip", "link", "set", "dev", device, "address", text(mac));
    }

    private void neighbour(String address, String device, long mac) {
        node.run("ip", "neigh", "replace", address, "lladdr", text(mac), "dev", device, "nud", "permanent");
    }

    private static String text(long mac) {
        StringBuilder text = new StringBuilder();
        for (int shift = 40; shift >= 0; shift -= 8) {
            text.append(text.isEmpty() ? "" : ":").append(String.format("%02x", mac >>> shift & 0xff));
        }
        return text.toString();
    }

    private int index(String device) {
        return Integer.parseInt(node.run("cat", "/sys/class/net/" + device + "/ifindex").strip());
    }

    /** Loads an object of a plugin. */
    LoadedObject load(String plugin, String name) {
        return load(plugin, name, Map.of());
    }

    private LoadedObject load(String plugin, String name, Map<String, Long> constants) {
        try (var tree = Files.find(PLUGINS.resolve(plugin).resolve("src/main/resources"), 16,
                (path, attributes) -> path.endsWith(name + ".bpf.o"))) {
            BpfObject object = BpfObject.parse(name, Files.readAllBytes(tree.findFirst().orElseThrow()));
            constants.forEach(object::constant);
            LoadedObject loaded = loader.load(object);
            objects.add(loaded);
            return loaded;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts a dispatch mode into the arrays of programs; gives its index. */
    int mode(String plugin, String name) {
        return mode(plugin, name, Map.of());
    }

    /** With settings, which count when it is loaded now. */
    int mode(String plugin, String name, Map<String, Long> constants) {
        Integer known = modes.get(name);
        if (known != null) {
            return known;
        }
        int index = modes.size() + 1;
        LoadedObject object = load(plugin, name, constants);
        object.section("xdp/dispatch").ifPresent(program -> put("rs_disp_xdp", word(index), word(program.fd())));
        object.section("tc/dispatch").ifPresent(program -> put("rs_disp_tc", word(index), word(program.fd())));
        object.section("xdp/terminate").ifPresent(program -> put("rs_term_xdp", word(index), word(program.fd())));
        object.section("tc/terminate").ifPresent(program -> put("rs_term_tc", word(index), word(program.fd())));
        modes.put(name, index);
        return index;
    }

    /** Gives packets of that kind to the unwrapping programs of a mode that is loaded. */
    void terminate(int protocolAndPort, String mode) {
        put("rs_terminate", word(protocolAndPort), word(modes.getOrDefault(mode, 0)));
    }

    /** Everything but the programs forgotten. */
    void clear() {
        for (String map : List.of("rs_service", "rs_flow", "rs_nat", "rs_affinity", "rs_member", "rs_source_range", "rs_fragment")) {
            List<MemorySegment> keys = new ArrayList<>();
            map(map).forEach((key, value) -> keys.add(copy(key)));
            keys.forEach(map(map)::remove);
        }
        for (String map : List.of("rs_counters", "rs_svc_counters", "rs_icmp_limit", "rs_routes")) {
            BpfMap counters = map(map);
            MemorySegment zero = arena.allocate(counters.valueBytes(), 8);
            for (int i = 0; i < counters.maxEntries(); i++) {
                counters.put(word(i), zero);
            }
        }
        nextSlot = 0;
        configure(0);
    }

    /** Settings, with answers to echo requests. */
    void configure(int hairpin) {
        configure(hairpin, 7, 0);
    }

    /** Takes other addresses for the node's, from the next settings on. */
    void addresses(String ipv4, String ipv6) {
        node4 = ipv4;
        node6 = ipv6;
    }

    /** A narrower range for the node's ports. */
    void ports(int min, int max) {
        write(0, 7, 0, min, max);
    }

    void configure(int hairpin, int flags, int icmpPerSecond) {
        write(hairpin, flags, icmpPerSecond, 1024, 29999);
    }

    private void write(int hairpin, int flags, int icmpPerSecond, int minPort, int maxPort) {
        ByteBuffer config = struct(72).putInt(1).putInt(flags).putInt(++generation).putInt(SEED);
        address(config, IpAddress.parse(node4));
        address(config, IpAddress.parse(node6));
        port(config, minPort);
        port(config, maxPort);
        config.putInt(EXPLAIN_MARK).putInt(icmpPerSecond).putInt(0).putInt(hairpin);
        put("rs_config", word(0), memory(config));
    }

    /** A frontend of that id, with a table of a slot per backend id. */
    void service(int id, String address, int port, int protocol, int flags, int dispatch, int select, int... backends) {
        int base = nextSlot;
        nextSlot += (backends.length + 1) / 2 * 2;
        for (int i = 0; i < backends.length; i++) {
            map("rs_lut").mapped().set(JAVA_INT, (base + i) * 4L, backends[i]);
            put("rs_member", memory(struct(8).putInt(id).putInt(backends[i])), word(1));
        }
        ByteBuffer value = struct(32).putInt(id).putInt(flags).putInt(base).putInt(backends.length).putInt(60);
        value.put((byte) select).put((byte) dispatch).put((byte) 1);
        put("rs_service", serviceKey(address, port, protocol), memory(value));
    }

    /** The entry by which an address is known as ours, whatever its ports. */
    void vip(String address) {
        put("rs_service", serviceKey(address, 0, 0), memory(struct(32).putInt(0).putInt(VIP)));
    }

    private MemorySegment serviceKey(String address, int port, int protocol) {
        ByteBuffer key = struct(20);
        address(key, IpAddress.parse(address));
        port(key, port);
        key.put((byte) protocol).put((byte) 0);
        return memory(key);
    }

    void backend(int id, String address, int port, int protocol, int state, int flags) {
        backend(id, address, port, protocol, state, flags, "");
    }

    void backend(int id, String address, int port, int protocol, int state, int flags, String nodeAddress) {
        ByteBuffer value = struct(64);
        address(value, IpAddress.parse(address));
        if (nodeAddress.isEmpty()) {
            value.position(32);
        } else {
            address(value, IpAddress.parse(nodeAddress));
        }
        port(value, port);
        value.put((byte) protocol).put((byte) state).putInt(flags).putInt(0).putLong(0).putInt(0).putInt(1);
        put("rs_backend", word(id), memory(value));
    }

    void backendId(int id, String address, int port, int protocol) {
        ByteBuffer key = struct(20);
        address(key, IpAddress.parse(address));
        port(key, port);
        key.put((byte) protocol);
        put("rs_backend_ids", memory(key), word(id));
    }

    void member(int service, int backend, int state) {
        put("rs_member", memory(struct(8).putInt(service).putInt(backend)), word(state));
    }

    /** Prefix length of the address's own family. */
    void range(int service, String address, int length) {
        IpAddress prefix = IpAddress.parse(address);
        ByteBuffer key = struct(24).putInt(32 + (prefix.family() == AddressFamily.IPV4 ? 96 : 0) + length).putInt(service);
        address(key, prefix);
        put("rs_source_range", memory(key), word(1));
    }

    /** Through the entry program, in by the uplink of clients. */
    TestRun in(Hook hook, byte[] frame) {
        return in(hook, frame, 0);
    }

    TestRun in(Hook hook, byte[] frame, int mark) {
        return on(() -> entries.get(hook).run(frame, new TestContext(hook == Hook.TC ? mark : 0, hook == Hook.TC ? up : 0, up), 1));
    }

    /** Out through the egress program of the uplink of clients. */
    TestRun out(byte[] frame) {
        return on(() -> reply.run(frame, new TestContext(0, up, 0), 1));
    }

    /** Packets that ended for that reason, over all CPUs. */
    long counted(int reason) {
        return sum("rs_counters", reason, 16, 0);
    }

    /** Of a service: 0 packets, 1 bytes, 2 flows, 3 drops. */
    long serviceCount(int service, int what) {
        return sum("rs_svc_counters", service, 32, what * 8);
    }

    private long sum(String name, int index, int size, int offset) {
        BpfMap map = map(name);
        MemorySegment value = arena.allocate(map.valueBytes(), 8);
        map.get(word(index), value);
        long sum = 0;
        for (long at = offset; at < value.byteSize(); at += size) {
            sum += value.get(JAVA_LONG, at);
        }
        return sum;
    }

    /** Events since the last call: {@code new <service>}, {@code close <service>}, {@code drop <reason>}. */
    List<String> events() {
        List<String> told = new ArrayList<>();
        events.drain(event -> {
            int service = event.get(JAVA_INT, 68);
            told.add(switch (event.get(ValueLayout.JAVA_BYTE, 66)) {
                case 1 -> "new " + service;
                case 2 -> "close " + service;
                default -> "drop " + event.get(ValueLayout.JAVA_BYTE, 67);
            });
        }, Integer.MAX_VALUE);
        return told;
    }

    /** Gives the router towards backends another MAC address. */
    void backendsAre(long mac) {
        neighbour("198.51.100.1", "back", mac);
        neighbour("2001:db8:1::1", "back", mac);
    }

    /** Makes a client's neighbour known. */
    void client(String address) {
        neighbour(address, "up", CLIENTS_MAC);
    }

    int entries(String map) {
        int[] count = new int[1];
        map(map).forEach((key, value) -> count[0]++);
        return count[0];
    }

    /** The explanation that the last test run with the mark left: reason, then service, then backend. */
    int[] explained() {
        MemorySegment value = arena.allocate(map("rs_explain").valueBytes(), 8);
        map("rs_explain").get(word(0), value);
        return new int[] {value.get(JAVA_INT, 232), value.get(JAVA_INT, 24), value.get(JAVA_INT, 28)};
    }

    BpfMap map(String name) {
        BpfMap map = loader.maps().get(name);
        if (map == null) {
            throw new IllegalArgumentException("no map " + name);
        }
        return map;
    }

    void put(String map, MemorySegment key, MemorySegment value) {
        map(map).put(key, value);
    }

    MemorySegment word(int value) {
        MemorySegment word = arena.allocate(4, 4);
        word.set(JAVA_INT, 0, value);
        return word;
    }

    static ByteBuffer struct(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    static void address(ByteBuffer struct, IpAddress address) {
        if (address.family() == AddressFamily.IPV4) {
            struct.putLong(0).put(new byte[] {0, 0, -1, -1});
        }
        struct.put(address.toBytes());
    }

    static void port(ByteBuffer struct, int port) {
        struct.put((byte) (port >>> 8)).put((byte) port);
    }

    MemorySegment memory(ByteBuffer struct) {
        MemorySegment segment = arena.allocate(struct.capacity(), 8);
        segment.copyFrom(MemorySegment.ofBuffer(struct.duplicate().clear()));
        return segment;
    }

    private MemorySegment copy(MemorySegment segment) {
        return arena.allocate(segment.byteSize(), 8).copyFrom(segment);
    }

    /** A program at work until this is closed. */
    @FunctionalInterface
    interface Attached extends AutoCloseable {
        @Override
        void close();
    }

    /** Puts the XDP entry program to work in a device's driver. */
    BpfLink attachDriver(String device) {
        int index = index(device);
        return on(() -> BpfLink.xdp(entries.get(Hook.XDP), index, BpfLink.XdpMode.NATIVE));
    }

    /** Gives a device of another host an XDP program that lets everything pass. */
    BpfLink attachIdle(Namespace host, String device) {
        int index = Integer.parseInt(host.run("cat", "/sys/class/net/" + device + "/ifindex").strip());
        return host.call(() -> BpfLink.xdp(idle, index, BpfLink.XdpMode.NATIVE));
    }

    Namespace node() {
        return node;
    }

    /** Puts the tc entry program to work on a device of the node's, as this kernel does that. */
    Attached attachEntry(String device) {
        int index = index(device);
        if (TCX) {
            return on(() -> BpfLink.tcxIngress(entries.get(Hook.TC), index))::close;
        }
        return filter(new TcFilter(index, Direction.INGRESS, 1), entries.get(Hook.TC));
    }

    /** Puts the program for replies to work on a device of the node's, as this kernel does that. */
    Attached attachReply(String device) {
        int index = index(device);
        if (TCX) {
            return on(() -> BpfLink.tcxEgress(reply, index))::close;
        }
        return filter(new TcFilter(index, Direction.EGRESS, 1), reply);
    }

    private Attached filter(TcFilter place, BpfProgram program) {
        on(() -> {
            place.attach(program);
            return true;
        });
        return () -> on(place::detach);
    }

    int uplink() {
        return up;
    }

    int backlink() {
        return back;
    }

    private <T> T on(Callable<T> task) {
        try {
            return thread.submit(task).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        events.close();
        driver.close();
        thread.shutdown();
        objects.forEach(LoadedObject::close);
        loader.close();
        node.close();
        far.close();
        arena.close();
    }
}
