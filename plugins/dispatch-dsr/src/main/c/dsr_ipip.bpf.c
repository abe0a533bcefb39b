/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Direct server return by IP in IP. The packet, still addressed to the frontend, travels in an outer header to the backend, whose node takes that off and
 * translates. Nothing else has to be told; the source of the outer header may come from a prefix of its own, its lower bits by flow, so that network cards
 * spread the flows over their queues.
 */
#include "dsr.h"
#include "dsr_terminate.h"
#include "dsr_told_too_big.h"

char _license[] SEC("license") = "Dual BSD/GPL";

/* Settings: the prefixes' addresses, in host order, and the bits below them; without bits the source is this node. */
const volatile __u64 dsr_source4 = 0;
const volatile __u64 dsr_source4_bits = 0;
const volatile __u64 dsr_source6_high = 0;
const volatile __u64 dsr_source6_low = 0;
const volatile __u64 dsr_source6_bits = 0;

static __always_inline void dsr_source(const struct rs_ctx *c, const struct rs_config *config, __u32 hash, struct rs_addr *source)
{
	if (c->flags & RS_CTX_IPV6) {
		*source = config->node6;
		if (!dsr_source6_bits)
			return;
		source->word[0] = bpf_htonl(dsr_source6_high >> 32);
		source->word[1] = bpf_htonl((__u32)dsr_source6_high);
		source->word[2] = bpf_htonl(dsr_source6_low >> 32);
		source->word[3] = bpf_htonl((__u32)dsr_source6_low | (dsr_source6_bits < 32 ? hash & ((1u << dsr_source6_bits) - 1) : hash));
	} else {
		*source = config->node4;
		if (dsr_source4_bits)
			rs_addr_v4(source, bpf_htonl((__u32)dsr_source4 | (hash & ((1u << (dsr_source4_bits & 31)) - 1))));
	}
}

/* One hop less to live. 0 on success. */
static __always_inline int dsr_count_hop(struct rs_md md, const struct rs_ctx *c)
{
	struct rs_addr src, dst;

	return rs_outer(md, c, &src, &dst) || rs_rewrite_l3(md, c, &src, &dst, 1);
}

static __always_inline int dsr_wrap(struct rs_md md, const struct rs_ctx *c, const struct rs_tuple *leaving, __u32 hash, __u64 flags)
{
	struct ethhdr eth = {}, *at = rs_at(md, 0, sizeof(*at));
	__u32 bytes = c->flags & RS_CTX_IPV6 ? sizeof(struct ipv6hdr) : sizeof(struct iphdr);

	if (!at)
		return -1;
	eth = *at;
	flags |= c->flags & RS_CTX_IPV6 ? BPF_F_ADJ_ROOM_ENCAP_L3_IPV6 : BPF_F_ADJ_ROOM_ENCAP_L3_IPV4;
	if (dsr_grow(md, bytes, flags))
		return -1;
	at = rs_at(md, 0, sizeof(*at) + sizeof(struct ipv6hdr));
	if (!at)
		return -1;
	*at = eth;
	if (c->flags & RS_CTX_IPV6)
		dsr_fill_ip6((void *)(at + 1), c, IPPROTO_IPV6, &leaving->src, &leaving->dst, hash, c->l3_length);
	else
		dsr_fill_ip4((void *)(at + 1), c, IPPROTO_IPIP, leaving->src.word[3], leaving->dst.word[3], c->l3_length + bytes);
	return 0;
}

/* Gives the verdict, or -1 with the reason for a drop. */
static __always_inline int dsr_dispatch(struct rs_md md, struct rs_ctx *c, const struct rs_config *config)
{
	__u32 overhead = c->flags & RS_CTX_IPV6 ? sizeof(struct ipv6hdr) : sizeof(struct iphdr);
	struct rs_tuple leaving = { .proto = c->flags & RS_CTX_IPV6 ? IPPROTO_IPV6 : IPPROTO_IPIP };
	__u32 hash = dsr_hash(c, config);
	struct rs_hop hop;
	__u64 flags;

	dsr_source(c, config, hash, &leaving.src);
	leaving.dst = c->backend.addr;
	flags = dsr_route(md, c, config, &leaving, overhead, &hop);
	if (!dsr_stays(md, &hop)) {
		if (dsr_count_hop(md, c))
			return rs_reason(c, RS_DROP_MALFORMED);
		if (dsr_wrap(md, c, &leaving, hash, flags))
			return rs_reason(c, RS_DROP_UNSUPPORTED);
	}
	return dsr_send(md, c, config, &hop);
}

/* The service of a flow. A NodePort is the same on all nodes: another node's is looked up as this one's. */
static __always_inline struct rs_service_entry *dsr_find_service(const struct rs_ctx *c, const struct rs_config *config, const struct rs_tuple *flow)
{
	struct rs_service_entry *service = rs_find_service(&flow->dst, flow->dport, flow->proto);

	if (service || rs_is_vip(&flow->dst))
		return service;
	service = rs_find_service(c->flags & RS_CTX_IPV6 ? &config->node6 : &config->node4, flow->dport, flow->proto);
	return service && service->flags & RS_SVC_NODE_PORT ? service : 0;
}

/* What can be said of a packet in the packet, without options or extension headers, before it is taken out. 0 on success. */
static __always_inline int dsr_peek(struct rs_md md, const struct rs_ctx *c, __u32 at, struct rs_tuple *flow)
{
	__be16 *ports;

	if (c->flags & RS_CTX_IPV6) {
		struct ipv6hdr *ip = rs_at(md, at, sizeof(*ip));

		if (!ip || ip->version != 6)
			return -1;
		__builtin_memcpy(&flow->dst, &ip->daddr, 16);
		flow->proto = ip->nexthdr;
		ports = rs_at(md, at + sizeof(*ip), 4);
	} else {
		struct iphdr *ip = rs_at(md, at, sizeof(*ip));

		if (!ip || ip->version != 4)
			return -1;
		rs_addr_v4(&flow->dst, ip->daddr);
		flow->proto = ip->protocol;
		ports = rs_at(md, at + sizeof(*ip), 4);
	}
	flow->dport = ports ? ports[1] : 0;
	return 0;
}

/*
 * The backend that a flow was sent to: that of the outer destination's address. Its port is that of the table's backend or, should that be another one, the
 * same as that one's, which is so wherever a service has one target port. 0 when there is none of this node.
 */
static __always_inline struct rs_backend_entry *dsr_find_backend(struct rs_ctx *c, const struct rs_config *config, const struct rs_addr *addr)
{
	struct rs_backend_key key = { .addr = *addr, .proto = c->tuple.proto };
	__u32 id = rs_select(c, config), *found;
	struct rs_backend_entry *backend = id ? bpf_map_lookup_elem(&rs_backend, &id) : 0;

	if (!backend || !rs_addr_equal(&backend->addr, addr)) {
		/* None is in the table when all are on the way out. */
		key.port = backend ? backend->port : c->tuple.dport;
		found = bpf_map_lookup_elem(&rs_backend_ids, &key);
		if (!found)
			return 0;
		id = *found;
		if (rs_member_state(c->service_id, id) == RS_BACKEND_UNUSED)
			return 0;
		backend = bpf_map_lookup_elem(&rs_backend, &id);
	}
	c->backend_id = id;
	return backend && backend->flags & RS_BACKEND_LOCAL ? backend : 0;
}

/* Translates what is in the context, for a frontend, to the backend's address; the tuple becomes that of the translated packet. -1 with the reason for a drop. */
static __always_inline int dsr_translate(struct rs_md md, struct rs_ctx *c, const struct rs_config *config, const struct rs_addr *addr,
					 const struct rs_parsed *parsed)
{
	struct rs_service_entry *service;
	struct rs_backend_entry *backend;
	struct rs_tuple quoted;

	if (parsed->kind == RS_KIND_ICMP) {
		if (!rs_parse_icmp_error(md, c, &quoted))
			return rs_reason(c, RS_DROP_UNSUPPORTED);
		rs_reverse(&quoted, &c->tuple);
	} else if (parsed->kind != RS_KIND_PORTS) {
		return rs_reason(c, RS_DROP_MALFORMED);
	} else if (c->flags & RS_CTX_LATER_FRAGMENT) {
		if (!rs_fragment_recall(c, parsed->fragment))
			return rs_reason(c, RS_DROP_FRAGMENT);
	} else {
		rs_fragment_remember(c, parsed->fragment);
	}
	service = dsr_find_service(c, config, &c->tuple);
	if (!service)
		return rs_reason(c, RS_DROP_UNKNOWN_PORT);
	c->service = *service;
	c->service_id = service->id;
	backend = dsr_find_backend(c, config, addr);
	if (!backend)
		return rs_reason(c, RS_DROP_BACKEND_GONE);
	c->backend = *backend;
	return dsr_to_backend(md, c, 0);
}

/* Unwraps a packet for a frontend of ours. Gives the verdict, or -1 with the reason for a drop. */
static __always_inline int dsr_terminate(struct rs_md md, struct rs_ctx *c, const struct rs_config *config)
{
	__u32 bytes = c->flags & RS_CTX_IPV6 ? sizeof(struct ipv6hdr) : sizeof(struct iphdr);
	struct rs_addr addr = c->tuple.dst;
	struct dsr_told told = {};
	struct rs_parsed parsed;
	struct rs_tuple flow;

	if (c->flags & RS_CTX_ICMP_ERROR)
		return dsr_tell_client(md, c, config, (c->inner_offset & 0xff) + bytes, bytes, 0);
	if (c->l4_proto != (c->flags & RS_CTX_IPV6 ? IPPROTO_IPV6 : IPPROTO_IPIP) || c->l4_offset != RS_L3 + bytes ||
	    c->flags & (RS_CTX_FIRST_FRAGMENT | RS_CTX_LATER_FRAGMENT))
		return dsr_not_ours(md, c);
	rs_pull(md, RS_HEADERS + bytes);
	if (dsr_peek(md, c, RS_L3 + bytes, &flow) || (!rs_is_vip(&flow.dst) && !dsr_find_service(c, config, &flow)))
		return dsr_not_ours(md, c);
	if (dsr_shrink(md, bytes))
		return rs_reason(c, RS_DROP_MALFORMED);
	dsr_parse(md, c, &parsed);
	told.vip = c->tuple.dst;
	told.port = c->tuple.dport;
	if (dsr_translate(md, c, config, &addr, &parsed))
		return -1;
	if (parsed.kind == RS_KIND_PORTS && !(c->flags & RS_CTX_LATER_FRAGMENT)) {
		c->tuple.dst = c->backend.addr;
		c->tuple.dport = c->backend.port;
		if (dsr_remember(c, &told))
			return -1;
	}
	c->reason = RS_OK_TERMINATED;
	return rs_pass(md);
}

DSR_PROGRAMS(dsr_ipip)
