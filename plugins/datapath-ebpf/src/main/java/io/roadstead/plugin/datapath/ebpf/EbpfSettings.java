package io.roadstead.plugin.datapath.ebpf;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

import io.roadstead.plugin.datapath.ebpf.attach.EngineSettings;
import io.roadstead.plugin.datapath.ebpf.map.Abi;
import io.roadstead.plugin.datapath.ebpf.view.FlowTimeouts;

/** What of the configuration, and of this jar, goes into the kernel. */
final class EbpfSettings {
    private static final List<String> OBJECTS = List.of("entry_tc", "entry_xdp", "reply_tc", "sock");

    private EbpfSettings() {
    }

    static EngineSettings engine(EbpfConfig config, RandomGenerator random) {
        return new EngineSettings(config.pinDirectory(), config.devices(), config.podDevices(), config.acceleration(),
                config.trafficControl(),
                sizes(config.maps()), sockets(config.socketLb()), config.socketLb().cgroup(), config.nat().minPort(),
                config.nat().maxPort(), config.icmpPerSecond(), config.answerEcho(), config.events(), random.nextInt() | 1);
    }

    static FlowTimeouts timeouts(EbpfConfig.Timeouts timeouts) {
        return new FlowTimeouts(timeouts.tcpSyn(), timeouts.tcp(), timeouts.tcpClosing(), timeouts.udp(), timeouts.sweep());
    }

    static Map<String, Integer> sizes(EbpfConfig.Maps maps) {
        Map<String, Integer> sizes = new LinkedHashMap<>();
        sizes.put(Abi.SERVICE, maps.services());
        sizes.put(Abi.LUT, maps.lutSlots() / 2);
        sizes.put(Abi.BACKEND, maps.backends());
        sizes.put(Abi.BACKEND_IDS, maps.backends());
        sizes.put(Abi.MEMBER, maps.members());
        sizes.put(Abi.SOURCE_RANGE, maps.sourceRanges());
        sizes.put(Abi.AFFINITY, maps.affinities());
        sizes.put(Abi.FLOW, maps.flows());
        sizes.put(Abi.NAT, maps.translations());
        sizes.put(Abi.FRAGMENT, maps.fragments());
        sizes.put(Abi.SOCKET, maps.sockets());
        return sizes;
    }

    /** Sections of the socket programs, of both families: sockets of IPv6 connect to IPv4 addresses as well. */
    static Set<String> sockets(EbpfConfig.SocketLb sockets) {
        Set<String> hooks = new TreeSet<>();
        if (sockets.enabled()) {
            add(hooks, sockets.connect(), "connect");
            add(hooks, sockets.sendmsg(), "sendmsg");
            add(hooks, sockets.recvmsg(), "recvmsg");
            add(hooks, sockets.getpeername(), "getpeername");
            add(hooks, sockets.bind(), "post_bind");
        }
        return hooks;
    }

    private static void add(Set<String> hooks, boolean wanted, String hook) {
        if (wanted) {
            hooks.add(hook + "4");
            hooks.add(hook + "6");
        }
    }

    static Map<String, byte[]> objects() {
        Map<String, byte[]> objects = new LinkedHashMap<>();
        OBJECTS.forEach(name -> objects.put(name, read(name + ".bpf.o")));
        return objects;
    }

    private static byte[] read(String resource) {
        try (InputStream in = EbpfSettings.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the plugin's jar is without " + resource);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + resource + " of the plugin's jar", e);
        }
    }
}
