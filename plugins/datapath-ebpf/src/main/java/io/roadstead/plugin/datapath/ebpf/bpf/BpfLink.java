package io.roadstead.plugin.datapath.ebpf.bpf;

import java.nio.file.Path;
import java.util.Optional;

import io.roadstead.api.error.RoadsteadException;

/**
 * A program at its place of attachment. Lives for as long as this process has it open or it is pinned, so that a pinned one outlives the process. Any thread.
 */
public final class BpfLink implements AutoCloseable {

    private static final int XDP = 37;
    private static final int TCX_INGRESS = 46;
    private static final int TCX_EGRESS = 47;

    private final String subject;
    private final Descriptor descriptor;

    private BpfLink(String subject, Descriptor descriptor) {
        this.subject = subject;
        this.descriptor = descriptor;
    }

    /** How XDP meets the driver. */
    public enum XdpMode {
        /** The driver's own where it has one, else generic. */
        ANY(0), GENERIC(2), NATIVE(4);

        private final int flags;

        XdpMode(int flags) {
            this.flags = flags;
        }
    }

    /** Attaches an XDP program to a device of the calling thread's network namespace, of which there is one per device. */
    public static BpfLink xdp(BpfProgram program, int ifindex, XdpMode mode) {
        return create(program, ifindex, XDP, mode.flags, "XDP of device " + ifindex);
    }

    /** Attaches a traffic control program behind the others of a device; needs Linux 6.6. */
    public static BpfLink tcxIngress(BpfProgram program, int ifindex) {
        return create(program, ifindex, TCX_INGRESS, 0, "TCX ingress of device " + ifindex);
    }

    /** As above, for packets that leave. */
    public static BpfLink tcxEgress(BpfProgram program, int ifindex) {
        return create(program, ifindex, TCX_EGRESS, 0, "TCX egress of device " + ifindex);
    }

    /** Attaches a program of one of the cgroup kinds to a cgroup of version 2 and all below it. */
    public static BpfLink cgroup(BpfProgram program, Path cgroup) {
        int directory = Libc.openDirectory(cgroup);
        if (directory < 0) {
            throw Errno.failure("cgroup " + cgroup, "open it", -directory);
        }
        try (var target = new Descriptor(directory)) {
            return create(program, target.number(), program.kind().attachType(), 0, "cgroup " + cgroup);
        }
    }

    /** The link pinned there; empty when nothing is. Throws when it is something else than a link. */
    public static Optional<BpfLink> open(Path path) {
        return Pins.open(path, "eBPF link " + path).map(descriptor -> {
            var link = new BpfLink("eBPF link " + path, descriptor);
            try {
                link.id();
            } catch (RoadsteadException e) {
                link.close();
                throw e;
            }
            return link;
        });
    }

    /** Pins it to a path of a bpffs. */
    public void pin(Path path) {
        Pins.pin(descriptor.number(), path, subject);
    }

    /** Puts another program in its place, between one packet and the next. */
    public void update(BpfProgram program) {
        try (var call = new Attributes()) {
            int result = call.int32(0, descriptor.number()).int32(4, program.fd()).call(Attributes.LINK_UPDATE);
            if (result < 0) {
                throw Errno.failure(subject, "replace its program by " + program.name(), -result);
            }
        }
    }

    /** Takes the program away at once, whoever else has the link open or pinned. */
    public void detach() {
        try (var call = new Attributes()) {
            int result = call.int32(0, descriptor.number()).call(Attributes.LINK_DETACH);
            // The device or cgroup is gone, and took the program with it.
            if (result < 0 && result != -Errno.ENODEV && result != -Errno.ENOENT) {
                throw Errno.failure(subject, "detach it", -result);
            }
        }
    }

    /** The kernel's number for it. */
    public int id() {
        return info().int32(4);
    }

    /** The kernel's number for its program. */
    public int programId() {
        return info().int32(8);
    }

    /** The device that it is attached to; 0 when that is gone, and for cgroups unspecified. */
    public int ifindex() {
        return info().int32(16);
    }

    @Override
    public void close() {
        descriptor.close();
    }

    private ObjectInfo info() {
        return ObjectInfo.of(descriptor.number(), subject);
    }

    private static BpfLink create(BpfProgram program, int target, int attachType, int flags, String place) {
        try (var call = new Attributes()) {
            int result = call.int32(0, program.fd()).int32(4, target).int32(8, attachType).int32(12, flags).call(Attributes.LINK_CREATE);
            if (result == -Errno.EINVAL && (attachType == TCX_INGRESS || attachType == TCX_EGRESS)) {
                throw new RoadsteadException(BpfErrorCode.BPF_UNSUPPORTED, place,
                        "cannot attach the eBPF program " + program.name() + ": this kernel has no TCX",
                        "use Linux 6.6 or newer, or set roadstead.datapaths.ebpf.traffic-control = clsact");
            }
            if (result < 0) {
                throw Errno.failure(place, "attach the eBPF program " + program.name(), -result);
            }
            return new BpfLink(place, new Descriptor(result));
        }
    }

    @Override
    public String toString() {
        return subject;
    }
}
