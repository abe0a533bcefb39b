package io.roadstead.plugin.netlink.table;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.plugin.netlink.socket.Errno;
import io.roadstead.plugin.netlink.socket.NetlinkErrorCode;
import io.roadstead.plugin.netlink.socket.NetlinkSocket;

/** One routing table of the kernel, and the routes of one protocol number in it. Confined to one thread; each call waits for the kernel, which answers at once. */
public final class KernelTable implements AutoCloseable {

    /** Messages per call: more make it no faster, and their errors must find room in the socket. */
    private static final int BATCH = 256;
    private static final int ATTEMPTS = 5;
    private static final int EVERYBODY = 0;
    /** More do not fit into one attribute. */
    private static final int MOST_NEXT_HOPS = 1024;
    private static final int E2BIG = 7;

    private final NetlinkSocket socket;
    private final int protocol;
    private final int table;
    private int sequence;

    /** @throws RoadsteadException when there is no rtnetlink */
    public KernelTable(int protocol, int table) {
        this.protocol = protocol;
        this.table = table;
        this.socket = new NetlinkSocket(0);
    }

    /** By this number the kernel names this as the origin of a change. */
    public int port() {
        return socket.port();
    }

    /** All routes of ours, of both families. */
    public List<TableRoute> own() {
        return dump(protocol);
    }

    /** All routes, whoever made them. */
    public List<TableRoute> everybodys() {
        return dump(EVERYBODY);
    }

    private List<TableRoute> dump(int of) {
        List<TableRoute> routes = new ArrayList<>();
        for (AddressFamily family : AddressFamily.values()) {
            routes.addAll(dump(of, family));
        }
        return routes;
    }

    private List<TableRoute> dump(int of, AddressFamily family) {
        for (int attempt = 1;; attempt++) {
            Dump dump = new Dump(++sequence, of);
            ByteBuffer request = RouteMessages.buffer(RouteMessages.FIXED_ROOM);
            RouteMessages.writeDump(request, dump.sequence, family, of, table);
            int errno = socket.send(request.flip());
            while (errno == 0 && !dump.done) {
                errno = socket.receiveNext();
                if (errno == 0) {
                    RouteMessages.forEach(socket.received(), dump::take);
                }
            }
            errno = errno == 0 ? dump.errno : errno;
            if (errno == Errno.ENOENT) {
                return List.of(); // nobody has put a route into that table yet
            }
            if (errno != 0) {
                throw new RoadsteadException(NetlinkErrorCode.NETLINK_SYSTEM_CALL, "table " + table,
                        "its routes cannot be read: " + Errno.text(errno), "");
            }
            if (!dump.interrupted || attempt == ATTEMPTS) { // somebody changes it all the time; what was missed is told as an event
                return dump.routes;
            }
        }
    }

    /** The answer to one request. */
    private final class Dump {
        private final int sequence;
        private final int of;
        private final List<TableRoute> routes = new ArrayList<>();
        private boolean interrupted;
        private boolean done;
        private int errno;

        Dump(int sequence, int of) {
            this.sequence = sequence;
            this.of = of;
        }

        void take(int type, ByteBuffer message) {
            if (RouteMessages.sequence(message) != sequence) {
                return; // the rest of an answer that was given up
            }
            interrupted |= (RouteMessages.flags(message) & RouteMessages.DUMP_INTERRUPTED) != 0;
            if (type == RouteMessages.DONE || type == RouteMessages.ERROR) {
                done = true;
                errno = RouteMessages.errno(message);
            } else if (type == RouteMessages.NEW_ROUTE) {
                RouteMessages.read(message, table).filter(route -> of == EVERYBODY || route.protocol() == of).ifPresent(routes::add);
            }
        }
    }

    /**
     * Makes changes in their order; one that is refused does not keep others from being made.
     *
     * @return why changes were refused, by their places in the list
     * @throws RoadsteadException when it is not known what was made
     */
    public Map<Integer, Failure> apply(List<Change> changes) {
        Map<Integer, Failure> failures = new HashMap<>();
        List<Integer> batch = new ArrayList<>(BATCH);
        int room = 0;
        for (int i = 0; i < changes.size(); i++) {
            int hops = changes.get(i).nextHops().size();
            if (hops > MOST_NEXT_HOPS) {
                failures.put(i, new Failure(E2BIG, "more than " + MOST_NEXT_HOPS + " next hops"));
                continue;
            }
            int size = RouteMessages.FIXED_ROOM + hops * RouteMessages.NEXT_HOP_ROOM;
            if (batch.size() == BATCH || room + size > NetlinkSocket.ROOM) {
                send(changes, batch, failures);
                batch.clear();
                room = 0;
            }
            batch.add(i);
            room += size;
        }
        if (!batch.isEmpty()) {
            send(changes, batch, failures);
        }
        return failures;
    }

    /** The kernel answers what it refuses, and the last message in any case. */
    private void send(List<Change> changes, List<Integer> batch, Map<Integer, Failure> failures) {
        ByteBuffer out = RouteMessages.buffer(NetlinkSocket.ROOM);
        int first = sequence + 1;
        for (int place : batch) {
            Change change = changes.get(place);
            int flags = switch (change.kind()) {
                case ADD -> RouteMessages.CREATE | RouteMessages.EXCLUSIVE;
                case REPLACE -> RouteMessages.CREATE | RouteMessages.REPLACE;
                case REMOVE -> 0;
            };
            int last = place == batch.getLast() ? RouteMessages.ACKNOWLEDGE : 0;
            RouteMessages.write(out, RouteMessages.REQUEST | flags | last, ++sequence, change, protocol, table);
        }
        Answers answers = new Answers(first, batch, failures);
        int errno = socket.send(out.flip());
        while (errno == 0 && !answers.complete) {
            errno = socket.receive();
            if (errno == 0) {
                RouteMessages.forEach(socket.received(), answers::take);
            }
        }
        if (errno != 0) {
            throw new RoadsteadException(NetlinkErrorCode.NETLINK_SYSTEM_CALL, "table " + table,
                    "the kernel did not say what became of changes: " + Errno.text(errno), "");
        }
    }

    /** Those to one batch. */
    private static final class Answers {
        private final int first;
        private final List<Integer> batch;
        private final Map<Integer, Failure> failures;
        private boolean complete;

        Answers(int first, List<Integer> batch, Map<Integer, Failure> failures) {
            this.first = first;
            this.batch = batch;
            this.failures = failures;
        }

        void take(int type, ByteBuffer message) {
            int index = RouteMessages.sequence(message) - first;
            if (type != RouteMessages.ERROR || index < 0 || index >= batch.size()) {
                return; // the rest of an answer that was given up
            }
            int errno = RouteMessages.errno(message);
            if (errno != 0) {
                failures.put(batch.get(index), new Failure(errno, RouteMessages.detail(message)));
            }
            complete |= index == batch.size() - 1;
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
