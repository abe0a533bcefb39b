/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* ICMP errors about packets of flows that we translate: the packet that they quote is translated like them. */
#ifndef ROADSTEAD_ICMP_ERROR_H
#define ROADSTEAD_ICMP_ERROR_H

#include <roadstead/abi.h>
#include <roadstead/counters.h>
#include <roadstead/csum.h>
#include <roadstead/md.h>
#include <roadstead/parse.h>
#include <roadstead/rewrite.h>

#define RS_INNER_MASK 0x1ff

/* Offset of the transport header that the error quotes. */
static __always_inline __u32 rs_inner_l4(struct rs_md md, const struct rs_ctx *c)
{
	__u32 inner = c->inner_offset & RS_INNER_MASK;
	struct iphdr *ip;

	if (c->flags & RS_CTX_IPV6)
		return inner + sizeof(struct ipv6hdr);
	ip = rs_at(md, inner, sizeof(*ip));
	return ip ? inner + ip->ihl * 4 : inner + sizeof(*ip);
}

/* Whether the packet is an ICMP error that quotes the beginning of a TCP or UDP packet, whose tuple it gives; of another's, addresses and protocol. */
static __always_inline int rs_parse_icmp_error(struct rs_md md, struct rs_ctx *c, struct rs_tuple *quoted)
{
	__u32 l4 = c->l4_offset & 0xff, inner = l4 + 8, at;
	__u8 *type;
	__be16 *ports;

	__builtin_memset(quoted, 0, sizeof(*quoted));
	rs_pull(md, RS_ICMP_HEADERS);
	type = rs_at(md, l4, 8);
	if (!type)
		return 0;
	c->inner_offset = inner;
	if (c->flags & RS_CTX_IPV6) {
		struct ipv6hdr *ip = rs_at(md, inner, sizeof(*ip));

		if (type[0] < 1 || type[0] > 4 || !ip || ip->version != 6)
			return 0;
		__builtin_memcpy(&quoted->src, &ip->saddr, 16);
		__builtin_memcpy(&quoted->dst, &ip->daddr, 16);
		quoted->proto = ip->nexthdr;
		at = inner + sizeof(*ip);
	} else {
		struct iphdr *ip = rs_at(md, inner, sizeof(*ip));

		if (type[0] != ICMP_DEST_UNREACH && type[0] != ICMP_TIME_EXCEEDED && type[0] != ICMP_PARAMETERPROB)
			return 0;
		if (!ip || ip->version != 4 || ip->ihl < 5 || ip->frag_off & bpf_htons(0x1fff))
			return 0;
		rs_addr_v4(&quoted->src, ip->saddr);
		rs_addr_v4(&quoted->dst, ip->daddr);
		quoted->proto = ip->protocol;
		at = inner + ip->ihl * 4;
	}
	if (quoted->proto != IPPROTO_TCP && quoted->proto != IPPROTO_UDP)
		return 0;
	ports = rs_at(md, at, 8);
	if (!ports || at + 8 > RS_L3 + (__u32)c->l3_length)
		return 0;
	quoted->sport = ports[0];
	quoted->dport = ports[1];
	c->flags |= RS_CTX_ICMP_ERROR;
	return 1;
}

/* The tuple of packets that go the other way. */
static __always_inline void rs_reverse(const struct rs_tuple *tuple, struct rs_tuple *reverse)
{
	reverse->src = tuple->dst;
	reverse->dst = tuple->src;
	reverse->sport = tuple->dport;
	reverse->dport = tuple->sport;
	reverse->proto = tuple->proto;
	reverse->pad[0] = 0;
	reverse->pad[1] = 0;
	reverse->pad[2] = 0;
}

/* Addresses of the packet itself, whatever the context's tuple says. */
static __always_inline int rs_outer(struct rs_md md, const struct rs_ctx *c, struct rs_addr *src, struct rs_addr *dst)
{
	if (c->flags & RS_CTX_IPV6) {
		struct ipv6hdr *ip = rs_at(md, RS_L3, sizeof(*ip));

		if (!ip)
			return -1;
		__builtin_memcpy(src, &ip->saddr, 16);
		__builtin_memcpy(dst, &ip->daddr, 16);
	} else {
		struct iphdr *ip = rs_at(md, RS_L3, sizeof(*ip));

		if (!ip)
			return -1;
		rs_addr_v4(src, ip->saddr);
		rs_addr_v4(dst, ip->daddr);
	}
	return 0;
}

/* Stores a 16-bit field and adds what that changes. */
static __always_inline int rs_store16(struct rs_md md, __u32 offset, __u16 from, __u16 to, __u64 *change)
{
	*change = rs_csum_word(*change, from, to);
	return rs_store(md, offset, &to, sizeof(to));
}

/*
 * Translates what the error quotes from one tuple to another, and the error's own addresses. The quoted packet's checksums follow where they are quoted, so
 * that it stays the packet that its sender sent. 0 on success.
 */
static __always_inline int rs_icmp_rewrite(struct rs_md md, const struct rs_ctx *c, const struct rs_tuple *from, const struct rs_tuple *to,
					   const struct rs_addr *src, const struct rs_addr *dst, __u8 hops)
{
	__u32 l4 = c->l4_offset & 0xff, inner = c->inner_offset & RS_INNER_MASK, at = rs_inner_l4(md, c);
	__u64 addresses = rs_csum_addr(rs_csum_addr(0, &from->src, &to->src), &from->dst, &to->dst);
	__u32 old_ports = (__u32)from->dport << 16 | from->sport, new_ports = (__u32)to->dport << 16 | to->sport;
	__u64 transport = rs_csum_word(addresses, old_ports, new_ports);
	__u64 change = transport;
	__u16 *field, check;

	if (from->proto == IPPROTO_UDP) {
		field = rs_at(md, at + 6, 2);
		if (!field)
			return -1;
		check = *field;
		if (rs_store16(md, at + 6, check, rs_csum_apply_udp(check, transport), &change))
			return -1;
	} else if (at + 18 <= RS_L3 + (__u32)c->l3_length) {
		field = rs_at(md, at + 16, 2);
		if (!field)
			return -1;
		check = *field;
		if (rs_store16(md, at + 16, check, rs_csum_apply(check, transport), &change))
			return -1;
	}
	if (rs_store(md, at, &new_ports, 4))
		return -1;
	if (c->flags & RS_CTX_IPV6) {
		struct rs_addr was[2];

		if (rs_outer(md, c, &was[0], &was[1]))
			return -1;
		change = rs_csum_addr(rs_csum_addr(change, &was[0], src), &was[1], dst);
		if (rs_store(md, inner + 8, &to->src, 16) || rs_store(md, inner + 24, &to->dst, 16))
			return -1;
	} else {
		field = rs_at(md, inner + 10, 2);
		if (!field)
			return -1;
		check = *field;
		if (rs_store16(md, inner + 10, check, rs_csum_apply(check, addresses), &change) ||
		    rs_store(md, inner + 12, &to->src.word[3], 4) || rs_store(md, inner + 16, &to->dst.word[3], 4))
			return -1;
	}
	field = rs_at(md, l4 + 2, 2);
	if (!field)
		return -1;
	check = rs_csum_apply(*field, change);
	if (rs_store(md, l4 + 2, &check, 2))
		return -1;
	return rs_rewrite_l3(md, c, src, dst, hops);
}

/*
 * An error that the network sent to a frontend, about what came from there: what the backend would have been told had it sent to client directly. The client
 * is the node itself where flows carry the node's address. Gives what to call rs_icmp_rewrite with. -1 with the reason for a drop.
 */
static __always_inline int rs_icmp_for_backend(struct rs_md md, struct rs_ctx *c, const struct rs_addr *client, __be16 client_port,
					       struct rs_tuple *from, struct rs_tuple *to, struct rs_addr *src, struct rs_addr *dst)
{
	rs_reverse(&c->tuple, from);
	*to = *from;
	to->src = c->backend.addr;
	to->sport = c->backend.port;
	to->dst = *client;
	to->dport = client_port;
	if (rs_outer(md, c, src, dst))
		return rs_reason(c, RS_DROP_MALFORMED);
	*dst = c->backend.addr;
	return 0;
}

/*
 * An error about a packet on its way to a backend, for the client: nat is the entry by which replies of that flow are translated. One that the backend itself
 * sent comes from the frontend then. Gives what to call rs_icmp_rewrite with, beside what is quoted. -1 with the reason for a drop.
 */
static __always_inline int rs_icmp_for_client(struct rs_md md, struct rs_ctx *c, const struct rs_nat_entry *nat, const struct rs_tuple *quoted,
					      struct rs_tuple *to, struct rs_addr *src, struct rs_addr *dst)
{
	*to = *quoted;
	to->src = nat->dst;
	to->sport = nat->dport;
	to->dst = nat->src;
	to->dport = nat->sport;
	if (rs_outer(md, c, src, dst))
		return rs_reason(c, RS_DROP_MALFORMED);
	if (rs_addr_equal(src, &quoted->dst))
		*src = nat->src;
	*dst = nat->dst;
	return 0;
}

#endif
