/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * A router between the nodes cannot pass on a wrapped packet because it is too big, and tells the node that wrapped it. Only that node can tell the client:
 * the error becomes one about the packet that the client sent, with what is put in front of it taken off the MTU.
 */
#ifndef ROADSTEAD_DSR_TOLD_TOO_BIG_H
#define ROADSTEAD_DSR_TOLD_TOO_BIG_H

#include "dsr_terminate.h"

/* What the client is quoted of its packet: the IP header and the first eight bytes behind it, which RFC 792 promises. */
struct dsr_quoted4 {
	struct iphdr ip;
	struct udphdr l4;
};

struct dsr_quoted6 {
	struct ipv6hdr ip;
	struct udphdr l4; /* or TCP's ports and sequence number */
};

struct dsr_error4 {
	struct iphdr ip;
	__u8 type, code;
	__u16 check;
	__be32 mtu;
	struct dsr_quoted4 quoted;
};

struct dsr_error6 {
	struct ipv6hdr ip;
	__u8 type, code;
	__u16 check;
	__be32 mtu;
	struct dsr_quoted6 quoted;
};

/* Cuts the packet to this length. 0 on success. */
static __always_inline int dsr_cut(struct rs_md md, __u32 length)
{
	if (rs_is_xdp(md))
		return bpf_xdp_adjust_tail(md.xdp, (int)(length - rs_frame_length(md)));
	return bpf_skb_change_tail(md.skb, length, 0);
}

/* Gives what is quoted of the transport header the frontend's port, and UDP's checksum what that and the address change, which is what there was before. */
static __always_inline void dsr_quote_l4(struct udphdr *l4, __u8 proto, const struct dsr_told *told, __u64 change)
{
	if (proto == IPPROTO_UDP)
		l4->check = rs_csum_apply_udp(l4->check, rs_csum_word(change, l4->dest, told->port));
	l4->dest = told->port;
}

/* The error as the client gets it, from what stands at offset at. -1 with the reason for a drop. */
static __always_inline int dsr_error4(struct rs_md md, struct rs_ctx *c, __u32 at, __u32 overhead, const struct dsr_told *told,
				      struct dsr_error4 *error)
{
	__u8 *icmp = rs_at(md, c->l4_offset & 0xff, 8);
	struct dsr_quoted4 *quoted = rs_at(md, at, sizeof(*quoted));
	__u32 mtu;

	/* Some routers quote no more than they must, which does not reach into what was wrapped. */
	if (!icmp || !quoted || quoted->ip.version != 4 || quoted->ip.ihl != 5)
		return rs_reason(c, RS_DROP_TOO_BIG);
	mtu = bpf_ntohs(*(__be16 *)(icmp + 6));
	if (mtu <= overhead)
		return rs_reason(c, RS_DROP_TOO_BIG);
	error->quoted = *quoted;
	if (told) {
		__u64 change = rs_csum_word(0, quoted->ip.daddr, told->vip.word[3]);

		dsr_quote_l4(&error->quoted.l4, quoted->ip.protocol, told, change);
		error->quoted.ip.daddr = told->vip.word[3];
		error->quoted.ip.check = rs_csum_apply(quoted->ip.check, change);
	}
	error->ip.version = 4;
	error->ip.ihl = 5;
	error->ip.tot_len = bpf_htons(sizeof(*error));
	error->ip.frag_off = bpf_htons(0x4000);
	error->ip.ttl = RS_ICMP_TTL;
	error->ip.protocol = IPPROTO_ICMP;
	error->ip.saddr = error->quoted.ip.daddr;
	error->ip.daddr = error->quoted.ip.saddr;
	error->ip.check = ~rs_csum_fold(rs_sum_words((__u32 *)&error->ip, 5));
	error->type = ICMP_DEST_UNREACH;
	error->code = ICMP_FRAG_NEEDED;
	error->mtu = bpf_htonl(mtu - overhead);
	error->check = ~rs_csum_fold(rs_sum_words((__u32 *)&error->type, (sizeof(*error) - sizeof(error->ip)) / 4));
	return 0;
}

static __always_inline int dsr_error6(struct rs_md md, struct rs_ctx *c, __u32 at, __u32 overhead, const struct dsr_told *told,
				      struct dsr_error6 *error)
{
	__u8 *icmp = rs_at(md, c->l4_offset & 0xff, 8);
	struct dsr_quoted6 *quoted = rs_at(md, at, sizeof(*quoted));
	__u32 mtu;
	__u64 sum;

	if (!icmp || !quoted || quoted->ip.version != 6)
		return rs_reason(c, RS_DROP_TOO_BIG);
	mtu = bpf_ntohl(*(__be32 *)(icmp + 4));
	if (mtu <= overhead)
		return rs_reason(c, RS_DROP_TOO_BIG);
	error->quoted = *quoted;
	if (told) {
		dsr_quote_l4(&error->quoted.l4, quoted->ip.nexthdr, told, rs_csum_addr(0, (struct rs_addr *)&quoted->ip.daddr, &told->vip));
		__builtin_memcpy(&error->quoted.ip.daddr, &told->vip, 16);
	}
	error->ip.version = 6;
	error->ip.payload_len = bpf_htons(sizeof(*error) - sizeof(error->ip));
	error->ip.nexthdr = IPPROTO_ICMPV6;
	error->ip.hop_limit = RS_ICMP_TTL;
	error->ip.saddr = error->quoted.ip.daddr;
	error->ip.daddr = error->quoted.ip.saddr;
	error->type = 2;
	error->mtu = bpf_htonl(mtu - overhead);
	sum = rs_sum_words((__u32 *)&error->type, (sizeof(*error) - sizeof(error->ip)) / 4);
	sum += rs_sum_words((__u32 *)&error->ip.saddr, 8);
	error->check = ~rs_csum_fold(sum + error->ip.payload_len + bpf_htons(IPPROTO_ICMPV6));
	return 0;
}

/*
 * Answers the client, whose packet stands in the error from offset at on, its destination the backend where told gives the frontend. Other errors about wrapped
 * packets mean nothing to a client. Gives the verdict, or -1 with the reason for a drop.
 */
static __always_inline int dsr_tell_client(struct rs_md md, struct rs_ctx *c, const struct rs_config *config, __u32 at, __u32 overhead,
					   const struct dsr_told *told)
{
	__u8 *icmp = rs_at(md, c->l4_offset & 0xff, 8);
	struct rs_tuple leaving = {};
	struct rs_hop hop;

	if (!icmp || (c->flags & RS_CTX_IPV6 ? icmp[0] != 2 : icmp[0] != ICMP_DEST_UNREACH || icmp[1] != ICMP_FRAG_NEEDED))
		return dsr_not_ours(md, c);
	if (!rs_icmp_allowed(config))
		return rs_reason(c, RS_DROP_RATE_LIMITED);
	if (c->flags & RS_CTX_IPV6) {
		struct dsr_error6 error = {};

		if (dsr_error6(md, c, at, overhead, told, &error) || dsr_cut(md, RS_L3 + sizeof(error)))
			return -1;
		leaving.proto = IPPROTO_ICMPV6;
		__builtin_memcpy(&leaving.src, &error.ip.saddr, 16);
		__builtin_memcpy(&leaving.dst, &error.ip.daddr, 16);
		if (rs_store(md, RS_L3, &error, sizeof(error)))
			return rs_reason(c, RS_DROP_MALFORMED);
	} else {
		struct dsr_error4 error = {};

		if (dsr_error4(md, c, at, overhead, told, &error) || dsr_cut(md, RS_L3 + sizeof(error)))
			return -1;
		leaving.proto = IPPROTO_ICMP;
		rs_addr_v4(&leaving.src, error.ip.saddr);
		rs_addr_v4(&leaving.dst, error.ip.daddr);
		if (rs_store(md, RS_L3, &error, sizeof(error)))
			return rs_reason(c, RS_DROP_MALFORMED);
	}
	rs_route(md, c, &leaving, 0, &hop);
	/* The stack would send it as well, but for its source, which is not this node's. */
	if (hop.kind != RS_HOP_KNOWN && (rs_is_xdp(md) || hop.kind != RS_HOP_NEIGHBOUR))
		return rs_reason(c, RS_DROP_NO_ROUTE);
	c->reason = RS_OK_ICMP;
	return rs_send(md, c, &hop);
}

#endif
