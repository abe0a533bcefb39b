/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What becomes of a packet that comes in from outside: to a frontend, from a backend to a translated client, wrapped by another node, or none of these.
 *
 * What a dispatch program finds in the context: the flow as it was before this packet, for a new flow as it was just remembered; a TTL that may be lowered;
 * and with RS_CTX_ICMP_ERROR an error about the flow's replies, that nothing is remembered of.
 */
#ifndef ROADSTEAD_ENTRY_H
#define ROADSTEAD_ENTRY_H

#include <roadstead/abi.h>
#include <roadstead/counters.h>
#include <roadstead/events.h>
#include <roadstead/fib.h>
#include <roadstead/flow.h>
#include <roadstead/hash.h>
#include <roadstead/icmp.h>
#include <roadstead/icmp_error.h>
#include <roadstead/md.h>
#include <roadstead/parse.h>
#include <roadstead/rewrite.h>
#include <roadstead/service.h>

/*
 * What is to be done with a packet, in the order in which it is found out. Each thing that is done stands once in the program, which is inlined as a whole.
 */
enum rs_step {
	RS_STEP_END = 0,	/* nothing, or a drop: the reason says it */
	RS_STEP_ECHO,
	RS_STEP_REJECT,
	RS_STEP_SERVICE,	/* to one of our frontends, found as found.service */
	RS_STEP_CLIENT,		/* to the client for which found.nat stands */
	RS_STEP_LOCAL,		/* to a backend on this node */
	RS_STEP_DISPATCH	/* to a backend elsewhere */
};

/* How a packet is translated. Too much for the stack, one per CPU. */
struct rs_plan {
	struct rs_tuple from;	/* what is translated: the packet's tuple, or what an ICMP error quotes */
	struct rs_tuple to;
	struct rs_addr src;	/* of an ICMP error itself, as it leaves */
	struct rs_addr dst;
	struct rs_hop hop;
};

/* What was looked up for it. */
struct rs_found {
	struct rs_service_entry *service;
	struct rs_nat_entry *nat;
};

RS_MAP(BPF_MAP_TYPE_PERCPU_ARRAY, rs_plans, __u32, struct rs_plan, 1, 0);

RS_MAP_SOURCE_RANGE;
RS_MAP_AFFINITY;
RS_MAP_TERMINATE;
RS_MAP_DISPATCH_XDP;
RS_MAP_DISPATCH_TC;
RS_MAP_TERMINATE_XDP;
RS_MAP_TERMINATE_TC;

static __always_inline int rs_is_node(const struct rs_config *config, const struct rs_ctx *c)
{
	return rs_addr_equal(&c->tuple.dst, c->flags & RS_CTX_IPV6 ? &config->node6 : &config->node4);
}

/* Hands the packet to the program that unwraps this kind; returns when there is none. */
static __always_inline void rs_terminate_as(struct rs_md md, __u32 proto, __u32 port)
{
	__u32 key = proto << 16 | port;
	__u32 *index = bpf_map_lookup_elem(&rs_terminate, &key);

	if (!index)
		return;
	if (rs_is_xdp(md))
		bpf_tail_call(md.xdp, &rs_term_xdp, *index);
	else
		bpf_tail_call(md.skb, &rs_term_tc, *index);
}

/* Hands the packet to a dispatch mode; returns when there is none. */
static __always_inline void rs_dispatch(struct rs_md md, __u32 index)
{
	if (rs_is_xdp(md))
		bpf_tail_call(md.xdp, &rs_disp_xdp, index);
	else
		bpf_tail_call(md.skb, &rs_disp_tc, index);
}

/* ---- selection --------------------------------------------------------------------------------------------------------------------------------- */

/* The backend that the client had last, while it may still have it; 0 for none. */
static __always_inline __u32 rs_affine(const struct rs_ctx *c)
{
	struct rs_affinity_key key = { .client = c->tuple.src, .service = c->service_id };
	struct rs_affinity_entry *entry = bpf_map_lookup_elem(&rs_affinity, &key);

	if (!entry || c->now_s - entry->last_s > c->service.affinity_s || rs_member_state(c->service_id, entry->backend) != RS_BACKEND_ACTIVE)
		return 0;
	return entry->backend;
}

static __always_inline void rs_affine_remember(const struct rs_ctx *c)
{
	struct rs_affinity_key key = { .client = c->tuple.src, .service = c->service_id };
	struct rs_affinity_entry entry = { .backend = c->backend_id, .last_s = c->now_s };

	bpf_map_update_elem(&rs_affinity, &key, &entry, BPF_ANY);
}

/* Whether the source may use the service. */
static __always_inline int rs_source_allowed(const struct rs_ctx *c)
{
	struct rs_range_key key = { .prefix_len = 32 + 128, .service = c->service_id, .addr = c->tuple.src };
	int listed = bpf_map_lookup_elem(&rs_source_range, &key) != 0;

	return listed != !!(c->service.flags & RS_SVC_SOURCE_DENY);
}

/* ---- to a frontend ------------------------------------------------------------------------------------------------------------------------------- */

/*
 * Whether a packet of a flow that was found may go where the flow went. A connection begins anew where its backend is on the way out, or its predecessor
 * ended.
 */
static __always_inline int rs_flow_holds(const struct rs_ctx *c, const struct rs_flow_entry *flow, const struct rs_backend_entry *backend)
{
	if (!backend || backend->state == RS_BACKEND_UNUSED)
		return 0;
	if (!(c->flags & RS_CTX_SYN))
		return 1;
	return !rs_flow_closing(flow->flags) && rs_member_state(c->service_id, flow->backend) == RS_BACKEND_ACTIVE;
}

/* A packet of a known flow. The context gets the flow as it was. */
static __always_inline void rs_known_flow(struct rs_md md, struct rs_ctx *c, const struct rs_config *config, struct rs_flow_entry *flow)
{
	__u32 flags;

	c->flow = *flow;
	if (c->flags & (RS_CTX_EXPLAIN | RS_CTX_ICMP_ERROR))
		return;
	flow->packets++;
	flow->bytes += c->l3_length;
	if (c->flow.told != 255)
		flow->told++;
	if (c->flow.last_s != c->now_s)
		flow->last_s = c->now_s;
	if (c->tuple.proto != IPPROTO_TCP)
		return;
	flags = rs_flow_after(c->flow.flags, c->flags);
	if (flags == c->flow.flags)
		return;
	flow->flags = flags;
	if (rs_flow_ended(c->flow.flags, flags))
		rs_tell(md, c, config, RS_EVENT_CLOSE, 0);
}

/*
 * Remembers a flow whose backend was chosen. Errors are only about old flows: what is chosen for them is where the flow went, if all is as it was. -1 with the
 * reason for a drop.
 */
static __always_inline int rs_new_flow(struct rs_md md, struct rs_ctx *c, const struct rs_config *config)
{
	__builtin_memset(&c->flow, 0, sizeof(c->flow));
	c->flow.service = c->service_id;
	c->flow.backend = c->backend_id;
	c->flow.dispatch = c->backend.flags & RS_BACKEND_FAR && config->hairpin ? config->hairpin : c->service.dispatch;
	c->flow.created_s = c->now_s;
	c->flow.last_s = c->now_s;
	c->flow.packets = 1;
	c->flow.bytes = c->l3_length;
	c->flow.flags = rs_flow_after(c->tuple.proto == IPPROTO_TCP ? RS_FLOW_SYN : 0, c->flags);
	if (c->backend.flags & RS_BACKEND_LOCAL)
		c->flow.flags |= RS_FLOW_TRANSLATED;
	if (c->flags & (RS_CTX_EXPLAIN | RS_CTX_ICMP_ERROR))
		return 0;
	/* As this packet leaves it for the next. */
	c->flow.told = 1;
	if (bpf_map_update_elem(&rs_flow, &c->tuple, &c->flow, BPF_ANY))
		return rs_reason(c, RS_DROP_MAP_FULL);
	c->flow.told = 0;
	rs_tell(md, c, config, RS_EVENT_NEW, 0);
	return 0;
}

/* To a frontend of ours; an ICMP error's tuple is that of the flow that it is about. */
static __always_inline enum rs_step rs_to_service(struct rs_md md, struct rs_ctx *c, const struct rs_config *config, const struct rs_parsed *p,
						  const struct rs_service_entry *service)
{
	struct rs_flow_entry *flow, *known = 0;
	struct rs_backend_entry *backend;
	__u32 id;

	c->service = *service;
	c->service_id = service->id;
	c->generation = config->generation;
	c->reason = RS_DROP_NOT_ROUTABLE;
	if (!(c->service.flags & RS_SVC_ROUTABLE))
		return RS_STEP_END;
	c->reason = RS_DROP_SOURCE_RANGE;
	if (c->service.flags & RS_SVC_SOURCE_RANGE && !rs_source_allowed(c))
		return RS_STEP_END;
	c->now_s = rs_now();
	rs_fragment_remember(c, p->fragment);
	flow = bpf_map_lookup_elem(&rs_flow, &c->tuple);
	if (flow && flow->service == c->service_id) {
		id = flow->backend;
		backend = bpf_map_lookup_elem(&rs_backend, &id);
		if (rs_flow_holds(c, flow, backend))
			known = flow;
	}
	if (!known) {
		c->flags |= RS_CTX_NEW;
		id = 0;
		if (c->service.flags & RS_SVC_AFFINITY)
			id = rs_affine(c);
		if (!id)
			id = rs_select(c, config);
		c->reason = RS_DROP_NO_BACKEND;
		if (!id)
			return c->service.flags & RS_SVC_REJECT ? RS_STEP_REJECT : RS_STEP_END;
		backend = bpf_map_lookup_elem(&rs_backend, &id);
		c->reason = RS_DROP_BACKEND_GONE;
		if (!backend || backend->state == RS_BACKEND_UNUSED)
			return RS_STEP_END;
	}
	c->backend_id = id;
	c->backend = *backend;
	if (known)
		rs_known_flow(md, c, config, known);
	else if (rs_new_flow(md, c, config))
		return RS_STEP_END;
	if (c->service.flags & RS_SVC_AFFINITY && (c->flags & RS_CTX_NEW || c->flow.last_s != c->now_s) &&
	    !(c->flags & (RS_CTX_EXPLAIN | RS_CTX_ICMP_ERROR)))
		rs_affine_remember(c);
	if (c->backend.flags & RS_BACKEND_LOCAL)
		return RS_STEP_LOCAL;
	c->reason = RS_DROP_LOOP;
	return p->ttl <= 1 ? RS_STEP_END : RS_STEP_DISPATCH;
}

/* ---- ways on ------------------------------------------------------------------------------------------------------------------------------------ */

/* Remembers for the egress program how replies of a backend on this node are translated. -1 with the reason for a drop. */
static __always_inline int rs_remember_local(struct rs_ctx *c, const struct rs_tuple *to)
{
	struct rs_nat_entry nat, *other;
	struct rs_tuple reply;

	/* Later packets look after the entry now and then: it may have given way to newer ones. */
	if (c->flags & (RS_CTX_EXPLAIN | RS_CTX_ICMP_ERROR) || !(c->flags & RS_CTX_NEW || c->flow.last_s != c->now_s))
		return 0;
	rs_reverse(to, &reply);
	other = bpf_map_lookup_elem(&rs_nat, &reply);
	if (other && !rs_flow_closing(other->flags)) {
		if (rs_addr_equal(&other->src, &c->tuple.dst) && other->sport == c->tuple.dport) {
			other->last_s = c->now_s;
			return 0;
		}
		/* The client has the same port in use towards another frontend of this backend: replies would be mixed up. */
		bpf_map_delete_elem(&rs_flow, &c->tuple);
		return rs_reason(c, RS_DROP_DSR_COLLISION);
	}
	__builtin_memset(&nat, 0, sizeof(nat));
	nat.src = c->tuple.dst;
	nat.dst = c->tuple.src;
	nat.sport = c->tuple.dport;
	nat.dport = c->tuple.sport;
	nat.service = c->service_id;
	nat.flags = RS_FLOW_TRANSLATED;
	nat.created_s = c->now_s;
	nat.last_s = c->now_s;
	if (bpf_map_update_elem(&rs_nat, &reply, &nat, BPF_ANY))
		return rs_reason(c, RS_DROP_MAP_FULL);
	return 0;
}

/* To a backend on this node. -1 with the reason for a drop. */
static __always_inline int rs_plan_local(struct rs_md md, struct rs_ctx *c, struct rs_plan *plan)
{
	plan->from = c->tuple;
	plan->to = c->tuple;
	plan->to.dst = c->backend.addr;
	plan->to.dport = c->backend.port;
	if (rs_remember_local(c, &plan->to))
		return -1;
	c->reason = RS_OK_LOCAL;
	if (!(c->flags & RS_CTX_ICMP_ERROR))
		return 0;
	c->reason = RS_OK_ICMP;
	return rs_icmp_for_backend(md, c, &c->tuple.src, c->tuple.sport, &plan->from, &plan->to, &plan->src, &plan->dst);
}

/* To a client that this node stands for. -1 with the reason for a drop. */
static __always_inline int rs_plan_client(struct rs_md md, struct rs_ctx *c, struct rs_plan *plan, struct rs_nat_entry *nat,
					   const struct rs_parsed *p)
{
	c->service_id = nat->service;
	c->now_s = rs_now();
	if (p->ttl <= 1)
		return rs_reason(c, RS_DROP_LOOP);
	if (c->flags & RS_CTX_ICMP_ERROR) {
		if (rs_icmp_for_client(md, c, nat, &plan->from, &plan->to, &plan->src, &plan->dst))
			return -1;
	} else {
		plan->from = c->tuple;
		plan->to = c->tuple;
		plan->to.src = nat->src;
		plan->to.dst = nat->dst;
		plan->to.sport = nat->sport;
		plan->to.dport = nat->dport;
		nat->last_s = c->now_s;
		rs_fragment_remember(c, p->fragment);
	}
	return 0;
}

/* The tuple of the packet itself once it is translated as planned. */
static __always_inline const struct rs_tuple *rs_leaving(const struct rs_ctx *c, const struct rs_plan *plan, struct rs_tuple *error)
{
	if (!(c->flags & RS_CTX_ICMP_ERROR))
		return &plan->to;
	__builtin_memset(error, 0, sizeof(*error));
	error->src = plan->src;
	error->dst = plan->dst;
	error->proto = c->l4_proto;
	return error;
}

/* Translates as planned. -1 with the reason for a drop. */
static __always_inline int rs_translate(struct rs_md md, struct rs_ctx *c, struct rs_plan *plan, __u8 hops)
{
	int error;

	if (c->flags & RS_CTX_ICMP_ERROR)
		error = rs_icmp_rewrite(md, c, &plan->from, &plan->to, &plan->src, &plan->dst, hops);
	else
		error = rs_rewrite(md, c, &plan->from, &plan->to, hops);
	return error ? rs_reason(c, RS_DROP_MALFORMED) : 0;
}

/* ---- what comes in ------------------------------------------------------------------------------------------------------------------------------ */

static __always_inline enum rs_step rs_ports(struct rs_md md, struct rs_ctx *c, const struct rs_config *config, const struct rs_parsed *p,
					     struct rs_found *found)
{
	int node = rs_is_node(config, c);

	if (c->flags & RS_CTX_LATER_FRAGMENT) {
		if (!rs_fragment_recall(c, p->fragment)) {
			if (!node && rs_is_vip(&c->tuple.dst))
				c->reason = RS_DROP_FRAGMENT;
			return RS_STEP_END;
		}
	} else if (node && c->tuple.proto == IPPROTO_UDP) {
		rs_terminate_as(md, IPPROTO_UDP, bpf_ntohs(c->tuple.dport));
	}
	found->service = rs_find_service(&c->tuple.dst, c->tuple.dport, c->tuple.proto);
	if (found->service)
		return RS_STEP_SERVICE;
	if (node && bpf_ntohs(c->tuple.dport) >= bpf_ntohs(config->nat_min) && bpf_ntohs(c->tuple.dport) <= bpf_ntohs(config->nat_max)) {
		found->nat = bpf_map_lookup_elem(&rs_nat, &c->tuple);
		if (found->nat)
			return RS_STEP_CLIENT;
	}
	if (p->options)
		rs_terminate_as(md, 0xfe, 0);
	if (p->first_header == IPPROTO_DSTOPTS)
		rs_terminate_as(md, IPPROTO_DSTOPTS, 0);
	if (!node && rs_is_vip(&c->tuple.dst))
		c->reason = RS_DROP_UNKNOWN_PORT;
	return RS_STEP_END;
}

/*
 * An error about a packet that a dispatch mode of this node wrapped: the program that unwraps such packets knows who sent what is in it, and gets the error
 * with its inner_offset and RS_CTX_ICMP_ERROR. Returns when there is nobody, or it is about something else.
 */
static __always_inline void rs_quoted_wrapped(struct rs_md md, struct rs_ctx *c, const struct rs_config *config, __u32 proto, __u32 port)
{
	if (!proto || !rs_is_node(config, c))
		return;
	c->flags |= RS_CTX_ICMP_ERROR;
	rs_terminate_as(md, proto, port);
	c->flags &= ~RS_CTX_ICMP_ERROR;
}

/* Echo requests, and errors about flows: those that a frontend gets are for its backend, those that this node gets for the client that it stands for. */
static __always_inline enum rs_step rs_icmp(struct rs_md md, struct rs_ctx *c, const struct rs_config *config, struct rs_plan *plan,
					    struct rs_found *found)
{
	__u8 *type = rs_at(md, c->l4_offset & 0xff, 1);
	struct rs_tuple flow;
	int ports;

	if (type && *type == (c->flags & RS_CTX_IPV6 ? 128 : ICMP_ECHO)) {
		if (!(config->flags & RS_CONFIG_ECHO) || c->flags & RS_CTX_FIRST_FRAGMENT || !rs_is_vip(&c->tuple.dst))
			return RS_STEP_END;
		return RS_STEP_ECHO;
	}
	ports = rs_parse_icmp_error(md, c, &plan->from);
	if (!rs_addr_equal(&plan->from.src, &c->tuple.dst))
		return RS_STEP_END;
	if (!ports) {
		rs_quoted_wrapped(md, c, config, plan->from.proto, 0);
		return RS_STEP_END;
	}
	rs_reverse(&plan->from, &flow);
	if (rs_is_node(config, c)) {
		found->nat = bpf_map_lookup_elem(&rs_nat, &flow);
		if (found->nat)
			return RS_STEP_CLIENT;
		if (plan->from.proto == IPPROTO_UDP)
			rs_quoted_wrapped(md, c, config, IPPROTO_UDP, bpf_ntohs(plan->from.dport));
	}
	found->service = rs_find_service(&flow.dst, flow.dport, flow.proto);
	if (!found->service)
		return RS_STEP_END;
	c->tuple = flow;
	return RS_STEP_SERVICE;
}

static __always_inline enum rs_step rs_look(struct rs_md md, struct rs_ctx *c, const struct rs_config *config, const struct rs_parsed *p,
					    struct rs_plan *plan, struct rs_found *found)
{
	if (p->kind == RS_KIND_PORTS)
		return rs_ports(md, c, config, p, found);
	if (p->kind == RS_KIND_ICMP)
		return rs_icmp(md, c, config, plan, found);
	if (p->kind == RS_KIND_PROTOCOL)
		rs_terminate_as(md, c->l4_proto, 0);
	else if (rs_is_vip(&c->tuple.dst))
		c->reason = RS_DROP_MALFORMED;
	return RS_STEP_END;
}

/* What was found out is done. Gives the verdict, or -1 with the reason for a drop. */
static __always_inline int rs_do(struct rs_md md, struct rs_ctx *c, const struct rs_config *config, const struct rs_parsed *p, struct rs_plan *plan,
				 struct rs_nat_entry *nat, enum rs_step step)
{
	enum rs_answer answer = RS_ANSWER_UNREACHABLE;
	struct rs_tuple leaving;
	int verdict;

	if (step == RS_STEP_ECHO)
		return rs_echo(md, c, config);
	plan->hop.mtu = 0;
	if (step == RS_STEP_LOCAL || (step == RS_STEP_CLIENT && nat)) {
		if (step == RS_STEP_LOCAL ? rs_plan_local(md, c, plan) : rs_plan_client(md, c, plan, nat, p))
			return -1;
		if (step == RS_STEP_CLIENT) {
			rs_route(md, c, rs_leaving(c, plan, &leaving), rs_is_xdp(md) ? c->l3_length : 0, &plan->hop);
			if (rs_hop_needs_stack(md, &plan->hop)) {
				c->reason = RS_OK_TO_STACK;
				return rs_pass(md);
			}
			if (plan->hop.kind == RS_HOP_NONE)
				return rs_reason(c, RS_DROP_NO_ROUTE);
		}
		if (step == RS_STEP_LOCAL || plan->hop.kind != RS_HOP_TOO_BIG) {
			if (rs_translate(md, c, plan, step == RS_STEP_CLIENT))
				return -1;
			if (step == RS_STEP_LOCAL)
				return rs_pass(md);
			verdict = rs_send(md, c, &plan->hop);
			if (verdict >= 0)
				c->reason = c->flags & RS_CTX_ICMP_ERROR ? RS_OK_ICMP : RS_OK_REPLY;
			if (c->flags & (RS_CTX_FIN | RS_CTX_RST))
				rs_reply_ends(md, c, config, nat);
			return verdict;
		}
		answer = RS_ANSWER_TOO_BIG;
	}
	return rs_answer(md, c, config, answer, plan->hop.mtu);
}

static __always_inline int rs_entry(struct rs_md md)
{
	struct rs_config *config = rs_configuration();
	struct rs_ctx *c = rs_context();
	struct rs_found found = {};
	struct rs_plan *plan;
	struct rs_parsed p;
	__u32 zero = 0;
	enum rs_step step;
	int verdict = rs_pass(md);

	plan = bpf_map_lookup_elem(&rs_plans, &zero);
	if (!config || !c || !plan || config->abi != RS_ABI_VERSION)
		return verdict;
	p.kind = rs_parse(md, c, &p);
	if (p.kind == RS_KIND_OTHER)
		return verdict;
	if (!rs_is_xdp(md) && config->explain_mark && RS_SKB_WORD(md, mark) == config->explain_mark)
		c->flags |= RS_CTX_EXPLAIN;
	c->reason = RS_OK_TO_STACK;
	step = rs_look(md, c, config, &p, plan, &found);
	if (step == RS_STEP_SERVICE)
		step = rs_to_service(md, c, config, &p, found.service);
	if (step == RS_STEP_DISPATCH) {
		__u32 index = c->flow.dispatch;

		/* A backend that is the client would answer itself, and refuse its own address from outside: it must see another's. */
		if (config->hairpin && rs_addr_equal(&c->backend.addr, &c->tuple.src))
			index = config->hairpin;
		rs_dispatch(md, index);
		c->reason = RS_DROP_NO_DISPATCH;
	} else if (step != RS_STEP_END) {
		verdict = rs_do(md, c, config, &p, plan, found.nat, step);
	}
	return rs_end(md, c, config, verdict);
}

#endif
