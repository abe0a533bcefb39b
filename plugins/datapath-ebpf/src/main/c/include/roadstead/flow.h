/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* What is remembered of flows, and what their packets do to it. */
#ifndef ROADSTEAD_FLOW_H
#define ROADSTEAD_FLOW_H

#include <roadstead/abi.h>
#include <roadstead/counters.h>
#include <roadstead/events.h>
#include <roadstead/icmp_error.h>
#include <roadstead/md.h>

RS_MAP_FLOW;
RS_MAP_NAT;
RS_MAP_FRAGMENT;

static __always_inline __u32 rs_now(void)
{
	return bpf_ktime_get_coarse_ns() / 1000000000ULL;
}

static __always_inline int rs_flow_closing(__u32 flags)
{
	return flags & RS_FLOW_RST || (flags & (RS_FLOW_CLIENT_FIN | RS_FLOW_BACKEND_FIN)) == (RS_FLOW_CLIENT_FIN | RS_FLOW_BACKEND_FIN);
}

/* Flags of a flow after a packet of the client's. */
static __always_inline __u32 rs_flow_after(__u32 flags, __u32 packet)
{
	if (!(packet & RS_CTX_SYN))
		flags &= ~RS_FLOW_SYN;
	if (packet & RS_CTX_FIN)
		flags |= RS_FLOW_CLIENT_FIN;
	if (packet & RS_CTX_RST)
		flags |= RS_FLOW_RST;
	return flags;
}

/* Whether a flow ended with these flags and not with those before. Where no replies are seen, the client's word is enough. */
static __always_inline int rs_flow_ended(__u32 before, __u32 after)
{
	__u32 known = before & RS_FLOW_TRANSLATED ? 0 : RS_FLOW_BACKEND_FIN;

	return !rs_flow_closing(before | known * !!(before & RS_FLOW_CLIENT_FIN)) && rs_flow_closing(after | known * !!(after & RS_FLOW_CLIENT_FIN));
}

/*
 * The end of a TCP flow as its replies tell it. Called only with FIN or RST: the entry of the flow has to be looked up. The context's tuple is that of the
 * reply, and is the flow's after.
 */
static __always_inline void rs_reply_ends(struct rs_md md, struct rs_ctx *c, const struct rs_config *config, struct rs_nat_entry *nat)
{
	struct rs_flow_entry *flow;
	__u32 before, after;

	nat->flags |= c->flags & RS_CTX_RST ? RS_FLOW_RST : RS_FLOW_BACKEND_FIN;
	c->backend.addr = c->tuple.src;
	c->backend.port = c->tuple.sport;
	c->tuple.src = nat->dst;
	c->tuple.sport = nat->dport;
	c->tuple.dst = nat->src;
	c->tuple.dport = nat->sport;
	flow = bpf_map_lookup_elem(&rs_flow, &c->tuple);
	if (!flow)
		return;
	before = flow->flags;
	after = before | (c->flags & RS_CTX_RST ? RS_FLOW_RST : RS_FLOW_BACKEND_FIN);
	flow->flags = after;
	c->backend_id = flow->backend;
	c->flow.dispatch = flow->dispatch;
	if (rs_flow_ended(before, after))
		rs_tell(md, c, config, RS_EVENT_CLOSE, 0);
}

static __always_inline void rs_fragment_key(const struct rs_ctx *c, __be32 id, struct rs_fragment_key *key)
{
	key->src = c->tuple.src;
	key->dst = c->tuple.dst;
	key->id = id;
	key->proto = c->l4_proto;
}

/* Remembers the ports of a datagram's first fragment. */
static __always_inline void rs_fragment_remember(const struct rs_ctx *c, __be32 id)
{
	struct rs_fragment_entry entry = { .sport = c->tuple.sport, .dport = c->tuple.dport };
	struct rs_fragment_key key;

	if ((c->flags & (RS_CTX_FIRST_FRAGMENT | RS_CTX_EXPLAIN)) != RS_CTX_FIRST_FRAGMENT)
		return;
	rs_fragment_key(c, id, &key);
	bpf_map_update_elem(&rs_fragment, &key, &entry, BPF_ANY);
}

/* Gives a later fragment the ports of its first one; false when that was not seen. */
static __always_inline int rs_fragment_recall(struct rs_ctx *c, __be32 id)
{
	struct rs_fragment_entry *entry;
	struct rs_fragment_key key;

	rs_fragment_key(c, id, &key);
	entry = bpf_map_lookup_elem(&rs_fragment, &key);
	if (!entry)
		return 0;
	c->tuple.sport = entry->sport;
	c->tuple.dport = entry->dport;
	return 1;
}

#endif
