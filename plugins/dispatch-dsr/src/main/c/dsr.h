/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* What the carriers of direct server return share on the way to the backend's node: where to, how big it may be, and how the packet grows. */
#ifndef ROADSTEAD_DSR_H
#define ROADSTEAD_DSR_H

#include <roadstead/abi.h>
#include <roadstead/counters.h>
#include <roadstead/csum.h>
#include <roadstead/fib.h>
#include <roadstead/hash.h>
#include <roadstead/icmp.h>
#include <roadstead/icmp_error.h>
#include <roadstead/md.h>
#include <roadstead/parse.h>
#include <roadstead/rewrite.h>

#define DSR_TTL 64

/* Length of the IP packets that leave: of one, or of each into which the device cuts it. */
static __always_inline __u32 dsr_wire_length(struct rs_md md, const struct rs_ctx *c)
{
	__u32 l4 = c->l4_offset & 0xff;

	if (!rs_is_gso(md))
		return c->l3_length;
	if (c->l4_proto == IPPROTO_TCP) {
		__u8 *offset = rs_at(md, l4 + 12, 1);

		return l4 - RS_L3 + (offset ? *offset >> 4 : 5) * 4 + md.skb->gso_size;
	}
	return l4 - RS_L3 + sizeof(struct udphdr) + md.skb->gso_size;
}

/*
 * Next hop of the grown packet. A big TCP packet whose pieces would become too big can be cut smaller, which its sender does not notice; gives the flag for
 * bpf_skb_adjust_room that says which.
 */
static __always_inline __u64 dsr_route(struct rs_md md, const struct rs_ctx *c, const struct rs_config *config, const struct rs_tuple *leaving,
				       __u32 overhead, struct rs_hop *hop)
{
	rs_route_backend(md, c, config, leaving, dsr_wire_length(md, c) + overhead, hop);
	if (hop->kind == RS_HOP_TOO_BIG)
		hop->mtu -= overhead;
	if (hop->kind != RS_HOP_TOO_BIG || !rs_is_gso(md) || c->l4_proto != IPPROTO_TCP)
		return BPF_F_ADJ_ROOM_FIXED_GSO;
	rs_route_backend(md, c, config, leaving, 0, hop);
	return 0;
}

/* Makes the backend the packet's destination, hops further on its way. -1 with the reason for a drop. */
static __always_inline int dsr_to_backend(struct rs_md md, struct rs_ctx *c, __u8 hops)
{
	struct rs_tuple from = c->tuple, to = c->tuple;
	struct rs_addr src, dst;
	int error;

	to.dst = c->backend.addr;
	to.dport = c->backend.port;
	if (c->flags & RS_CTX_ICMP_ERROR) {
		if (rs_icmp_for_backend(md, c, &c->tuple.src, c->tuple.sport, &from, &to, &src, &dst))
			return -1;
		error = rs_icmp_rewrite(md, c, &from, &to, &src, &dst, hops);
	} else {
		error = rs_rewrite(md, c, &from, &to, hops);
	}
	return error ? rs_reason(c, RS_DROP_MALFORMED) : 0;
}

/* Bytes between the Ethernet header and the IP header. Everything of the old packet, its Ethernet header too, is kept. 0 on success. */
static __always_inline int dsr_grow(struct rs_md md, __u32 bytes, __u64 flags)
{
	if (rs_is_xdp(md))
		return bpf_xdp_adjust_head(md.xdp, -(int)bytes);
	return bpf_skb_adjust_room(md.skb, bytes, BPF_ADJ_ROOM_MAC, flags);
}

/*
 * An outer IPv4 header. It may not be fragmented: nobody could unwrap a fragment, and the router that cannot pass it on tells us. Without fragments the
 * identification means nothing (RFC 6864). The packet's length 0 stands for one above 65535 bytes, which a device cuts.
 */
static __always_inline void dsr_fill_ip4(struct iphdr *ip, const struct rs_ctx *c, __u8 proto, __be32 src, __be32 dst, __u32 length)
{
	__u64 sum = 0;
	__u32 *word = (__u32 *)ip;
	int i;

	ip->version = 4;
	ip->ihl = 5;
	ip->tos = c->tos;
	ip->tot_len = length > 65535 ? 0 : bpf_htons(length);
	ip->id = 0;
	ip->frag_off = bpf_htons(0x4000);
	ip->ttl = DSR_TTL;
	ip->protocol = proto;
	ip->check = 0;
	ip->saddr = src;
	ip->daddr = dst;
#pragma unroll
	for (i = 0; i < 5; i++)
		sum += word[i];
	ip->check = ~rs_csum_fold(sum);
}

/* An outer IPv6 header; the flow label spreads flows over paths (RFC 6438). */
static __always_inline void dsr_fill_ip6(struct ipv6hdr *ip, const struct rs_ctx *c, __u8 proto, const struct rs_addr *src, const struct rs_addr *dst,
					 __u32 hash, __u32 payload)
{
	*(__be32 *)ip = bpf_htonl(6u << 28 | (__u32)c->tos << 20 | (hash & 0xfffff));
	ip->payload_len = payload > 65535 ? 0 : bpf_htons(payload);
	ip->nexthdr = proto;
	ip->hop_limit = DSR_TTL;
	__builtin_memcpy(&ip->saddr, src, 16);
	__builtin_memcpy(&ip->daddr, dst, 16);
}

static __always_inline __u32 dsr_hash(const struct rs_ctx *c, const struct rs_config *config)
{
	return rs_flow_hash(&c->tuple.src, c->tuple.sport, c->tuple.dport, c->tuple.proto, config->hash_seed);
}

/* Whether the packet stays as it is: the hop does not carry it. */
static __always_inline int dsr_stays(struct rs_md md, const struct rs_hop *hop)
{
	return hop->kind == RS_HOP_TOO_BIG || hop->kind == RS_HOP_NONE || rs_hop_needs_stack(md, hop);
}

/*
 * The way on, for a packet that is ready or that stays as it is: one that does not fit is answered, and one that has no neighbour yet goes to the stack as it
 * came. Gives the verdict, or -1 with the reason for a drop.
 */
static __always_inline int dsr_send(struct rs_md md, struct rs_ctx *c, const struct rs_config *config, struct rs_hop *hop)
{
	if (rs_hop_needs_stack(md, hop)) {
		c->reason = RS_OK_TO_STACK;
		return rs_pass(md);
	}
	if (hop->kind == RS_HOP_TOO_BIG)
		return rs_answer(md, c, config, RS_ANSWER_TOO_BIG, hop->mtu);
	if (hop->kind == RS_HOP_NONE)
		return rs_reason(c, RS_DROP_NO_ROUTE);
	c->reason = RS_OK_DISPATCHED;
	return rs_send(md, c, hop);
}

/* A program: what looks at the packet gives a verdict, or -1 with the reason for a drop. */
#define DSR_PROGRAM(SECTION, NAME, CONTEXT, MD, LOOK) \
	SEC(SECTION) \
	int NAME(CONTEXT) \
	{ \
		struct rs_md md = MD; \
		struct rs_ctx *c = rs_context(); \
		const struct rs_config *config = rs_configuration(); \
\
		if (!c || !config) \
			return rs_shot(md); \
		return rs_end(md, c, config, LOOK(md, c, config)); \
	}

/* The four programs of a carrier. */
#define DSR_PROGRAMS(CARRIER) \
	DSR_PROGRAM("xdp/dispatch", CARRIER##_dispatch_xdp, struct xdp_md *xdp, rs_md_xdp(xdp), dsr_dispatch) \
	DSR_PROGRAM("tc/dispatch", CARRIER##_dispatch_tc, struct __sk_buff *skb, rs_md_tc(skb, RS_HOOK_TC_INGRESS), dsr_dispatch) \
	DSR_PROGRAM("xdp/terminate", CARRIER##_terminate_xdp, struct xdp_md *xdp, rs_md_xdp(xdp), dsr_terminate) \
	DSR_PROGRAM("tc/terminate", CARRIER##_terminate_tc, struct __sk_buff *skb, rs_md_tc(skb, RS_HOOK_TC_INGRESS), dsr_terminate)

#endif
