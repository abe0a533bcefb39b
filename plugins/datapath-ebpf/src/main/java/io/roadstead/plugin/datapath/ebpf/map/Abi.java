package io.roadstead.plugin.datapath.ebpf.map;

/** The numbers and names of {@code roadstead/abi.h}, spelled as there without their {@code RS_}. */
public final class Abi {
    public static final int VERSION = 1;
    public static final int MAX_DISPATCH = 64;

    public static final int SCOPE_EXTERNAL = 0;
    public static final int SCOPE_INTERNAL = 1;

    public static final int SVC_VIP = 1;
    public static final int SVC_CLUSTER_IP = 1 << 1;
    public static final int SVC_NODE_PORT = 1 << 2;
    public static final int SVC_LOAD_BALANCER = 1 << 3;
    public static final int SVC_EXTERNAL_IP = 1 << 4;
    public static final int SVC_ROUTABLE = 1 << 5;
    public static final int SVC_LOCAL_ONLY = 1 << 6;
    public static final int SVC_TWO_SCOPES = 1 << 7;
    public static final int SVC_AFFINITY = 1 << 8;
    public static final int SVC_SOURCE_RANGE = 1 << 9;
    public static final int SVC_SOURCE_DENY = 1 << 10;
    public static final int SVC_REJECT = 1 << 11;

    public static final int SELECT_FLOW_HASH = 0;
    public static final int SELECT_RANDOM = 1;

    public static final int BACKEND_UNUSED = 0;
    public static final int BACKEND_ACTIVE = 1;
    public static final int BACKEND_TERMINATING = 2;
    public static final int BACKEND_QUARANTINED = 3;
    public static final int BACKEND_MAINTENANCE = 4;
    /** Flag of a backend. */
    public static final int BACKEND_LOCAL = 1;
    public static final int BACKEND_FAR = 1 << 1;

    public static final int MEMBER_STANDBY = 1 << 8;

    public static final int FLOW_SYN = 1;
    public static final int FLOW_CLIENT_FIN = 1 << 1;
    public static final int FLOW_BACKEND_FIN = 1 << 2;
    public static final int FLOW_RST = 1 << 3;
    public static final int FLOW_TRANSLATED = 1 << 4;
    public static final int FLOW_SOURCE_NAT = 1 << 5;

    public static final int CONFIG_EVENTS = 1;
    public static final int CONFIG_SOCKETS = 1 << 1;
    public static final int CONFIG_ECHO = 1 << 2;

    public static final int CTX_IPV6 = 1;
    public static final int CTX_NEW = 1 << 1;
    public static final int CTX_SYN = 1 << 2;
    public static final int CTX_FIRST_FRAGMENT = 1 << 3;
    public static final int CTX_LATER_FRAGMENT = 1 << 4;
    public static final int CTX_ICMP_ERROR = 1 << 5;
    public static final int CTX_EXPLAIN = 1 << 6;
    public static final int CTX_FIN = 1 << 7;
    public static final int CTX_RST = 1 << 8;
    public static final int CTX_TCP_ACK = 1 << 9;

    public static final String SERVICE = "rs_service";
    public static final String LUT = "rs_lut";
    public static final String BACKEND = "rs_backend";
    public static final String BACKEND_IDS = "rs_backend_ids";
    public static final String MEMBER = "rs_member";
    public static final String SOURCE_RANGE = "rs_source_range";
    public static final String AFFINITY = "rs_affinity";
    public static final String FLOW = "rs_flow";
    public static final String NAT = "rs_nat";
    public static final String FRAGMENT = "rs_fragment";
    public static final String SOCKET = "rs_socket";
    public static final String COUNTERS = "rs_counters";
    public static final String SERVICE_COUNTERS = "rs_svc_counters";
    public static final String CONFIG = "rs_config";
    public static final String SCRATCH = "rs_scratch";
    public static final String EXPLAIN = "rs_explain";
    public static final String TERMINATE = "rs_terminate";
    public static final String EVENTS = "rs_events";
    public static final String DISPATCH_XDP = "rs_disp_xdp";
    public static final String DISPATCH_TC = "rs_disp_tc";
    public static final String TERMINATE_XDP = "rs_term_xdp";
    public static final String TERMINATE_TC = "rs_term_tc";

    private Abi() {
    }
}
