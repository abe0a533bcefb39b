package io.roadstead.api.lb;

import java.util.List;
import java.util.Map;

import io.roadstead.api.model.net.AddressFamily;

/**
 * A dispatch mode's part in the kernel: programs that the datapath's entry programs tail-call. They see the maps that {@code roadstead/abi.h} declares and
 * nothing else; the datapath refuses an object whose maps differ from its own.
 *
 * <p>The object is an ELF64 file for the eBPF machine. Its program sections say what they are for: {@code xdp/dispatch} and {@code tc/dispatch} send a
 * packet on to its backend; {@code xdp/terminate} and {@code tc/terminate}, both optional, unwrap what another node's dispatch sent.
 */
public interface EbpfDispatch {

    /** The version of {@code abi.h} that this core-api goes with. */
    int ABI_VERSION = 1;

    /** The version that the object was compiled against. */
    int abiVersion();

    /** The object file. Read once per load. */
    byte[] object();

    /** Values for read-only variables of the object, by name; set before the verifier sees the programs. */
    Map<String, Long> constants();

    /** What on the wire is given to the terminating programs; none when it has none. */
    List<Termination> terminations();

    /**
     * Whether its programs bring packets to a backend that is not on this node. New flows to one that they do not get there by a mode with source NAT, where one
     * is loaded. Called often; must not block.
     */
    default boolean reaches(Backend backend) {
        return true;
    }

    /** Bytes that it adds to a packet of that family at most. */
    int overheadBytes(AddressFamily family);

    /**
     * Packets to this node for a terminating program.
     *
     * @param protocol IP protocol number: 17 with a port for UDP; 4, 41, 47 …; {@link #IPV4_OPTION} or {@link #IPV6_DESTINATION_OPTION} whatever the transport
     * @param port     UDP destination port; 0 when the protocol has none
     */
    record Termination(int protocol, int port) {
        /** An IPv4 header with options. */
        public static final int IPV4_OPTION = 0xfe;
        /** An IPv6 packet whose first extension header is destination options. */
        public static final int IPV6_DESTINATION_OPTION = 60;
    }
}
