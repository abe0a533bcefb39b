/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* What leaves this node's uplinks from backends that clients know by a frontend's address: gets that address for its source. */
#include <roadstead/abi.h>
#include <roadstead/counters.h>
#include <roadstead/flow.h>
#include <roadstead/icmp_error.h>
#include <roadstead/md.h>
#include <roadstead/parse.h>
#include <roadstead/rewrite.h>

char rs_license[] SEC("license") = "Dual BSD/GPL";

static __always_inline int rs_reply(struct rs_md md)
{
	struct rs_config *config = rs_configuration();
	struct rs_ctx *c = rs_context();
	struct rs_tuple from, to, reply;
	struct rs_addr src, dst;
	struct rs_nat_entry *nat;
	struct rs_parsed p;
	enum rs_kind kind;
	int failed;

	if (!config || !c || config->abi != RS_ABI_VERSION)
		return rs_pass(md);
	kind = rs_parse(md, c, &p);
	if (kind == RS_KIND_ICMP) {
		/* A backend's word on what the client sent. */
		if (!rs_parse_icmp_error(md, c, &from))
			return rs_pass(md);
		rs_reverse(&from, &reply);
	} else {
		if (kind != RS_KIND_PORTS || (c->flags & RS_CTX_LATER_FRAGMENT && !rs_fragment_recall(c, p.fragment)))
			return rs_pass(md);
		reply = c->tuple;
	}
	nat = bpf_map_lookup_elem(&rs_nat, &reply);
	/* Replies to flows with this node's source do not leave by an uplink. */
	if (!nat || nat->flags & RS_FLOW_SOURCE_NAT)
		return rs_pass(md);
	c->service_id = nat->service;
	if (kind == RS_KIND_ICMP) {
		failed = rs_icmp_for_client(md, c, nat, &from, &to, &src, &dst) || rs_icmp_rewrite(md, c, &from, &to, &src, &dst, 0);
	} else {
		rs_fragment_remember(c, p.fragment);
		to = c->tuple;
		to.src = nat->src;
		to.sport = nat->sport;
		failed = rs_rewrite(md, c, &c->tuple, &to, 0);
		nat->last_s = rs_now();
		if (c->flags & (RS_CTX_FIN | RS_CTX_RST))
			rs_reply_ends(md, c, config, nat);
	}
	c->reason = failed ? RS_DROP_MALFORMED : kind == RS_KIND_ICMP ? RS_OK_ICMP : RS_OK_REPLY;
	return rs_end(md, c, config, rs_pass(md));
}

SEC("tc/egress")
int rs_reply_tc(struct __sk_buff *skb)
{
	return rs_reply(rs_md_tc(skb, RS_HOOK_TC_EGRESS));
}
