package io.roadstead.plugin.datapath.ebpf.attach;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.roadstead.api.error.RoadsteadException;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfErrorCode;
import io.roadstead.plugin.datapath.ebpf.bpf.Pins;

/**
 * What must be there before the first system call, so that what is missing is said in one sentence with its remedy.
 *
 * @param release   text of {@code /proc/sys/kernel/osrelease}
 * @param ownStatus text of {@code /proc/self/status}
 */
public record Requirements(String release, String ownStatus) {
    private static final Pattern RELEASE = Pattern.compile("(\\d+)\\.(\\d+).*", Pattern.DOTALL);
    private static final Pattern CAPABILITIES = Pattern.compile("CapEff:\\s*([0-9a-fA-F]+)");
    private static final int CAP_NET_ADMIN = 12;
    private static final int CAP_SYS_ADMIN = 21;
    private static final int CAP_PERFMON = 38;
    private static final int CAP_BPF = 39;
    private static final int OLDEST_MAJOR = 5;
    private static final int OLDEST_MINOR = 15;
    private static final int TCX_MAJOR = 6;
    private static final int TCX_MINOR = 6;

    /** Of this process; empty texts where there is no such thing. */
    public static Requirements ofThisProcess() {
        return new Requirements(read(Path.of("/proc/sys/kernel/osrelease")), read(Path.of("/proc/self/status")));
    }

    /** Throws with what is missing and how to get it. */
    public void check(Path pinDirectory) {
        if (!isAtLeast(OLDEST_MAJOR, OLDEST_MINOR)) {
            throw new RoadsteadException(BpfErrorCode.BPF_UNSUPPORTED, "eBPF", release.isBlank() ? "this is not Linux"
                    : "the kernel " + release.strip() + " is too old",
                    "use Linux 5.15 or newer, or set roadstead.load-balancer.datapath = proxy");
        }
        List<String> missing = missingCapabilities();
        if (!missing.isEmpty()) {
            throw new RoadsteadException(BpfErrorCode.BPF_PERMISSION, "eBPF", "the agent lacks " + String.join(" and ", missing),
                    "run it as root, or give it CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN (systemd: AmbientCapabilities; pod: securityContext.capabilities),"
                            + " or set roadstead.load-balancer.datapath = proxy");
        }
        if (!Pins.isWithinBpfFs(pinDirectory)) {
            throw new RoadsteadException(BpfErrorCode.BPF_FILE_SYSTEM, "pin directory " + pinDirectory, "it is not within a bpffs",
                    "mount one: mount -t bpf bpf /sys/fs/bpf (in a pod: mount the host's /sys/fs/bpf), or set"
                            + " roadstead.datapaths.ebpf.pin-directory to a place in one");
        }
    }

    /** Whether the kernel has links for traffic control. */
    public boolean hasTcx() {
        return isAtLeast(TCX_MAJOR, TCX_MINOR);
    }

    private boolean isAtLeast(int major, int minor) {
        Matcher matcher = RELEASE.matcher(release);
        if (!matcher.matches()) {
            return false;
        }
        int has = Integer.parseInt(matcher.group(1));
        return has > major || has == major && Integer.parseInt(matcher.group(2)) >= minor;
    }

    private List<String> missingCapabilities() {
        Matcher matcher = CAPABILITIES.matcher(ownStatus);
        long effective = matcher.find() ? Long.parseUnsignedLong(matcher.group(1), 16) : 0;
        List<String> missing = new ArrayList<>();
        boolean all = (effective >>> CAP_SYS_ADMIN & 1) == 1; // what CAP_BPF and CAP_PERFMON were split off from
        if ((effective >>> CAP_BPF & 1) == 0 && !all) {
            missing.add("CAP_BPF");
        }
        if ((effective >>> CAP_PERFMON & 1) == 0 && !all) {
            missing.add("CAP_PERFMON"); // without it the verifier refuses the comparison of pointers in the entry programs
        }
        if ((effective >>> CAP_NET_ADMIN & 1) == 0) {
            missing.add("CAP_NET_ADMIN");
        }
        return missing;
    }

    private static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException ignored) {
            return ""; // not Linux, which the check says
        }
    }
}
