package io.roadstead.api.lb;

import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;

/**
 * The hash that picks a flow's slot: Bob Jenkins's lookup3 as Linux's {@code jhash} has it, over source address, both ports and protocol. The
 * destination address is left out, so that all addresses of a Service agree. Every datapath computes this very function.
 */
public final class FlowHash {

    private static final int JHASH_INITVAL = 0xdeadbeef;

    private FlowHash() {
    }

    /**
     * The hash as an unsigned 32-bit number. Addresses are taken as words in network order, ports as written on the wire, all read in the byte order of a
     * little-endian machine, which is what an eBPF program sees.
     *
     * @param sourcePort 0 for a frontend with affinity, which leaves only the client's address
     * @param protocol   IP protocol number
     * @param seed       {@code roadstead.load-balancer.hash-seed}; equal on all nodes
     */
    public static int of(IpAddress source, int sourcePort, int destinationPort, int protocol, int seed) {
        int ports = swap(destinationPort) << 16 | swap(sourcePort);
        if (source.family() == AddressFamily.IPV4) {
            int base = JHASH_INITVAL + (3 << 2) + seed;
            return fin(base + Integer.reverseBytes(source.toInt()), base + ports, base + protocol);
        }
        // Six words: the address's four, the ports, the protocol.
        int base = JHASH_INITVAL + (6 << 2) + seed;
        int a = base + word(source.high() >>> 32);
        int b = base + word(source.high());
        int c = base + word(source.low() >>> 32);
        a -= c;
        a ^= Integer.rotateLeft(c, 4);
        c += b;
        b -= a;
        b ^= Integer.rotateLeft(a, 6);
        a += c;
        c -= b;
        c ^= Integer.rotateLeft(b, 8);
        b += a;
        a -= c;
        a ^= Integer.rotateLeft(c, 16);
        c += b;
        b -= a;
        b ^= Integer.rotateLeft(a, 19);
        a += c;
        c -= b;
        c ^= Integer.rotateLeft(b, 4);
        b += a;
        return fin(a + word(source.low()), b + ports, c + protocol);
    }

    /** The slot of a flow: the hash, unsigned, modulo the number of slots. */
    public static int slot(int hash, int slots) {
        return Integer.remainderUnsigned(hash, slots);
    }

    private static int fin(int x, int y, int z) {
        int a = x;
        int b = y;
        int c = z;
        c ^= b;
        c -= Integer.rotateLeft(b, 14);
        a ^= c;
        a -= Integer.rotateLeft(c, 11);
        b ^= a;
        b -= Integer.rotateLeft(a, 25);
        c ^= b;
        c -= Integer.rotateLeft(b, 16);
        a ^= c;
        a -= Integer.rotateLeft(c, 4);
        b ^= a;
        b -= Integer.rotateLeft(a, 14);
        c ^= b;
        c -= Integer.rotateLeft(b, 24);
        return c;
    }

    private static int word(long bits) {
        return Integer.reverseBytes((int) bits);
    }

    private static int swap(int port) {
        return (port & 0xff) << 8 | port >>> 8 & 0xff;
    }
}
