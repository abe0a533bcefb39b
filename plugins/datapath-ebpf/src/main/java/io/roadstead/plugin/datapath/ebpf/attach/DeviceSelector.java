package io.roadstead.plugin.datapath.ebpf.attach;

import java.io.IOException;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.plugin.datapath.ebpf.bpf.HostNetwork;

/**
 * Which devices are meant by names, patterns ({@code *} and {@code ?}) and the word {@value #AUTO}: those with an address of the node and those that a default route
 * leaves by. Looks at the calling thread's network namespace.
 */
final class DeviceSelector {
    static final String AUTO = "auto";

    private DeviceSelector() {
    }

    /** Indexes by name, loopback never. */
    static Map<String, Integer> select(List<String> wanted, Set<IpAddress> nodeAddresses) {
        Map<String, Integer> all = new TreeMap<>(HostNetwork.devices());
        all.remove("lo");
        Set<String> automatic = wanted.contains(AUTO) ? automatic(nodeAddresses) : Set.of();
        Pattern named = pattern(wanted);
        all.keySet().removeIf(device -> !named.matcher(device).matches() && !automatic.contains(device));
        return all;
    }

    static Pattern pattern(List<String> wanted) {
        return Pattern
                .compile(wanted.stream().filter(text -> !text.equals(AUTO)).map(DeviceSelector::regex).collect(Collectors.joining("|")));
    }

    private static String regex(String glob) {
        return "\\Q" + glob.replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q") + "\\E";
    }

    private static Set<String> automatic(Set<IpAddress> nodeAddresses) {
        Set<String> devices =
                new HashSet<>(defaultRouteDevices(read("/proc/thread-self/net/route"), read("/proc/thread-self/net/ipv6_route")));
        try {
            NetworkInterface.networkInterfaces().forEach(device -> {
                for (InterfaceAddress address : device.getInterfaceAddresses()) {
                    if (nodeAddresses.contains(IpAddress.of(address.getAddress()))) {
                        devices.add(device.getName());
                    }
                }
            });
        } catch (SocketException ignored) {
            // no device has an address at this moment; the next look comes in a second
        }
        return devices;
    }

    /** From the kernel's tables: a destination of zeros with a prefix of zeros. */
    static Set<String> defaultRouteDevices(String ipv4, String ipv6) {
        Set<String> devices = new HashSet<>();
        for (String line : ipv4.lines().toList()) {
            String[] fields = line.strip().split("\\s+");
            if (fields.length > 7 && fields[1].equals("00000000") && fields[7].equals("00000000")) {
                devices.add(fields[0]);
            }
        }
        for (String line : ipv6.lines().toList()) {
            String[] fields = line.strip().split("\\s+");
            if (fields.length > 9 && fields[1].equals("00") && fields[0].matches("0{32}") && !fields[9].equals("lo")) {
                devices.add(fields[9]);
            }
        }
        return devices;
    }

    private static String read(String path) {
        try {
            return Files.readString(Path.of(path));
        } catch (IOException ignored) {
            return ""; // no table: no route
        }
    }
}
