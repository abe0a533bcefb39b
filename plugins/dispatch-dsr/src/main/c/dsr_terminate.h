/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* What the carriers of direct server return share on the backend's node: an unwrapped packet's replies must leave as the frontend's. */
#ifndef ROADSTEAD_DSR_TERMINATE_H
#define ROADSTEAD_DSR_TERMINATE_H

#include <roadstead/abi.h>
#include <roadstead/counters.h>
#include <roadstead/flow.h>
#include <roadstead/icmp_error.h>
#include <roadstead/md.h>
#include <roadstead/parse.h>
#include <roadstead/service.h>

RS_MAP_BACKEND_IDS;

/* Seconds of silence after which another frontend may take over a flow's tuple. */
const volatile __u64 dsr_live_tcp_s = 8000;
const volatile __u64 dsr_live_short_s = 60;

/* What came with a packet: the frontend that its client meant. */
struct dsr_told {
	struct rs_addr vip;
	__be16 port;
};

/* Takes bytes out between the Ethernet header and what follows them. 0 on success. */
static __always_inline int dsr_shrink(struct rs_md md, __u32 bytes)
{
	struct ethhdr eth, *at;

	if (!rs_is_xdp(md))
		return bpf_skb_adjust_room(md.skb, -(int)bytes, BPF_ADJ_ROOM_MAC, BPF_F_ADJ_ROOM_FIXED_GSO);
	at = rs_at(md, 0, sizeof(*at));
	if (!at)
		return -1;
	eth = *at;
	if (bpf_xdp_adjust_head(md.xdp, (int)bytes))
		return -1;
	at = rs_at(md, 0, sizeof(*at));
	if (!at)
		return -1;
	*at = eth;
	return 0;
}

static __always_inline struct rs_backend_entry *dsr_local_backend(const struct rs_addr *addr, __be16 port, __u8 proto)
{
	struct rs_backend_key key = { .addr = *addr, .port = port, .proto = proto };
	__u32 *id = bpf_map_lookup_elem(&rs_backend_ids, &key);
	struct rs_backend_entry *backend = id ? bpf_map_lookup_elem(&rs_backend, id) : 0;

	return backend && backend->flags & RS_BACKEND_LOCAL ? backend : 0;
}

static __always_inline int dsr_is_live(const struct rs_nat_entry *entry, __u8 proto, __u32 now_s)
{
	__u64 limit = dsr_live_short_s;

	if (rs_flow_closing(entry->flags))
		return 0;
	if (proto == IPPROTO_TCP && !(entry->flags & RS_FLOW_SYN))
		limit = dsr_live_tcp_s;
	return now_s - entry->last_s < limit;
}

/*
 * Remembers, for a packet from client to backend in the context's tuple, the frontend that its replies come from. A flow that is known is taken on even when
 * the backend is no longer: it may finish. -1 with the reason for a drop.
 */
static __always_inline int dsr_remember(struct rs_ctx *c, const struct dsr_told *told)
{
	struct rs_tuple key = { .src = c->tuple.dst, .dst = c->tuple.src, .sport = c->tuple.dport, .dport = c->tuple.sport, .proto = c->tuple.proto };
	struct rs_nat_entry *known = bpf_map_lookup_elem(&rs_nat, &key);
	struct rs_nat_entry entry = {};

	if (known && known->sport == told->port && rs_addr_equal(&known->src, &told->vip)) {
		__u32 flags;

		if (c->flags & RS_CTX_SYN && !dsr_is_live(known, c->tuple.proto, c->now_s)) {
			known->created_s = c->now_s;
			flags = rs_flow_after(RS_FLOW_TRANSLATED | RS_FLOW_SYN, c->flags);
		} else {
			flags = rs_flow_after(known->flags, c->flags);
		}
		/* Written only when different: the line stays in every CPU's cache. */
		if (known->flags != flags)
			known->flags = flags;
		if (known->last_s != c->now_s)
			known->last_s = c->now_s;
		return 0;
	}
	if (!dsr_local_backend(&c->tuple.dst, c->tuple.dport, c->tuple.proto))
		return rs_reason(c, RS_DROP_BACKEND_GONE);
	if (known && dsr_is_live(known, c->tuple.proto, c->now_s))
		return rs_reason(c, RS_DROP_DSR_COLLISION);
	if (c->flags & RS_CTX_EXPLAIN)
		return 0;
	entry.src = told->vip;
	entry.sport = told->port;
	entry.dst = c->tuple.src;
	entry.dport = c->tuple.sport;
	entry.flags = rs_flow_after(RS_FLOW_TRANSLATED | RS_FLOW_SYN, c->flags);
	entry.created_s = c->now_s;
	entry.last_s = c->now_s;
	return bpf_map_update_elem(&rs_nat, &key, &entry, BPF_ANY) ? rs_reason(c, RS_DROP_MAP_FULL) : 0;
}

/* Looks at the packet anew, unwrapped. */
static __always_inline void dsr_parse(struct rs_md md, struct rs_ctx *c, struct rs_parsed *parsed)
{
	__u32 explain = c->flags & RS_CTX_EXPLAIN;

	parsed->kind = rs_parse(md, c, parsed);
	c->flags |= explain;
	c->now_s = rs_now();
}

/* Whether an unwrapped packet may go to its backend. -1 with the reason for a drop. */
static __always_inline int dsr_accept(struct rs_md md, struct rs_ctx *c, const struct dsr_told *told)
{
	struct rs_parsed parsed;
	struct rs_tuple quoted;

	dsr_parse(md, c, &parsed);
	if (parsed.kind == RS_KIND_ICMP)
		/* An error of the client's about a reply: only of a flow that is known here. */
		return rs_parse_icmp_error(md, c, &quoted) && bpf_map_lookup_elem(&rs_nat, &quoted) ? 0 : rs_reason(c, RS_DROP_BACKEND_GONE);
	if (parsed.kind != RS_KIND_PORTS)
		return rs_reason(c, RS_DROP_MALFORMED);
	/* Without ports it cannot be checked, and is nothing without its first fragment, which is. */
	return c->flags & RS_CTX_LATER_FRAGMENT ? 0 : dsr_remember(c, told);
}

/* Gives the verdict for a packet that is not ours: the stack's as it came. */
static __always_inline int dsr_not_ours(struct rs_md md, struct rs_ctx *c)
{
	c->reason = RS_OK_TO_STACK;
	return rs_pass(md);
}

/* Hands an unwrapped packet, its destination the backend, to the stack. Gives the verdict, or -1 with the reason for a drop. */
static __always_inline int dsr_deliver(struct rs_md md, struct rs_ctx *c, const struct dsr_told *told)
{
	if (dsr_accept(md, c, told))
		return -1;
	c->reason = RS_OK_TERMINATED;
	return rs_pass(md);
}

#endif
