/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Changes a packet's addresses and ports, its checksums with them. At tc right also for packets whose checksum a device is still to fill in. */
#ifndef ROADSTEAD_REWRITE_H
#define ROADSTEAD_REWRITE_H

#include <roadstead/abi.h>
#include <roadstead/csum.h>
#include <roadstead/md.h>
#include <roadstead/parse.h>

/* The IPv4 header from its TTL on. */
struct rs_ip4_tail {
	__u16 ttl_protocol;
	__u16 check;
	__be32 saddr;
	__be32 daddr;
};

static __always_inline int rs_store(struct rs_md md, __u32 offset, const void *from, __u32 length)
{
	void *to;

	if (!rs_is_xdp(md))
		return bpf_skb_store_bytes(md.skb, offset, from, length, 0);
	to = rs_at(md, offset, length);
	if (!to)
		return -1;
	__builtin_memcpy(to, from, length);
	return 0;
}

/* The IP header: new addresses, and hops taken off the time to live, modulo 256. 0 on success. */
static __always_inline int rs_rewrite_l3(struct rs_md md, const struct rs_ctx *c, const struct rs_addr *src, const struct rs_addr *dst, __u8 hops)
{
	if (c->flags & RS_CTX_IPV6) {
		struct ipv6hdr *ip = rs_at(md, RS_L3, sizeof(*ip));
		__u8 limit;

		if (!ip)
			return -1;
		limit = ip->hop_limit - hops;
		return rs_store(md, RS_L3 + 7, &limit, 1) || rs_store(md, RS_L3 + 8, src, 16) || rs_store(md, RS_L3 + 24, dst, 16);
	} else {
		struct rs_ip4_tail *ip = rs_at(md, RS_L3 + 8, sizeof(*ip)), now;
		__u64 change;

		if (!ip)
			return -1;
		/* The TTL is the low byte. */
		now.ttl_protocol = (ip->ttl_protocol & 0xff00) | (__u8)(ip->ttl_protocol - hops);
		now.saddr = src->word[3];
		now.daddr = dst->word[3];
		change = rs_csum_word(0, ip->ttl_protocol, now.ttl_protocol);
		change = rs_csum_word(change, ip->saddr, now.saddr);
		change = rs_csum_word(change, ip->daddr, now.daddr);
		now.check = rs_csum_apply(ip->check, change);
		return rs_store(md, RS_L3 + 8, &now, sizeof(now));
	}
}

/* Ports and checksum of the transport header. 0 on success. */
static __always_inline int rs_rewrite_l4(struct rs_md md, const struct rs_ctx *c, const struct rs_tuple *from, const struct rs_tuple *to)
{
	__u32 l4 = c->l4_offset & 0xff;
	__u32 check = l4 + (c->l4_proto == IPPROTO_TCP ? 16 : 6);
	__u64 addresses = rs_csum_addr(rs_csum_addr(0, &from->src, &to->src), &from->dst, &to->dst);
	__u32 ports[2] = { (__u32)from->dport << 16 | from->sport, (__u32)to->dport << 16 | to->sport };

	if (rs_is_xdp(md)) {
		__u32 *header = rs_at(md, l4, 4);
		__u16 *sum = rs_at(md, check, 2);
		__u64 change = rs_csum_word(addresses, ports[0], ports[1]);

		if (!header || !sum)
			return -1;
		*header = ports[1];
		*sum = c->l4_proto == IPPROTO_UDP ? rs_csum_apply_udp(*sum, change) : rs_csum_apply(*sum, change);
		return 0;
	} else {
		__u64 udp = c->l4_proto == IPPROTO_UDP ? BPF_F_MARK_MANGLED_0 : 0;
		__u32 change = rs_csum_fold32(addresses);

		if (bpf_l4_csum_replace(md.skb, check, 0, change, BPF_F_PSEUDO_HDR | udp))
			return -1;
		/*
		 * A sum that the device made over the whole packet: the helper takes the change of addresses off it, which is right for IPv4, whose header
		 * has a sum of its own to make up for it. In IPv6 the transport's sum already did.
		 */
		if (c->flags & RS_CTX_IPV6)
			bpf_csum_update(md.skb, change);
		if (ports[0] == ports[1])
			return 0;
		if (bpf_l4_csum_replace(md.skb, check, ports[0], ports[1], sizeof(__u32) | udp))
			return -1;
		return bpf_skb_store_bytes(md.skb, l4, &ports[1], sizeof(__u32), 0);
	}
}

/* From one tuple to another. Later fragments have no ports. 0 on success. */
static __always_inline int rs_rewrite(struct rs_md md, const struct rs_ctx *c, const struct rs_tuple *from, const struct rs_tuple *to, __u8 hops)
{
	if (rs_rewrite_l3(md, c, &to->src, &to->dst, hops))
		return -1;
	if (c->flags & RS_CTX_LATER_FRAGMENT)
		return 0;
	return rs_rewrite_l4(md, c, from, to);
}

#endif
