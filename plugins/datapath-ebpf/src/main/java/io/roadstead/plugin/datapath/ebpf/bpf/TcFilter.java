package io.roadstead.plugin.datapath.ebpf.bpf;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import io.roadstead.api.error.RoadsteadException;
import io.roadstead.plugin.datapath.ebpf.bpf.Netlink.Message;

/**
 * A place for one traffic control program of ours, by a filter of the clsact qdisc: what kernels before 6.6 have instead of TCX. A filter outlives this process
 * without a pin; a program is replaced between one packet and the next. In the network namespace of the calling thread.
 *
 * @param ifindex   of the device
 * @param direction of the packets
 * @param priority  1 to 65535; filters of lower ones come first. One of ours per priority
 */
public record TcFilter(int ifindex, Direction direction, int priority) {

    private static final int NEW_QDISC = 36;
    private static final int DELETE_QDISC = 37;
    private static final int NEW_FILTER = 44;
    private static final int DELETE_FILTER = 45;
    private static final int GET_FILTER = 46;
    private static final int CLSACT = 0xffff_fff1;
    private static final int CLSACT_HANDLE = 0xffff_0000;
    private static final int ALL_PROTOCOLS = 0x0300; // ETH_P_ALL in network order
    private static final int HANDLE = 1;
    private static final int TCMSG = 20;
    private static final int KIND = 1;
    private static final int OPTIONS = 2;
    private static final int BPF_FD = 6;
    private static final int BPF_NAME = 7;
    private static final int BPF_FLAGS = 8;
    private static final int BPF_ID = 11;
    private static final int DIRECT_ACTION = 1;

    /** Which packets. */
    public enum Direction {
        INGRESS(0xffff_fff2), EGRESS(0xffff_fff3);

        private final int parent;

        Direction(int parent) {
            this.parent = parent;
        }
    }

    /** Puts the program there, instead of an earlier one of this place. Makes the qdisc when the device has none. */
    public void attach(BpfProgram program) {
        try (var netlink = new Netlink()) {
            Message qdisc = new Message().int32(0).int32(ifindex).int32(CLSACT_HANDLE).int32(CLSACT).int32(0).attribute(KIND, "clsact");
            check(netlink.request(NEW_QDISC, Netlink.ACKNOWLEDGE | Netlink.CREATE | Netlink.EXCLUSIVE, qdisc, new ArrayList<>()),
                    Errno.EEXIST,
                    "make the clsact qdisc");
            Message filter = place().attribute(KIND, "bpf").begin(OPTIONS).attribute(BPF_FD, program.fd())
                    .attribute(BPF_NAME, program.name()).attribute(BPF_FLAGS, DIRECT_ACTION).end();
            check(netlink.request(NEW_FILTER, Netlink.ACKNOWLEDGE | Netlink.CREATE | Netlink.REPLACE, filter, new ArrayList<>()), 0,
                    "attach the eBPF program " + program.name());
        }
    }

    /** The kernel's number for the program that is there; empty when none is. */
    public Optional<Integer> programId() {
        try (var netlink = new Netlink()) {
            for (ByteBuffer filter : filters(netlink, direction)) {
                if (filter.getInt(8) == HANDLE && filter.getInt(16) >>> 16 == priority) {
                    ByteBuffer id = Netlink.attribute(Netlink.attribute(filter, TCMSG, OPTIONS), 0, BPF_ID);
                    if (id.limit() == 4) {
                        return Optional.of(id.getInt(0));
                    }
                }
            }
            return Optional.empty();
        }
    }

    /** Takes the program away, and the qdisc with the last filter of either direction. False when there was none, or no device. */
    public boolean detach() {
        try (var netlink = new Netlink()) {
            int errno = netlink.request(DELETE_FILTER, Netlink.ACKNOWLEDGE, place().attribute(KIND, "bpf"), new ArrayList<>());
            if (errno == Errno.ENOENT || errno == Errno.EINVAL || errno == Errno.ENODEV) {
                return false;
            }
            check(errno, 0, "take the eBPF program away");
            if (filters(netlink, Direction.INGRESS).isEmpty() && filters(netlink, Direction.EGRESS).isEmpty()) {
                Message qdisc = new Message().int32(0).int32(ifindex).int32(CLSACT_HANDLE).int32(CLSACT).int32(0);
                check(netlink.request(DELETE_QDISC, Netlink.ACKNOWLEDGE, qdisc, new ArrayList<>()), Errno.ENOENT,
                        "remove the clsact qdisc");
            }
            return true;
        }
    }

    private Message place() {
        return new Message().int32(0).int32(ifindex).int32(HANDLE).int32(direction.parent).int32(priority << 16 | ALL_PROTOCOLS);
    }

    /** Those with a handle: each comes after a message for its priority, which has none. */
    private List<ByteBuffer> filters(Netlink netlink, Direction of) {
        List<ByteBuffer> answers = new ArrayList<>();
        Message all = new Message().int32(0).int32(ifindex).int32(0).int32(of.parent).int32(0);
        int errno = netlink.request(GET_FILTER, Netlink.DUMP, all, answers);
        if (errno == Errno.EINVAL || errno == Errno.ENODEV || errno == Errno.ENOENT) {
            return List.of();
        }
        check(errno, 0, "list the filters");
        answers.removeIf(filter -> filter.limit() < TCMSG || filter.getInt(8) == 0);
        return answers;
    }

    private void check(int errno, int accepted, String operation) {
        if (errno != 0 && errno != accepted) {
            throw errno == Errno.EPERM
                    ? new RoadsteadException(BpfErrorCode.BPF_PERMISSION, "device " + ifindex,
                            "cannot " + operation + ": " + Errno.text(errno),
                            "give the agent the capability CAP_NET_ADMIN, or run it as root")
                    : Errno.failure("traffic control " + direction.name().toLowerCase(Locale.ROOT) + " of device " + ifindex,
                            operation, errno);
        }
    }
}
