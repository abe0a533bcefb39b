/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Source NAT: the backend sees this node's address, so that it answers here. The node needs a port per flow and backend; it is taken by inserting the
 * translation of the reply, which fails where another flow has it.
 */
#include <roadstead/abi.h>
#include <roadstead/counters.h>
#include <roadstead/fib.h>
#include <roadstead/flow.h>
#include <roadstead/hash.h>
#include <roadstead/icmp.h>
#include <roadstead/icmp_error.h>
#include <roadstead/md.h>
#include <roadstead/parse.h>
#include <roadstead/rewrite.h>

char rs_license[] SEC("license") = "Dual BSD/GPL";

#define SNAT_TRIES 32

/* Whether the entry is this very flow's. */
static __always_inline int snat_is_own(const struct rs_nat_entry *entry, const struct rs_nat_entry *own)
{
	return entry->sport == own->sport && entry->dport == own->dport && rs_addr_equal(&entry->src, &own->src) &&
	       rs_addr_equal(&entry->dst, &own->dst);
}

/*
 * Takes a port of this node's towards the backend: the client's own if it is in the range and free, else the first free one from a place on that the flow's
 * hash gives, so that clients with the same port do not queue up behind it. The reply's destination port is it. -1 with the reason for a drop.
 */
static __always_inline int snat_take_port(struct rs_ctx *c, const struct rs_config *config, struct rs_tuple *reply)
{
	__u32 min = bpf_ntohs(config->nat_min), max = bpf_ntohs(config->nat_max), port = bpf_ntohs(c->tuple.sport), next, i;
	struct rs_nat_entry own = {};

	if (!min || max < min)
		return rs_reason(c, RS_DROP_NO_NAT_PORT);
	own.src = c->tuple.dst;
	own.dst = c->tuple.src;
	own.sport = c->tuple.dport;
	own.dport = c->tuple.sport;
	own.service = c->service_id;
	own.flags = RS_FLOW_TRANSLATED | RS_FLOW_SOURCE_NAT;
	own.created_s = c->now_s;
	own.last_s = c->now_s;
	next = min + rs_flow_hash(&c->tuple.src, c->tuple.sport, c->tuple.dport, c->tuple.proto, c->tuple.dst.word[3]) % (max - min + 1);
	if (c->flow.flags & RS_FLOW_SOURCE_NAT) {
		port = bpf_ntohs(c->flow.nat_port);
	} else if (port < min || port > max) {
		port = next;
		next = next == max ? min : next + 1;
	}
	for (i = 0; i < SNAT_TRIES; i++) {
		struct rs_nat_entry *other;

		reply->dport = bpf_htons(port);
		other = bpf_map_lookup_elem(&rs_nat, reply);
		if (other && snat_is_own(other, &own)) {
			if (!(c->flags & RS_CTX_EXPLAIN)) {
				other->flags = own.flags;
				other->last_s = own.last_s;
			}
			return 0;
		}
		if (!other && (c->flags & RS_CTX_EXPLAIN || !bpf_map_update_elem(&rs_nat, reply, &own, BPF_NOEXIST)))
			return 0;
		port = next;
		next = next == max ? min : next + 1;
	}
	return rs_reason(c, RS_DROP_NO_NAT_PORT);
}

/*
 * Gives the flow its address and port. Later packets look after the entry of their replies once a second: it may have given way to newer ones. -1 with the
 * reason for a drop.
 */
static __always_inline int snat_source(struct rs_ctx *c, const struct rs_config *config)
{
	__u32 known = c->flow.flags & RS_FLOW_SOURCE_NAT;
	struct rs_flow_entry *flow;
	struct rs_tuple reply;

	if (known && c->flow.last_s == c->now_s)
		return 0;
	reply.src = c->backend.addr;
	reply.sport = c->backend.port;
	reply.dst = known ? c->flow.nat_addr : c->flags & RS_CTX_IPV6 ? config->node6 : config->node4;
	reply.proto = c->tuple.proto;
	reply.pad[0] = 0;
	reply.pad[1] = 0;
	reply.pad[2] = 0;
	if (rs_addr_is_zero(&reply.dst) || snat_take_port(c, config, &reply)) {
		if (!(c->flags & RS_CTX_EXPLAIN) && !known)
			bpf_map_delete_elem(&rs_flow, &c->tuple);
		return rs_reason(c, RS_DROP_NO_NAT_PORT);
	}
	c->flow.nat_addr = reply.dst;
	c->flow.nat_port = reply.dport;
	c->flow.flags |= RS_FLOW_TRANSLATED | RS_FLOW_SOURCE_NAT;
	if (c->flags & RS_CTX_EXPLAIN)
		return 0;
	flow = bpf_map_lookup_elem(&rs_flow, &c->tuple);
	if (flow) {
		flow->nat_addr = c->flow.nat_addr;
		flow->nat_port = c->flow.nat_port;
		flow->flags |= RS_FLOW_TRANSLATED | RS_FLOW_SOURCE_NAT;
	}
	return 0;
}

/* An error about a reply: only the node that translated the flow can say what the backend knows it as. -1 with the reason for a drop. */
static __always_inline int snat_error(struct rs_md md, struct rs_ctx *c)
{
	struct rs_tuple from, to;
	struct rs_addr src, dst;

	if (!(c->flow.flags & RS_FLOW_SOURCE_NAT))
		return rs_reason(c, RS_DROP_UNSUPPORTED);
	if (rs_icmp_for_backend(md, c, &c->flow.nat_addr, c->flow.nat_port, &from, &to, &src, &dst))
		return -1;
	c->reason = RS_DROP_MALFORMED;
	return rs_icmp_rewrite(md, c, &from, &to, &src, &dst, 1);
}

static __always_inline int snat(struct rs_md md)
{
	struct rs_config *config = rs_configuration();
	struct rs_ctx *c = rs_context();
	struct rs_tuple to;
	struct rs_hop hop;
	int verdict = rs_pass(md);

	if (!config || !c)
		return rs_shot(md);
	to = c->tuple;
	if (!(c->flags & RS_CTX_ICMP_ERROR))
		to.src = c->flow.flags & RS_FLOW_SOURCE_NAT ? c->flow.nat_addr : c->flags & RS_CTX_IPV6 ? config->node6 : config->node4;
	to.dst = c->backend.addr;
	to.dport = c->backend.port;
	rs_route_backend(md, c, config, &to, rs_mtu_length(md, c, 0), &hop);
	c->reason = RS_OK_TO_STACK;
	if (rs_hop_needs_stack(md, &hop))
		return rs_end(md, c, config, verdict);
	if (hop.kind == RS_HOP_TOO_BIG) {
		verdict = rs_answer(md, c, config, RS_ANSWER_TOO_BIG, hop.mtu);
		return rs_end(md, c, config, verdict);
	}
	c->reason = RS_DROP_NO_ROUTE;
	if (hop.kind == RS_HOP_NONE)
		return rs_end(md, c, config, verdict);
	if (c->flags & RS_CTX_ICMP_ERROR) {
		if (snat_error(md, c))
			return rs_end(md, c, config, verdict);
	} else {
		if (snat_source(c, config))
			return rs_end(md, c, config, verdict);
		to.src = c->flow.nat_addr;
		to.sport = c->flow.nat_port;
		c->reason = RS_DROP_MALFORMED;
		if (rs_rewrite(md, c, &c->tuple, &to, 1))
			return rs_end(md, c, config, verdict);
	}
	verdict = rs_send(md, c, &hop);
	if (verdict >= 0)
		c->reason = c->flags & RS_CTX_ICMP_ERROR ? RS_OK_ICMP : RS_OK_DISPATCHED;
	return rs_end(md, c, config, verdict);
}

SEC("xdp/dispatch")
int rs_snat_xdp(struct xdp_md *xdp)
{
	return snat(rs_md_xdp(xdp));
}

SEC("tc/dispatch")
int rs_snat_tc(struct __sk_buff *skb)
{
	return snat(rs_md_tc(skb, RS_HOOK_TC_INGRESS));
}
