/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Where a packet leaves, and how. Asked before the packet is changed: with XDP, one whose neighbour is not known yet goes to the stack as it came, and the
 * tc program, which can have the neighbour resolved, does the work.
 */
#ifndef ROADSTEAD_FIB_H
#define ROADSTEAD_FIB_H

#include <roadstead/abi.h>
#include <roadstead/counters.h>
#include <roadstead/md.h>
#include <roadstead/parse.h>

#define RS_AF_INET 2
#define RS_AF_INET6 10

enum rs_hop_kind {
	RS_HOP_KNOWN = 0,	/* both MAC addresses are there */
	RS_HOP_NEIGHBOUR = 1,	/* device and next hop are known, its MAC address is not */
	RS_HOP_TOO_BIG = 2,	/* for the device, whose MTU is given */
	RS_HOP_NONE = 3
};

struct rs_hop {
	enum rs_hop_kind kind;
	__u32 ifindex;
	__u32 mtu;
	struct bpf_fib_lookup fib; /* both MAC addresses and, by family, the next hop's address */
};

/* What the FIB said lately, as one CPU remembers it. */
struct rs_route_cached {
	struct rs_addr src;
	struct rs_addr dst;
	__u32 from_ifindex;
	__u32 ifindex;
	__u32 tick;
	__u32 mtu; /* 0 when it was not asked */
	__u8 dmac[ETH_ALEN];
	__u8 smac[ETH_ALEN];
	__u32 pad;
};

#define RS_ROUTES_CACHED 1024
/* An answer counts until the clock's next tick of 2^27 ns: a route or neighbour that changed is seen after 134 ms at most. */
#define RS_ROUTE_TICK 27

RS_MAP(BPF_MAP_TYPE_PERCPU_ARRAY, rs_routes, __u32, struct rs_route_cached, RS_ROUTES_CACHED, 0);

static __always_inline struct rs_route_cached *rs_route_cached(const struct rs_tuple *leaving)
{
	__u32 mixed = leaving->dst.word[3] ^ leaving->src.word[3] * 0x9e3779b1;
	__u32 index = (mixed ^ mixed >> 10 ^ mixed >> 22) & (RS_ROUTES_CACHED - 1);

	return bpf_map_lookup_elem(&rs_routes, &index);
}

/* Bytes that count for the MTU; 0 when the device cuts the packet. Without growth; a dispatch adds what it puts in front. */
static __always_inline __u32 rs_mtu_length(struct rs_md md, const struct rs_ctx *c, __u32 overhead)
{
	return rs_is_gso(md) ? 0 : c->l3_length + overhead;
}

/*
 * Next hop of packets to dst, by the routes of this node. The tuple is of the packet as it leaves; a rule may ask for any part of it, and a route of many
 * paths hashes it; but one answer serves all packets between two addresses until the next tick. Length 0: whatever fits.
 */
static __always_inline void rs_route(struct rs_md md, const struct rs_ctx *c, const struct rs_tuple *leaving, __u32 length, struct rs_hop *hop)
{
	__u32 tick = bpf_ktime_get_coarse_ns() >> RS_ROUTE_TICK;
	struct rs_route_cached *cached = rs_route_cached(leaving);
	long result;

	hop->mtu = 0;
	if (cached && cached->tick == tick && cached->from_ifindex == c->ifindex && length <= cached->mtu &&
	    rs_addr_equal(&cached->dst, &leaving->dst) && rs_addr_equal(&cached->src, &leaving->src)) {
		hop->kind = RS_HOP_KNOWN;
		hop->ifindex = cached->ifindex;
		__builtin_memcpy(hop->fib.dmac, cached->dmac, ETH_ALEN);
		__builtin_memcpy(hop->fib.smac, cached->smac, ETH_ALEN);
		return;
	}
	__builtin_memset(&hop->fib, 0, sizeof(hop->fib));
	hop->kind = RS_HOP_NONE;
	if (rs_addr_is_v4(&leaving->dst)) {
		hop->fib.family = RS_AF_INET;
		hop->fib.tos = c->flags & RS_CTX_IPV6 ? 0 : c->tos;
		hop->fib.ipv4_src = leaving->src.word[3];
		hop->fib.ipv4_dst = leaving->dst.word[3];
	} else {
		hop->fib.family = RS_AF_INET6;
		__builtin_memcpy(hop->fib.ipv6_src, &leaving->src, 16);
		__builtin_memcpy(hop->fib.ipv6_dst, &leaving->dst, 16);
	}
	hop->fib.l4_protocol = leaving->proto;
	hop->fib.sport = leaving->sport;
	hop->fib.dport = leaving->dport;
	hop->fib.tot_len = length;
	hop->fib.ifindex = c->ifindex;
	if (rs_is_xdp(md))
		result = bpf_fib_lookup(md.xdp, &hop->fib, sizeof(hop->fib), 0);
	else
		result = bpf_fib_lookup(md.skb, &hop->fib, sizeof(hop->fib), 0);
	hop->ifindex = hop->fib.ifindex;
	if (result == BPF_FIB_LKUP_RET_NO_NEIGH) {
		hop->kind = RS_HOP_NEIGHBOUR;
	} else if (result == BPF_FIB_LKUP_RET_FRAG_NEEDED) {
		hop->kind = RS_HOP_TOO_BIG;
		hop->mtu = hop->fib.mtu_result;
	} else if (result == BPF_FIB_LKUP_RET_SUCCESS) {
		hop->kind = RS_HOP_KNOWN;
		if (cached) {
			cached->src = leaving->src;
			cached->dst = leaving->dst;
			cached->from_ifindex = c->ifindex;
			cached->ifindex = hop->ifindex;
			cached->tick = tick;
			cached->mtu = length ? hop->fib.mtu_result : 0;
			__builtin_memcpy(cached->dmac, hop->fib.dmac, ETH_ALEN);
			__builtin_memcpy(cached->smac, hop->fib.smac, ETH_ALEN);
		}
	}
}

/* Next hop of packets to the backend: the one that the agent keeps with it, or else by the routes. */
static __always_inline void rs_route_backend(struct rs_md md, const struct rs_ctx *c, const struct rs_config *config, const struct rs_tuple *leaving,
					     __u32 length, struct rs_hop *hop)
{
	__u32 mtu;

	if (!c->backend.ifindex) {
		rs_route(md, c, leaving, length, hop);
		return;
	}
	hop->kind = RS_HOP_KNOWN;
	hop->ifindex = c->backend.ifindex;
	__builtin_memcpy(hop->fib.smac, c->backend.smac, ETH_ALEN);
	__builtin_memcpy(hop->fib.dmac, c->backend.dmac, ETH_ALEN);
	/* Every link carries 1280 bytes of IPv6, and no link of a node's less than that of IPv4. */
	if (length <= 1280)
		return;
	mtu = config->mtu;
	if (!mtu) {
		if (rs_is_xdp(md))
			bpf_check_mtu(md.xdp, hop->ifindex, &mtu, 0, 0);
		else
			bpf_check_mtu(md.skb, hop->ifindex, &mtu, 0, 0);
	}
	if (mtu && length > mtu) {
		hop->kind = RS_HOP_TOO_BIG;
		hop->mtu = mtu;
	}
}

/* Whether the packet has to go to the stack as it came, for tc to do all this again. */
static __always_inline int rs_hop_needs_stack(struct rs_md md, const struct rs_hop *hop)
{
	return rs_is_xdp(md) && hop->kind == RS_HOP_NEIGHBOUR;
}

/* Sends the packet, complete but for its Ethernet header, over a hop that is known or, at tc, whose neighbour is to be found. Gives the verdict, or -1 with the reason for a drop. */
static __always_inline int rs_send(struct rs_md md, struct rs_ctx *c, struct rs_hop *hop)
{
	c->out_ifindex = hop->ifindex;
	if (rs_is_xdp(md)) {
		struct ethhdr *eth = rs_at(md, 0, sizeof(*eth));

		if (!eth)
			return rs_reason(c, RS_DROP_MALFORMED);
		__builtin_memcpy(eth->h_dest, hop->fib.dmac, ETH_ALEN);
		__builtin_memcpy(eth->h_source, hop->fib.smac, ETH_ALEN);
		if (hop->ifindex == c->ifindex)
			return XDP_TX;
		return bpf_redirect(hop->ifindex, 0);
	}
	if (hop->kind == RS_HOP_NEIGHBOUR) {
		struct bpf_redir_neigh next = { .nh_family = hop->fib.family };

		__builtin_memcpy(next.ipv6_nh, hop->fib.ipv6_dst, 16);
		return bpf_redirect_neigh(hop->ifindex, &next, sizeof(next), 0);
	}
	if (bpf_skb_store_bytes(md.skb, 0, hop->fib.dmac, ETH_ALEN, 0) || bpf_skb_store_bytes(md.skb, ETH_ALEN, hop->fib.smac, ETH_ALEN, 0))
		return rs_reason(c, RS_DROP_MALFORMED);
	return bpf_redirect(hop->ifindex, 0);
}

#endif
