/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What Roadstead's programs, the dispatch programs of plugins, and the agent agree on: maps, their layouts, and the struct that travels with a packet
 * through tail calls. A change of any layout here is a new RS_ABI_VERSION.
 *
 * Addresses are always 128 bits in network order; IPv4 ones are mapped (::ffff:a.b.c.d), so that one set of maps and programs serves both families.
 * Ports are in network order. Times are seconds of the monotonic clock (bpf_ktime_get_coarse_ns / 10^9).
 */
#ifndef ROADSTEAD_ABI_H
#define ROADSTEAD_ABI_H

#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_helpers.h>

#define RS_ABI_VERSION 1

#define RS_MAX_DISPATCH 64
#define RS_PIN_DIR "maps"

struct rs_addr {
	union {
		__be32 word[4];
		__u8 byte[16];
	};
};

/* Scopes as Cilium numbers them. */
enum rs_scope { RS_SCOPE_EXTERNAL = 0, RS_SCOPE_INTERNAL = 1 };

/* ---- services --------------------------------------------------------------------------------------------------------------------------------- */

/* Key of rs_service. Port 0 with protocol 0 stands for the address itself: it is a VIP of ours, unknown ports are dropped, echo is answered. */
struct rs_service_key {
	struct rs_addr addr;
	__be16 port;
	__u8 proto;
	__u8 scope;
};

#define RS_SVC_VIP (1u << 0)		 /* the address's own entry */
#define RS_SVC_CLUSTER_IP (1u << 1)
#define RS_SVC_NODE_PORT (1u << 2)
#define RS_SVC_LOAD_BALANCER (1u << 3)
#define RS_SVC_EXTERNAL_IP (1u << 4)
#define RS_SVC_ROUTABLE (1u << 5)	 /* packets from outside of the node may use it; without it only sockets and local pods */
#define RS_SVC_LOCAL_ONLY (1u << 6)	 /* traffic policy Local in this scope */
#define RS_SVC_TWO_SCOPES (1u << 7)	 /* there is an entry of internal scope beside this one */
#define RS_SVC_AFFINITY (1u << 8)
#define RS_SVC_SOURCE_RANGE (1u << 9)
#define RS_SVC_SOURCE_DENY (1u << 10)	 /* the ranges are kept out instead of let in */
#define RS_SVC_REJECT (1u << 11)	 /* no backend: answer port unreachable; without it drop */

enum rs_select { RS_SELECT_FLOW_HASH = 0, RS_SELECT_RANDOM = 1 };

/* Value of rs_service. Written in one update: an entry is always whole. */
struct rs_service_entry {
	__u32 id;	  /* of the frontend; stable while it exists, also over restarts of the agent; from 1 */
	__u32 flags;	  /* RS_SVC_* */
	__u32 lut_base;	  /* index of slot 0 in rs_lut, counted in slots (half elements); even */
	__u32 lut_slots;  /* number of slots; 0 when no backend is selectable */
	__u32 affinity_s; /* timeout */
	__u8 select;	  /* enum rs_select */
	__u8 dispatch;	  /* index into the dispatch program arrays; 1.. */
	__u8 type;	  /* enum of the agent's, for views */
	__u8 pad;
	__u32 pad2[2];
};

/* Element of rs_lut: two slots. Backend ids; 0 is none. */
struct rs_lut_pair {
	__u32 backend[2];
};

#define RS_BACKEND_UNUSED 0
#define RS_BACKEND_ACTIVE 1
#define RS_BACKEND_TERMINATING 2  /* keeps its flows, a new SYN chooses anew */
#define RS_BACKEND_QUARANTINED 3  /* idem */
#define RS_BACKEND_MAINTENANCE 4  /* idem */

#define RS_BACKEND_LOCAL (1u << 0) /* on this node */
#define RS_BACKEND_FAR (1u << 1)   /* a dispatch mode cannot bring packets there: new flows take the one with source NAT, if there is one */

/* Element of rs_backend, by backend id from 1. One per (address, port, protocol), whatever services use it. */
struct rs_backend_entry {
	struct rs_addr addr;
	struct rs_addr node; /* address of its node, of the backend's family; zero when unknown */
	__be16 port;
	__u8 proto;
	__u8 state; /* RS_BACKEND_*; the best of its services */
	__u32 flags;
	/* Cached next hop of the address that packets are sent to; ifindex 0: ask the FIB. */
	__u32 ifindex;
	__u8 dmac[6];
	__u8 smac[6];
	__u32 services; /* how many use it */
	__u32 pad;
};

/* Value in rs_member, beside RS_BACKEND_ACTIVE: it stands back for others. Keeps its flows, but no client by affinity. */
#define RS_MEMBER_STANDBY (1u << 8)

/* Key of rs_member: which backends a service has. Value: RS_BACKEND_* state there. */
struct rs_member_key {
	__u32 service;
	__u32 backend;
};

/* Key of rs_backend_ids: value is the id. */
struct rs_backend_key {
	struct rs_addr addr;
	__be16 port;
	__u8 proto;
	__u8 pad;
};

/* Key of rs_source_range (LPM); value is unused. */
struct rs_range_key {
	__u32 prefix_len; /* 32 + bits of the mapped address */
	__u32 service;
	struct rs_addr addr;
};

/* Key and value of rs_affinity (LRU). */
struct rs_affinity_key {
	struct rs_addr client; /* or, for sockets, the cookie of their network namespace in the first two words, the others all ones */
	__u32 service;
};

struct rs_affinity_entry {
	__u32 backend;
	__u32 last_s;
};

/* ---- flows ------------------------------------------------------------------------------------------------------------------------------------ */

struct rs_tuple {
	struct rs_addr src;
	struct rs_addr dst;
	__be16 sport;
	__be16 dport;
	__u8 proto;
	__u8 pad[3];
};

#define RS_FLOW_SYN (1u << 0)	      /* TCP: nothing but a SYN seen from the client */
#define RS_FLOW_CLIENT_FIN (1u << 1)
#define RS_FLOW_BACKEND_FIN (1u << 2)
#define RS_FLOW_RST (1u << 3)
#define RS_FLOW_TRANSLATED (1u << 4)  /* has an entry in rs_nat on this node */
#define RS_FLOW_SOURCE_NAT (1u << 5)  /* the packets carry this node's address */

/* Value of rs_flow (LRU); key is the rs_tuple from client to frontend. */
struct rs_flow_entry {
	__u32 service;
	__u32 backend;
	__u32 flags; /* RS_FLOW_* */
	__u32 created_s;
	__u32 last_s;
	__be16 nat_port; /* with RS_FLOW_SOURCE_NAT */
	__u8 dispatch;
	__u8 told; /* packets dispatched before this one, to 255: how often the backend's node was told what it has to know */
	__u64 packets;
	__u64 bytes;
	struct rs_addr nat_addr;
};

/* Value of rs_nat (LRU); key is the rs_tuple of a reply as this node first sees it. New source and destination of the reply. */
struct rs_nat_entry {
	struct rs_addr src; /* the frontend */
	struct rs_addr dst; /* the client */
	__be16 sport;
	__be16 dport;
	__u32 service; /* 0 on a backend's node, which need not know the service */
	__u32 flags;   /* RS_FLOW_* */
	__u32 created_s;
	__u32 last_s;
	__u32 pad;
};

/* Key and value of rs_fragment (LRU): ports of a datagram whose first fragment was seen. */
struct rs_fragment_key {
	struct rs_addr src;
	struct rs_addr dst;
	__be32 id;
	__u32 proto;
};

struct rs_fragment_entry {
	__be16 sport;
	__be16 dport;
};

/* Key and value of rs_socket (LRU): what a socket connected to, for getpeername and recvmsg. */
struct rs_socket_key {
	__u64 cookie;
	struct rs_addr addr; /* the backend */
	__be16 port;
	__u16 pad[3];
};

struct rs_socket_entry {
	struct rs_addr addr; /* the frontend */
	__be16 port;
	__u16 pad;
	__u32 service;
};

/* ---- what is counted and told ------------------------------------------------------------------------------------------------------------------- */

/* Element of rs_icmp_limit: what this CPU may still answer. */
struct rs_icmp_limit {
	__u64 last_ns;
	__u64 tokens;
};

/* Index of rs_counters. Names of drops are in docs/datapath.md and in the agent; keep the three alike. Numbers are never used again. */
enum rs_reason {
	RS_OK_TO_STACK = 0,		/* not ours */
	RS_OK_DISPATCHED = 1,
	RS_OK_LOCAL = 2,		/* to a backend on this node */
	RS_OK_REPLY = 3,
	RS_OK_TERMINATED = 4,		/* unwrapped */
	RS_OK_ECHO = 5,
	RS_OK_REJECTED = 6,		/* port unreachable sent */
	RS_OK_TOO_BIG = 7,		/* fragmentation needed or packet too big sent */
	RS_OK_ICMP = 8,			/* ICMP error about a service's flow passed on */
	RS_OK_SOCKET = 9,		/* socket translated */
	RS_EVENT_LOST = 63,		/* no packet's end: how many events found no room */
	RS_DROP_FIRST = 64,
	RS_DROP_NO_BACKEND = 64,
	RS_DROP_UNKNOWN_PORT = 65,	/* VIP without a service on that port */
	RS_DROP_SOURCE_RANGE = 66,
	RS_DROP_NO_DISPATCH = 67,	/* the dispatch mode is not loaded */
	RS_DROP_NO_NAT_PORT = 68,
	RS_DROP_NO_ROUTE = 69,
	RS_DROP_FRAGMENT = 70,		/* later fragment before the first */
	RS_DROP_MALFORMED = 71,
	RS_DROP_TOO_BIG = 72,		/* and nobody could be told */
	RS_DROP_NOT_ROUTABLE = 73,	/* from outside to a frontend that is for inside */
	RS_DROP_MAP_FULL = 74,
	RS_DROP_NO_NODE = 75,		/* address of the backend's node is unknown */
	RS_DROP_DSR_COLLISION = 76,	/* two frontends' flows with equal tuples at the backend */
	RS_DROP_UNSUPPORTED = 77,	/* protocol or header that the mode cannot carry */
	RS_DROP_LOOP = 78,		/* TTL or hop limit ended */
	RS_DROP_BACKEND_GONE = 79,
	RS_DROP_RATE_LIMITED = 80,	/* ICMP answers */
	RS_REASONS = 128
};

struct rs_counter {
	__u64 packets;
	__u64 bytes;
};

/* Element of rs_service_counters, by service id modulo its size. */
struct rs_service_counter {
	__u64 packets;
	__u64 bytes;
	__u64 flows;
	__u64 drops;
};

enum rs_event_kind { RS_EVENT_NEW = 1, RS_EVENT_CLOSE = 2, RS_EVENT_DROP = 3 };

/* Record of rs_events. */
struct rs_event {
	__u64 time_ns; /* monotonic */
	struct rs_tuple tuple;
	struct rs_addr backend;
	__be16 backend_port;
	__u8 kind;
	__u8 reason; /* enum rs_reason */
	__u32 service;
	__u32 backend_id;
	__u32 ifindex;
	__u8 dispatch;
	__u8 hook;
	__u16 pad[3];
};

/* ---- settings the agent may change while programs run -------------------------------------------------------------------------------------------- */

#define RS_CONFIG_EVENTS (1u << 0)	/* write events */
#define RS_CONFIG_SOCKETS (1u << 1)	/* translate sockets */
#define RS_CONFIG_ECHO (1u << 2)	/* answer echo requests to VIPs */

struct rs_config {
	__u32 abi;
	__u32 flags;
	__u32 generation; /* raised after each change of services, backends or tables: per-CPU caches of older ones do not count */
	__u32 hash_seed;
	struct rs_addr node4; /* mapped; zero when the node has none */
	struct rs_addr node6;
	__be16 nat_min; /* network order like all ports */
	__be16 nat_max;
	__u32 explain_mark; /* packets of test runs carry it: nothing is remembered, counted or told; rs_explain is written; 0: none */
	__u32 icmp_per_s;   /* ICMP answers per CPU; 0: no limit */
	__u32 mtu;	    /* of the uplinks; 0: ask per packet */
	__u32 hairpin;	    /* dispatch index of a mode with source NAT, for backends that are their own clients; 0: none */
	__u32 pad;
};

/* ---- what travels with a packet ------------------------------------------------------------------------------------------------------------------ */

enum rs_hook { RS_HOOK_XDP = 1, RS_HOOK_TC_INGRESS = 2, RS_HOOK_TC_EGRESS = 3, RS_HOOK_SOCKET = 4 };

#define RS_CTX_IPV6 (1u << 0)
#define RS_CTX_NEW (1u << 1)	    /* first packet of a flow here: chosen now */
#define RS_CTX_SYN (1u << 2)	    /* TCP SYN without ACK */
#define RS_CTX_FIRST_FRAGMENT (1u << 3)
#define RS_CTX_LATER_FRAGMENT (1u << 4)
#define RS_CTX_ICMP_ERROR (1u << 5) /* for dispatch: the tuple is the flow's, to the frontend; for unwrapping: the error is about what this node wrapped */
#define RS_CTX_EXPLAIN (1u << 6)
#define RS_CTX_FIN (1u << 7)
#define RS_CTX_RST (1u << 8)
#define RS_CTX_TCP_ACK (1u << 9)

/* Element of rs_scratch (one per CPU): filled by the entry program, read and completed by what it tail-calls. */
struct rs_ctx {
	__u32 abi;
	__u32 flags; /* RS_CTX_* */
	__u8 hook;   /* enum rs_hook */
	__u8 l4_proto;
	__u16 l3_offset; /* of the IP header; 14 on Ethernet */
	__u16 l4_offset;
	__u16 inner_offset; /* ICMP errors: of the embedded IP header */
	__u16 l3_length;    /* of the IP packet, from its header */
	__u16 tos;
	__u32 ifindex; /* where it came in */
	__u32 service_id;
	__u32 backend_id;
	__u32 now_s;
	struct rs_tuple tuple; /* from client to frontend */
	struct rs_service_entry service;
	struct rs_backend_entry backend;
	struct rs_flow_entry flow; /* as remembered, or as it is going to be */
	/* Result, for explanations. */
	__u32 reason;
	__u32 out_ifindex;
	__u32 generation;
	__u32 pad[5];
};

/* ---- maps ------------------------------------------------------------------------------------------------------------------------------------------ */
/*
 * Each object declares the maps it uses with these macros; the loader makes them once, by name, with the agent's sizes, pins them under the pin directory and
 * gives every object the same ones. RS_MAP(type, name, key, value, entries, flags).
 */
#define RS_MAP(TYPE, NAME, KEY, VALUE, ENTRIES, FLAGS) \
	struct { \
		__uint(type, TYPE); \
		__type(key, KEY); \
		__type(value, VALUE); \
		__uint(max_entries, ENTRIES); \
		__uint(map_flags, FLAGS); \
	} NAME SEC(".maps")

#define RS_MAP_SERVICE RS_MAP(BPF_MAP_TYPE_HASH, rs_service, struct rs_service_key, struct rs_service_entry, 65536, 0)
#define RS_MAP_LUT RS_MAP(BPF_MAP_TYPE_ARRAY, rs_lut, __u32, struct rs_lut_pair, 2097152, BPF_F_MMAPABLE)
#define RS_MAP_BACKEND RS_MAP(BPF_MAP_TYPE_ARRAY, rs_backend, __u32, struct rs_backend_entry, 65536, 0)
#define RS_MAP_BACKEND_IDS RS_MAP(BPF_MAP_TYPE_HASH, rs_backend_ids, struct rs_backend_key, __u32, 65536, BPF_F_NO_PREALLOC)
#define RS_MAP_MEMBER RS_MAP(BPF_MAP_TYPE_HASH, rs_member, struct rs_member_key, __u32, 262144, BPF_F_NO_PREALLOC)
#define RS_MAP_SOURCE_RANGE RS_MAP(BPF_MAP_TYPE_LPM_TRIE, rs_source_range, struct rs_range_key, __u32, 65536, BPF_F_NO_PREALLOC)
#define RS_MAP_AFFINITY RS_MAP(BPF_MAP_TYPE_LRU_HASH, rs_affinity, struct rs_affinity_key, struct rs_affinity_entry, 65536, 0)
#define RS_MAP_FLOW RS_MAP(BPF_MAP_TYPE_LRU_HASH, rs_flow, struct rs_tuple, struct rs_flow_entry, 262144, 0)
#define RS_MAP_NAT RS_MAP(BPF_MAP_TYPE_LRU_HASH, rs_nat, struct rs_tuple, struct rs_nat_entry, 262144, 0)
#define RS_MAP_FRAGMENT RS_MAP(BPF_MAP_TYPE_LRU_HASH, rs_fragment, struct rs_fragment_key, struct rs_fragment_entry, 8192, 0)
#define RS_MAP_SOCKET RS_MAP(BPF_MAP_TYPE_LRU_HASH, rs_socket, struct rs_socket_key, struct rs_socket_entry, 65536, 0)
#define RS_MAP_COUNTERS RS_MAP(BPF_MAP_TYPE_PERCPU_ARRAY, rs_counters, __u32, struct rs_counter, RS_REASONS, 0)
#define RS_MAP_SERVICE_COUNTERS RS_MAP(BPF_MAP_TYPE_PERCPU_ARRAY, rs_svc_counters, __u32, struct rs_service_counter, 65536, 0)
#define RS_MAP_ICMP_LIMIT RS_MAP(BPF_MAP_TYPE_PERCPU_ARRAY, rs_icmp_limit, __u32, struct rs_icmp_limit, 1, 0)
#define RS_MAP_CONFIG RS_MAP(BPF_MAP_TYPE_ARRAY, rs_config, __u32, struct rs_config, 1, 0)
#define RS_MAP_SCRATCH RS_MAP(BPF_MAP_TYPE_PERCPU_ARRAY, rs_scratch, __u32, struct rs_ctx, 1, 0)
#define RS_MAP_EXPLAIN RS_MAP(BPF_MAP_TYPE_ARRAY, rs_explain, __u32, struct rs_ctx, 1, 0)
/* Key of rs_terminate: protocol << 16 | UDP port in host order. Value: index into the terminate program arrays. */
#define RS_MAP_TERMINATE RS_MAP(BPF_MAP_TYPE_HASH, rs_terminate, __u32, __u32, RS_MAX_DISPATCH, 0)
#define RS_MAP_EVENTS \
	struct { \
		__uint(type, BPF_MAP_TYPE_RINGBUF); \
		__uint(max_entries, 1048576); \
	} rs_events SEC(".maps")
/* Program arrays: by the dispatch index of a service, per hook. The last two hold the unwrapping programs. */
#define RS_MAP_PROGS(NAME) RS_MAP(BPF_MAP_TYPE_PROG_ARRAY, NAME, __u32, __u32, RS_MAX_DISPATCH, 0)
#define RS_MAP_DISPATCH_XDP RS_MAP_PROGS(rs_disp_xdp)
#define RS_MAP_DISPATCH_TC RS_MAP_PROGS(rs_disp_tc)
#define RS_MAP_TERMINATE_XDP RS_MAP_PROGS(rs_term_xdp)
#define RS_MAP_TERMINATE_TC RS_MAP_PROGS(rs_term_tc)

#endif
