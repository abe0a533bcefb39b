package io.roadstead.plugin.datapath.ebpf.view;

import java.util.Optional;

/** How a packet's way through the programs ends: {@code enum rs_reason} of abi.h, and the names that people read. */
public enum Reason {
    TO_STACK(0, "not-ours"), DISPATCHED(1, "dispatched"), LOCAL(2, "local-backend"), REPLY(3, "reply"), TERMINATED(4, "unwrapped"),
    ECHO(5, "echo-answered"), REJECTED(6, "rejected"), TOO_BIG_TOLD(7, "too-big-told"), ICMP(8, "icmp-error"), SOCKET(9, "socket"),
    NO_BACKEND(64, "no-backend"), UNKNOWN_PORT(65, "unknown-port"), SOURCE_RANGE(66, "source-range"), NO_DISPATCH(67, "no-dispatch"),
    NO_NAT_PORT(68, "no-nat-port"), NO_ROUTE(69, "no-route"), FRAGMENT(70, "fragment"), MALFORMED(71, "malformed"), TOO_BIG(72, "too-big"),
    NOT_ROUTABLE(73, "not-routable"), MAP_FULL(74, "map-full"), NO_NODE(75, "no-node"), DSR_COLLISION(76, "dsr-collision"),
    UNSUPPORTED(77, "unsupported"), LOOP(78, "loop"), BACKEND_GONE(79, "backend-gone"), RATE_LIMITED(80, "rate-limited");

    private static final int FIRST_DROP = 64;

    private final int number;
    private final String text;

    Reason(int number, String text) {
        this.number = number;
        this.text = text;
    }

    public int number() {
        return number;
    }

    /** In tables, events and labels of metrics. */
    public String text() {
        return text;
    }

    public boolean isDrop() {
        return isDrop(number);
    }

    /** Also for numbers of programs that are newer than this. */
    public static boolean isDrop(int number) {
        return number >= FIRST_DROP;
    }

    public static Optional<Reason> of(int number) {
        for (Reason reason : values()) {
            if (reason.number == number) {
                return Optional.of(reason);
            }
        }
        return Optional.empty();
    }

    /** The name of a number; of one that is not known the number. */
    public static String text(int number) {
        return of(number).map(Reason::text).orElse("reason-" + number);
    }
}
