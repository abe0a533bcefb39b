/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * East-west: what pods and the node itself connect or send to is turned from a frontend into a backend before a packet exists, so that packets need no
 * translation and replies no state. Every program is attached to a cgroup by itself and may be left out.
 *
 * A socket that finds no backend is refused with EPERM, whether the service wants its clients rejected or their packets dropped: kernels before 5.18 let a
 * program choose no other error, and sending the packet on would take it off the node to an address that nobody has there.
 *
 * Source ranges are for clients outside of the cluster and do not count here.
 */
#include <stdbool.h>

#include <linux/in.h>

#include <bpf/bpf_endian.h>
#include <roadstead/abi.h>

RS_MAP_SERVICE;
RS_MAP_LUT;
RS_MAP_BACKEND;
RS_MAP_MEMBER;
RS_MAP_AFFINITY;
RS_MAP_SOCKET;
RS_MAP_COUNTERS;
RS_MAP_SERVICE_COUNTERS;
RS_MAP_CONFIG;
RS_MAP_EVENTS;

/* The agent's own, by which it finds its ids again after a restart: no program asks it, but maps come to be by being declared. */
RS_MAP_BACKEND_IDS;

/* Cookie of the network namespace whose loopback and ports are the node's. 0: the machine's first one. */
const volatile __u64 rs_host_netns = 0;

/* What connect, sendmsg and bind programs return. The others must return SOCK_GO. */
#define SOCK_REFUSE 0
#define SOCK_GO 1

enum verdict { UNTOUCHED, TRANSLATED, NO_BACKEND };

/* How a socket uses its peer's address. */
enum use { USE_CONNECT, USE_DATAGRAM };

struct peer {
	struct rs_addr addr;
	__be16 port;
};

/* ---- addresses ---------------------------------------------------------------------------------------------------------------------------------- */

static __always_inline void set_mapped(struct rs_addr *addr, __be32 ip4)
{
	addr->word[0] = 0;
	addr->word[1] = 0;
	addr->word[2] = bpf_htonl(0xffff);
	addr->word[3] = ip4;
}

static __always_inline bool is_mapped(const struct rs_addr *addr)
{
	return addr->word[0] == 0 && addr->word[1] == 0 && addr->word[2] == bpf_htonl(0xffff);
}

static __always_inline bool is_zero(const struct rs_addr *addr)
{
	return (addr->word[0] | addr->word[1] | addr->word[2] | addr->word[3]) == 0;
}

static __always_inline bool is_any(const struct rs_addr *addr)
{
	return is_zero(addr) || (is_mapped(addr) && addr->word[3] == 0);
}

static __always_inline bool is_loopback(const struct rs_addr *addr)
{
	if (is_mapped(addr))
		return (addr->word[3] & bpf_htonl(0xff000000)) == bpf_htonl(0x7f000000);
	return addr->word[0] == 0 && addr->word[1] == 0 && addr->word[2] == 0 && addr->word[3] == bpf_htonl(1);
}

static __always_inline bool is_same(const struct rs_addr *one, const struct rs_addr *other)
{
	return ((one->word[0] ^ other->word[0]) | (one->word[1] ^ other->word[1]) | (one->word[2] ^ other->word[2]) | (one->word[3] ^ other->word[3])) == 0;
}

static __always_inline struct peer peer4(const struct bpf_sock_addr *ctx)
{
	struct peer peer = { .port = (__be16)ctx->user_port };

	set_mapped(&peer.addr, ctx->user_ip4);
	return peer;
}

/* IPv4 on a dual-stack socket comes mapped already. */
static __always_inline struct peer peer6(const struct bpf_sock_addr *ctx)
{
	struct peer peer = { .port = (__be16)ctx->user_port };

	peer.addr.word[0] = ctx->user_ip6[0];
	peer.addr.word[1] = ctx->user_ip6[1];
	peer.addr.word[2] = ctx->user_ip6[2];
	peer.addr.word[3] = ctx->user_ip6[3];
	return peer;
}

static __always_inline void set_peer4(struct bpf_sock_addr *ctx, const struct peer *peer)
{
	ctx->user_ip4 = peer->addr.word[3];
	ctx->user_port = peer->port;
}

static __always_inline void set_peer6(struct bpf_sock_addr *ctx, const struct peer *peer)
{
	ctx->user_ip6[0] = peer->addr.word[0];
	ctx->user_ip6[1] = peer->addr.word[1];
	ctx->user_ip6[2] = peer->addr.word[2];
	ctx->user_ip6[3] = peer->addr.word[3];
	ctx->user_port = peer->port;
}

/* ---- counted and told --------------------------------------------------------------------------------------------------------------------------- */

static __always_inline const struct rs_config *config(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&rs_config, &zero);
}

/*
 * A process may be interrupted here by packets of its CPU that count in the same place, hence the atomic additions; packet programs are never
 * interrupted by us.
 */
static __always_inline void count(__u32 reason, __u32 service, bool new_flow)
{
	struct rs_counter *all = bpf_map_lookup_elem(&rs_counters, &reason);
	__u32 index = service & 0xffff;
	struct rs_service_counter *its = bpf_map_lookup_elem(&rs_svc_counters, &index);

	if (all)
		__sync_fetch_and_add(&all->packets, 1);
	if (!its)
		return;
	if (reason >= RS_DROP_FIRST) {
		__sync_fetch_and_add(&its->drops, 1);
		return;
	}
	__sync_fetch_and_add(&its->packets, 1);
	if (new_flow)
		__sync_fetch_and_add(&its->flows, 1);
}

/* The source is not told: a socket has none before it is connected. */
static __always_inline void tell(const struct rs_config *settings, __u8 kind, __u8 reason, const struct peer *frontend, __u8 proto, __u32 service,
				 __u32 backend_id, const struct rs_backend_entry *backend)
{
	struct rs_event event = {};

	if (!(settings->flags & RS_CONFIG_EVENTS))
		return;
	event.time_ns = bpf_ktime_get_ns();
	event.tuple.dst = frontend->addr;
	event.tuple.dport = frontend->port;
	event.tuple.proto = proto;
	if (backend) {
		event.backend = backend->addr;
		event.backend_port = backend->port;
	}
	event.kind = kind;
	event.reason = reason;
	event.service = service;
	event.backend_id = backend_id;
	event.hook = RS_HOOK_SOCKET;
	/* The agent polls; a wake-up per event costs its writers more than the event. */
	if (bpf_ringbuf_output(&rs_events, &event, sizeof(event), BPF_RB_NO_WAKEUP)) {
		__u32 place = RS_EVENT_LOST;
		struct rs_counter *lost = bpf_map_lookup_elem(&rs_counters, &place);

		if (lost)
			__sync_fetch_and_add(&lost->packets, 1);
	}
}

/* ---- choice ------------------------------------------------------------------------------------------------------------------------------------- */

static __always_inline bool in_host_netns(__u64 netns)
{
	return netns == (rs_host_netns ? rs_host_netns : bpf_get_netns_cookie(NULL));
}

static __always_inline struct rs_service_entry *service_of(const struct peer *peer, __u8 proto)
{
	struct rs_service_key key = { .addr = peer->addr, .port = peer->port, .proto = proto, .scope = RS_SCOPE_EXTERNAL };
	struct rs_service_entry *external = bpf_map_lookup_elem(&rs_service, &key);
	struct rs_service_entry *internal;

	if (!external || !(external->flags & RS_SVC_TWO_SCOPES))
		return external;
	key.scope = RS_SCOPE_INTERNAL;
	internal = bpf_map_lookup_elem(&rs_service, &key);
	return internal ? internal : external;
}

/* The node's own processes reach NodePorts on loopback too. */
static __always_inline struct rs_service_entry *node_port_on_loopback(const struct rs_config *settings, const struct peer *peer, __u8 proto, __u64 netns)
{
	struct peer node = { .port = peer->port };
	struct rs_service_entry *service;

	if (!is_loopback(&peer->addr) || !in_host_netns(netns))
		return NULL;
	node.addr = is_mapped(&peer->addr) ? settings->node4 : settings->node6;
	service = service_of(&node, proto);
	return service && (service->flags & RS_SVC_NODE_PORT) ? service : NULL;
}

/* The last steps of MurmurHash3: cookies are numbered one by one, slots must not be. */
static __always_inline __u32 spread(__u64 identity, __u32 service, __u32 seed)
{
	identity ^= (__u64)service << 32 | seed;
	identity ^= identity >> 33;
	identity *= 0xff51afd7ed558ccdULL;
	identity ^= identity >> 33;
	identity *= 0xc4ceb9fe1a85ec53ULL;
	return identity >> 32;
}

/*
 * A socket has neither source address nor port when it connects, so that the flow's hash, by which all nodes choose alike, cannot be had; nor is it needed:
 * no other node sees this connection on its way to the frontend. What identifies the flow instead is
 *  - with affinity, the client's network namespace, so that a forgotten client comes back to where it was;
 *  - else the socket: connecting again after a failure is a new socket and may find another backend, while all datagrams that one socket sends to one
 *    frontend reach the same backend without anything being remembered, as protocols with state on UDP need it.
 * A random table is random per connection, but not per datagram.
 */
static __always_inline __u32 select_backend(const struct rs_config *settings, const struct rs_service_entry *service, enum use use, __u64 socket, __u64 netns)
{
	struct rs_lut_pair *pair;
	__u32 hash, slot, element;

	if (service->lut_slots == 0)
		return 0;
	if (service->flags & RS_SVC_AFFINITY)
		hash = spread(netns, service->id, settings->hash_seed);
	else if (service->select == RS_SELECT_RANDOM && use == USE_CONNECT)
		hash = bpf_get_prandom_u32();
	else
		hash = spread(socket, service->id, settings->hash_seed);
	slot = service->lut_base + hash % service->lut_slots;
	element = slot >> 1;
	pair = bpf_map_lookup_elem(&rs_lut, &element);
	if (!pair)
		return 0;
	return slot & 1 ? pair->backend[1] : pair->backend[0];
}

static __always_inline struct rs_backend_entry *backend_of(__u32 id)
{
	struct rs_backend_entry *backend = id ? bpf_map_lookup_elem(&rs_backend, &id) : NULL;

	return backend && backend->state != RS_BACKEND_UNUSED ? backend : NULL;
}

/* The backend that clients of this network namespace had last; 0 when there is none, or it takes no new flows of this service any more. */
static __always_inline __u32 affine_backend(const struct rs_service_entry *service, const struct rs_affinity_key *client, __u32 now_s)
{
	struct rs_affinity_entry *last = bpf_map_lookup_elem(&rs_affinity, client);
	struct rs_member_key member = { .service = service->id };
	__u32 *state;

	if (!last || now_s - last->last_s > service->affinity_s)
		return 0;
	member.backend = last->backend;
	state = bpf_map_lookup_elem(&rs_member, &member);
	if (!state || *state != RS_BACKEND_ACTIVE)
		return 0;
	/* Datagrams come faster than time. */
	if (last->last_s != now_s)
		last->last_s = now_s;
	return member.backend;
}

/* Returns whether this is the first time: for datagrams, a new flow. */
static __always_inline bool remember(__u64 socket, const struct rs_backend_entry *backend, const struct peer *frontend, __u32 service)
{
	struct rs_socket_key key = { .cookie = socket, .addr = backend->addr, .port = backend->port };
	struct rs_socket_entry entry = { .addr = frontend->addr, .port = frontend->port, .service = service };
	struct rs_socket_entry *known = bpf_map_lookup_elem(&rs_socket, &key);

	if (known && known->port == frontend->port && is_same(&known->addr, &frontend->addr) && known->service == service)
		return false;
	/* A full LRU makes room. If it cannot, the socket works, but sees the backend's address. */
	bpf_map_update_elem(&rs_socket, &key, &entry, BPF_ANY);
	return true;
}

/* Replaces the peer by a backend where it is a frontend. */
static __always_inline enum verdict translate(struct bpf_sock_addr *ctx, struct peer *peer, enum use use)
{
	const struct rs_config *settings = config();
	__u32 proto = ctx->protocol;
	struct rs_service_entry *service;
	struct rs_backend_entry *backend = NULL;
	struct rs_affinity_key client = {};
	__u32 backend_id = 0, service_id, now_s = 0;
	__u64 netns, socket;
	bool affinity, new_flow;

	if (!settings || settings->abi != RS_ABI_VERSION || !(settings->flags & RS_CONFIG_SOCKETS))
		return UNTOUCHED;
	if ((proto != IPPROTO_TCP && proto != IPPROTO_UDP) || peer->port == 0)
		return UNTOUCHED;
	netns = bpf_get_netns_cookie(ctx);
	service = service_of(peer, proto);
	if (!service)
		service = node_port_on_loopback(settings, peer, proto, netns);
	if (!service)
		return UNTOUCHED;
	service_id = service->id;
	socket = bpf_get_socket_cookie(ctx);

	affinity = service->flags & RS_SVC_AFFINITY;
	if (affinity) {
		client.client.word[0] = (__u32)netns;
		client.client.word[1] = netns >> 32;
		client.client.word[2] = ~0U;
		client.client.word[3] = ~0U;
		client.service = service_id;
		now_s = bpf_ktime_get_coarse_ns() / 1000000000;
		backend_id = affine_backend(service, &client, now_s);
		backend = backend_of(backend_id);
	}
	if (!backend) {
		backend_id = select_backend(settings, service, use, socket, netns);
		backend = backend_of(backend_id);
		if (affinity && backend) {
			struct rs_affinity_entry chosen = { .backend = backend_id, .last_s = now_s };

			bpf_map_update_elem(&rs_affinity, &client, &chosen, BPF_ANY);
		}
	}
	/* An IPv4 socket cannot be sent elsewhere; the agent never mixes families, but a map is only memory. */
	if (!backend || is_mapped(&backend->addr) != is_mapped(&peer->addr)) {
		count(RS_DROP_NO_BACKEND, service_id, false);
		tell(settings, RS_EVENT_DROP, RS_DROP_NO_BACKEND, peer, proto, service_id, 0, NULL);
		return NO_BACKEND;
	}

	new_flow = remember(socket, backend, peer, service_id) || use == USE_CONNECT;
	count(RS_OK_SOCKET, service_id, new_flow);
	if (new_flow)
		tell(settings, RS_EVENT_NEW, RS_OK_SOCKET, peer, proto, service_id, backend_id, backend);
	peer->addr = backend->addr;
	peer->port = backend->port;
	return TRANSLATED;
}

/* Replaces a backend by the frontend that this socket reached it through. Also where translation is off: sockets from before live on. */
static __always_inline bool restore(struct bpf_sock_addr *ctx, struct peer *peer)
{
	struct rs_socket_key key = { .addr = peer->addr, .port = peer->port };
	struct rs_socket_entry *entry;

	if (ctx->protocol != IPPROTO_TCP && ctx->protocol != IPPROTO_UDP)
		return false;
	key.cookie = bpf_get_socket_cookie(ctx);
	entry = bpf_map_lookup_elem(&rs_socket, &key);
	if (!entry)
		return false;
	peer->addr = entry->addr;
	peer->port = entry->port;
	return true;
}

static __always_inline int to_backend4(struct bpf_sock_addr *ctx, enum use use)
{
	struct peer peer = peer4(ctx);
	enum verdict verdict = translate(ctx, &peer, use);

	if (verdict == TRANSLATED)
		set_peer4(ctx, &peer);
	return verdict == NO_BACKEND ? SOCK_REFUSE : SOCK_GO;
}

static __always_inline int to_backend6(struct bpf_sock_addr *ctx, enum use use)
{
	struct peer peer = peer6(ctx);
	enum verdict verdict = translate(ctx, &peer, use);

	if (verdict == TRANSLATED)
		set_peer6(ctx, &peer);
	return verdict == NO_BACKEND ? SOCK_REFUSE : SOCK_GO;
}

static __always_inline int to_frontend4(struct bpf_sock_addr *ctx)
{
	struct peer peer = peer4(ctx);

	if (restore(ctx, &peer))
		set_peer4(ctx, &peer);
	return SOCK_GO;
}

static __always_inline int to_frontend6(struct bpf_sock_addr *ctx)
{
	struct peer peer = peer6(ctx);

	if (restore(ctx, &peer))
		set_peer6(ctx, &peer);
	return SOCK_GO;
}

/* ---- programs ----------------------------------------------------------------------------------------------------------------------------------- */

SEC("cgroup/connect4")
int sock_connect4(struct bpf_sock_addr *ctx)
{
	return to_backend4(ctx, USE_CONNECT);
}

SEC("cgroup/connect6")
int sock_connect6(struct bpf_sock_addr *ctx)
{
	return to_backend6(ctx, USE_CONNECT);
}

/* Datagrams to IPv4 addresses come here from dual-stack sockets as well. */
SEC("cgroup/sendmsg4")
int sock_sendmsg4(struct bpf_sock_addr *ctx)
{
	return to_backend4(ctx, USE_DATAGRAM);
}

SEC("cgroup/sendmsg6")
int sock_sendmsg6(struct bpf_sock_addr *ctx)
{
	return to_backend6(ctx, USE_DATAGRAM);
}

SEC("cgroup/recvmsg4")
int sock_recvmsg4(struct bpf_sock_addr *ctx)
{
	return to_frontend4(ctx);
}

SEC("cgroup/recvmsg6")
int sock_recvmsg6(struct bpf_sock_addr *ctx)
{
	return to_frontend6(ctx);
}

SEC("cgroup/getpeername4")
int sock_peername4(struct bpf_sock_addr *ctx)
{
	return to_frontend4(ctx);
}

SEC("cgroup/getpeername6")
int sock_peername6(struct bpf_sock_addr *ctx)
{
	return to_frontend6(ctx);
}

/* ---- NodePorts are taken ------------------------------------------------------------------------------------------------------------------------ */

static __always_inline bool is_node_port(const struct rs_addr *addr, __be16 port, __u8 proto)
{
	struct peer peer = { .addr = *addr, .port = port };
	struct rs_service_entry *service = service_of(&peer, proto);

	return service && (service->flags & RS_SVC_NODE_PORT);
}

/*
 * A server of the node on a NodePort would never get a packet from outside, since packets are translated before they reach it: better it hears so at once
 * (EPERM). Pods have addresses of their own and may bind what they like.
 */
static __always_inline int bind(struct bpf_sock *ctx, const struct rs_addr *addr)
{
	const struct rs_config *settings = config();
	__be16 port = bpf_htons((__u16)ctx->src_port);
	__u32 proto = ctx->protocol;
	bool taken;

	if (!settings || settings->abi != RS_ABI_VERSION || !(settings->flags & RS_CONFIG_SOCKETS))
		return SOCK_GO;
	if ((proto != IPPROTO_TCP && proto != IPPROTO_UDP) || port == 0 || !in_host_netns(bpf_get_netns_cookie(ctx)))
		return SOCK_GO;
	/* A socket bound to all IPv6 addresses is most often bound to all IPv4 addresses too. */
	if (is_any(addr))
		taken = (!is_zero(&settings->node4) && is_node_port(&settings->node4, port, proto)) ||
			(is_zero(addr) && !is_zero(&settings->node6) && is_node_port(&settings->node6, port, proto));
	else
		taken = is_node_port(addr, port, proto);
	return taken ? SOCK_REFUSE : SOCK_GO;
}

SEC("cgroup/post_bind4")
int sock_bind4(struct bpf_sock *ctx)
{
	struct rs_addr addr;

	set_mapped(&addr, ctx->src_ip4);
	return bind(ctx, &addr);
}

SEC("cgroup/post_bind6")
int sock_bind6(struct bpf_sock *ctx)
{
	struct rs_addr addr;

	addr.word[0] = ctx->src_ip6[0];
	addr.word[1] = ctx->src_ip6[1];
	addr.word[2] = ctx->src_ip6[2];
	addr.word[3] = ctx->src_ip6[3];
	return bind(ctx, &addr);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
