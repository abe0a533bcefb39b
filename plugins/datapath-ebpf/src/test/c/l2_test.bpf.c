/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * A dispatch mode as a plugin's author may write one: direct server return within a segment. Backends have the frontend's address themselves, on a device that
 * answers nobody's question for it; only the Ethernet addresses of a packet change, and what is left of its time to live.
 */
#include <roadstead/abi.h>
#include <roadstead/counters.h>
#include <roadstead/fib.h>
#include <roadstead/icmp.h>
#include <roadstead/icmp_error.h>
#include <roadstead/md.h>
#include <roadstead/parse.h>
#include <roadstead/rewrite.h>

char l2_license[] SEC("license") = "Dual BSD/GPL";

/* Setting: hops that a packet is older after this node. */
const volatile __u64 l2_hops = 1;

/* Gives the verdict, or -1 with the reason for a drop. */
static __always_inline int l2_send(struct rs_md md, struct rs_ctx *c, const struct rs_config *config)
{
	struct rs_tuple leaving = c->tuple;
	struct rs_addr src, dst;
	struct rs_hop hop;

	leaving.dst = c->backend.addr;
	rs_route_backend(md, c, config, &leaving, rs_mtu_length(md, c, 0), &hop);
	if (rs_hop_needs_stack(md, &hop)) {
		c->reason = RS_OK_TO_STACK;
		return rs_pass(md);
	}
	if (hop.kind == RS_HOP_TOO_BIG)
		return rs_answer(md, c, config, RS_ANSWER_TOO_BIG, hop.mtu);
	if (hop.kind == RS_HOP_NONE)
		return rs_reason(c, RS_DROP_NO_ROUTE);
	if (rs_outer(md, c, &src, &dst) || rs_rewrite_l3(md, c, &src, &dst, (__u8)l2_hops))
		return rs_reason(c, RS_DROP_MALFORMED);
	c->reason = RS_OK_DISPATCHED;
	return rs_send(md, c, &hop);
}

static __always_inline int l2_dispatch(struct rs_md md)
{
	struct rs_ctx *c = rs_context();
	const struct rs_config *config = rs_configuration();

	if (!c || !config)
		return rs_shot(md);
	return rs_end(md, c, config, l2_send(md, c, config));
}

SEC("xdp/dispatch")
int l2_dispatch_xdp(struct xdp_md *xdp)
{
	return l2_dispatch(rs_md_xdp(xdp));
}

SEC("tc/dispatch")
int l2_dispatch_tc(struct __sk_buff *skb)
{
	return l2_dispatch(rs_md_tc(skb, RS_HOOK_TC_INGRESS));
}
