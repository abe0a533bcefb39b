package io.roadstead.plugin.datapath.ebpf.packet;

/** What the fixtures are about: a frontend of each kind, in both families, by one dispatch mode. */
final class Site {

    static final String VIP4 = "203.0.113.1";
    static final String VIP6 = "2001:db8:53::1";
    static final String CLIENT4 = "192.0.2.99";
    static final String CLIENT6 = "2001:db8::99";
    static final String BACKEND4 = "10.1.0.1";
    static final String BACKEND6 = "fd00::1";
    static final String LOCAL4 = "10.2.0.1";
    static final String LOCAL6 = "fd00:2::1";

    static final int OPEN = 80;
    static final int LOCAL = 81;
    static final int REJECTING = 82;
    static final int SILENT = 83;
    static final int RANGED = 84;
    static final int INSIDE = 85;
    static final int NO_NEIGHBOUR = 86;
    static final int NO_ROUTE = 87;
    static final int NO_MODE = 88;
    static final int GONE = 89;
    static final int DENYING = 90;
    static final int CLIENT_ITSELF = 91;
    static final int NARROW = 92;
    static final int AFFINE = 93;
    static final int RANDOM = 94;
    static final int FAR = 95;

    static final int ACTIVE = 1;
    static final int TERMINATING = 2;

    private static final int MODE_THAT_IS_NOT_LOADED = 60;

    private Site() {
    }

    static String vip(boolean v6) {
        return v6 ? VIP6 : VIP4;
    }

    static String client(boolean v6) {
        return v6 ? CLIENT6 : CLIENT4;
    }

    static String backend(boolean v6) {
        return v6 ? BACKEND6 : BACKEND4;
    }

    static String local(boolean v6) {
        return v6 ? LOCAL6 : LOCAL4;
    }

    static String node(boolean v6) {
        return v6 ? Rig.NODE6 : Rig.NODE4;
    }

    /** Ids of services and backends: those of IPv4 TCP from 0, IPv4 UDP from 1000, IPv6 TCP from 2000, IPv6 UDP from 3000, plus the frontend's port. */
    static int id(boolean v6, int protocol, int port) {
        return (v6 ? 2000 : 0) + (protocol == Rig.UDP ? 1000 : 0) + port;
    }

    static void build(Rig rig, int mode) {
        rig.clear();
        for (boolean v6 : new boolean[] {false, true}) {
            rig.vip(vip(v6));
            for (int protocol : new int[] {Rig.TCP, Rig.UDP}) {
                frontend(rig, v6, protocol, OPEN, Rig.ROUTABLE, mode, backend(v6), 0);
                frontend(rig, v6, protocol, LOCAL, Rig.ROUTABLE, mode, local(v6), Rig.LOCAL);
                frontend(rig, v6, protocol, RANGED, Rig.ROUTABLE | Rig.SOURCE_RANGE, mode, backend(v6), 0);
                frontend(rig, v6, protocol, DENYING, Rig.ROUTABLE | Rig.SOURCE_RANGE | Rig.SOURCE_DENY, mode, backend(v6), 0);
                frontend(rig, v6, protocol, INSIDE, 0, mode, backend(v6), 0);
                frontend(rig, v6, protocol, NO_NEIGHBOUR, Rig.ROUTABLE, mode, v6 ? "fd00:66::1" : "10.66.0.1", 0);
                frontend(rig, v6, protocol, NO_ROUTE, Rig.ROUTABLE, mode, v6 ? "fd00:77::1" : "10.77.0.1", 0);
                frontend(rig, v6, protocol, NO_MODE, Rig.ROUTABLE, MODE_THAT_IS_NOT_LOADED, backend(v6), 0);
                frontend(rig, v6, protocol, FAR, Rig.ROUTABLE, MODE_THAT_IS_NOT_LOADED, backend(v6), Rig.FAR);
                frontend(rig, v6, protocol, CLIENT_ITSELF, Rig.ROUTABLE, mode, client(v6), 0);
                rig.service(id(v6, protocol, REJECTING), vip(v6), REJECTING, protocol, Rig.ROUTABLE | Rig.REJECT, mode, 0);
                rig.service(id(v6, protocol, SILENT), vip(v6), SILENT, protocol, Rig.ROUTABLE, mode, 0);
                rig.service(id(v6, protocol, GONE), vip(v6), GONE, protocol, Rig.ROUTABLE, mode, 0, id(v6, protocol, GONE));
                rig.range(id(v6, protocol, RANGED), v6 ? "2001:db8:aaaa::" : "198.18.0.0", v6 ? 48 : 15);
                rig.range(id(v6, protocol, DENYING), v6 ? "2001:db8::" : "192.0.2.0", v6 ? 64 : 24);
                two(rig, v6, protocol, AFFINE, Rig.ROUTABLE | Rig.AFFINITY, mode, 0);
                two(rig, v6, protocol, RANDOM, Rig.ROUTABLE, mode, 1);
            }
        }
        frontend(rig, false, Rig.TCP, NARROW, Rig.ROUTABLE, mode, "10.55.0.1", 0);
        frontend(rig, false, Rig.UDP, NARROW, Rig.ROUTABLE, mode, "10.55.0.1", 0);
    }

    private static void frontend(Rig rig, boolean v6, int protocol, int port, int flags, int mode, String backend, int backendFlags) {
        int id = id(v6, protocol, port);
        rig.backend(id, backend, 8000 + port, protocol, ACTIVE, backendFlags);
        rig.service(id, vip(v6), port, protocol, flags, mode, 0, id);
    }

    /** Backends of ids + 100 and + 200, which differ in their ports. */
    private static void two(Rig rig, boolean v6, int protocol, int port, int flags, int mode, int select) {
        int id = id(v6, protocol, port);
        rig.backend(id + 100, backend(v6), 8100, protocol, ACTIVE, 0);
        rig.backend(id + 200, backend(v6), 8200, protocol, ACTIVE, 0);
        rig.service(id, vip(v6), port, protocol, flags, mode, select, id + 100, id + 200);
    }
}
