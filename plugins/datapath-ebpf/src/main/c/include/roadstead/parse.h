/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* What a packet is, written into its rs_ctx. */
#ifndef ROADSTEAD_PARSE_H
#define ROADSTEAD_PARSE_H

#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>

#include <roadstead/abi.h>
#include <roadstead/md.h>

/* RFC 792; linux/icmp.h would draw in the C library. */
#define ICMP_ECHOREPLY 0
#define ICMP_DEST_UNREACH 3
#define ICMP_ECHO 8
#define ICMP_TIME_EXCEEDED 11
#define ICMP_PARAMETERPROB 12
#define ICMP_PORT_UNREACH 3
#define ICMP_FRAG_NEEDED 4

#define RS_L3 ETH_HLEN
/* No transport header of ours begins after this; a longer chain of headers is left to the stack. */
#define RS_MAX_L4 254
#define RS_MAX_EXTENSIONS 4
/* Linear bytes that the headers of an ordinary packet take, and of an ICMP error with what it embeds. */
#define RS_HEADERS (RS_L3 + 40 + 20)
#define RS_ICMP_HEADERS (RS_MAX_L4 + 8 + 60 + 20)

enum rs_kind {
	RS_KIND_OTHER = 0,	/* nothing that we look at */
	RS_KIND_PORTS = 1,	/* TCP or UDP; a later fragment's ports are 0 */
	RS_KIND_ICMP = 2,	/* of the packet's family, not a later fragment */
	RS_KIND_PROTOCOL = 3,	/* any other: l4_proto says which */
	RS_KIND_MALFORMED = 4	/* lengths that contradict each other; the addresses are right */
};

struct rs_parsed {
	enum rs_kind kind;
	__be32 fragment;	/* id of the datagram, for fragments */
	__u8 ttl;
	__u8 options;		/* IPv4: header with options */
	__u8 first_header;	/* IPv6: next header of the fixed one */
};

/* RFC 2474: the upper six bits and the two of RFC 3168 make the old type of service. */
static __always_inline __u8 rs_tos6(const struct ipv6hdr *ip)
{
	return ip->priority << 4 | ip->flow_lbl[0] >> 4;
}

/* Ports and TCP flags from the transport header at l4. */
static __always_inline enum rs_kind rs_parse_l4(struct rs_md md, struct rs_ctx *c, __u32 l4, __u32 end)
{
	c->l4_offset = l4;
	if (c->flags & RS_CTX_LATER_FRAGMENT)
		return c->l4_proto == IPPROTO_TCP || c->l4_proto == IPPROTO_UDP ? RS_KIND_PORTS : RS_KIND_PROTOCOL;
	if (c->l4_proto == IPPROTO_TCP) {
		struct tcphdr *tcp = rs_at(md, l4, sizeof(*tcp));
		__u8 bits;

		if (!tcp || l4 + sizeof(*tcp) > end)
			return RS_KIND_MALFORMED;
		c->tuple.sport = tcp->source;
		c->tuple.dport = tcp->dest;
		bits = ((__u8 *)tcp)[13];
		if ((bits & 0x12) == 0x02)
			c->flags |= RS_CTX_SYN;
		if (bits & 0x10)
			c->flags |= RS_CTX_TCP_ACK;
		if (bits & 0x01)
			c->flags |= RS_CTX_FIN;
		if (bits & 0x04)
			c->flags |= RS_CTX_RST;
		return RS_KIND_PORTS;
	}
	if (c->l4_proto == IPPROTO_UDP) {
		struct udphdr *udp = rs_at(md, l4, sizeof(*udp));

		if (!udp || l4 + sizeof(*udp) > end)
			return RS_KIND_MALFORMED;
		c->tuple.sport = udp->source;
		c->tuple.dport = udp->dest;
		return RS_KIND_PORTS;
	}
	if (c->l4_proto == (c->flags & RS_CTX_IPV6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP))
		return l4 + 8 > end ? RS_KIND_MALFORMED : RS_KIND_ICMP;
	return RS_KIND_PROTOCOL;
}

static __always_inline enum rs_kind rs_parse4(struct rs_md md, struct rs_ctx *c, struct rs_parsed *p)
{
	struct iphdr *ip = rs_at(md, RS_L3, sizeof(*ip));
	__u32 header, length, fragment;

	if (!ip || ip->version != 4)
		return RS_KIND_OTHER;
	rs_addr_v4(&c->tuple.src, ip->saddr);
	rs_addr_v4(&c->tuple.dst, ip->daddr);
	c->l4_proto = ip->protocol;
	c->tuple.proto = ip->protocol;
	c->tos = ip->tos;
	p->ttl = ip->ttl;
	header = ip->ihl * 4;
	length = bpf_ntohs(ip->tot_len);
	/* A packet that stands for more than 64 KiB says 0. */
	if (!length && rs_is_gso(md))
		length = 65535;
	c->l3_length = length;
	if (header < sizeof(*ip) || length < header || RS_L3 + length > rs_frame_length(md))
		if (!rs_is_gso(md))
			return RS_KIND_MALFORMED;
	p->options = header > sizeof(*ip);
	fragment = ip->frag_off;
	if (fragment & bpf_htons(0x1fff))
		c->flags |= RS_CTX_LATER_FRAGMENT;
	else if (fragment & bpf_htons(0x2000))
		c->flags |= RS_CTX_FIRST_FRAGMENT;
	p->fragment = ip->id;
	return rs_parse_l4(md, c, RS_L3 + header, RS_L3 + length);
}

static __always_inline enum rs_kind rs_parse6(struct rs_md md, struct rs_ctx *c, struct rs_parsed *p)
{
	struct ipv6hdr *ip = rs_at(md, RS_L3, sizeof(*ip));
	__u32 at = RS_L3 + sizeof(*ip), end;
	__u8 next;
	int i;

	if (!ip || ip->version != 6)
		return RS_KIND_OTHER;
	c->flags |= RS_CTX_IPV6;
	__builtin_memcpy(&c->tuple.src, &ip->saddr, 16);
	__builtin_memcpy(&c->tuple.dst, &ip->daddr, 16);
	c->tos = rs_tos6(ip);
	p->ttl = ip->hop_limit;
	next = ip->nexthdr;
	p->first_header = next;
	end = bpf_ntohs(ip->payload_len);
	if (!end && rs_is_gso(md))
		end = 65535 - sizeof(*ip);
	end += sizeof(*ip);
	c->l3_length = end;
	end += RS_L3;
	if (end > rs_frame_length(md) && !rs_is_gso(md))
		return RS_KIND_MALFORMED;
	for (i = 0; i < RS_MAX_EXTENSIONS; i++) {
		__u8 *extension;

		if (next != IPPROTO_HOPOPTS && next != IPPROTO_ROUTING && next != IPPROTO_DSTOPTS && next != IPPROTO_FRAGMENT)
			break;
		if (at > RS_MAX_L4)
			return RS_KIND_OTHER;
		extension = rs_at(md, at, 8);
		if (!extension || at + 8 > end)
			return RS_KIND_MALFORMED;
		if (next == IPPROTO_FRAGMENT) {
			__be16 offset = *(__be16 *)(extension + 2);

			p->fragment = *(__be32 *)(extension + 4);
			if (offset & bpf_htons(0xfff8))
				c->flags |= RS_CTX_LATER_FRAGMENT;
			else if (offset & bpf_htons(1))
				c->flags |= RS_CTX_FIRST_FRAGMENT;
			at += 8;
		} else {
			at += 8 + extension[1] * 8;
		}
		next = extension[0];
		/* What follows in a later fragment is data. */
		if (c->flags & RS_CTX_LATER_FRAGMENT)
			break;
	}
	c->l4_proto = next;
	c->tuple.proto = next;
	if (at > RS_MAX_L4)
		return RS_KIND_OTHER;
	return rs_parse_l4(md, c, at, end);
}

/* Fills the context's flags, offsets, lengths and tuple. Everything else in it is from an earlier packet, and set to nothing. */
static __always_inline enum rs_kind rs_parse(struct rs_md md, struct rs_ctx *c, struct rs_parsed *p)
{
	struct ethhdr *eth;
	__be16 protocol;

	p->fragment = 0;
	p->options = 0;
	p->first_header = 0;
	p->ttl = 0;
	rs_pull(md, RS_HEADERS);
	eth = rs_at(md, 0, sizeof(*eth));
	if (!eth)
		return RS_KIND_OTHER;
	protocol = rs_is_xdp(md) ? eth->h_proto : (__be16)RS_SKB_WORD(md, protocol);
	if (protocol != bpf_htons(ETH_P_IP) && protocol != bpf_htons(ETH_P_IPV6))
		return RS_KIND_OTHER;
	c->abi = RS_ABI_VERSION;
	c->flags = 0;
	c->hook = md.hook;
	c->l3_offset = RS_L3;
	c->inner_offset = 0;
	c->ifindex = rs_ifindex(md);
	c->service_id = 0;
	c->backend_id = 0;
	c->reason = 0;
	c->out_ifindex = 0;
	c->tuple.sport = 0;
	c->tuple.dport = 0;
	c->tuple.pad[0] = 0;
	c->tuple.pad[1] = 0;
	c->tuple.pad[2] = 0;
	if (protocol == bpf_htons(ETH_P_IP))
		return rs_parse4(md, c, p);
	return rs_parse6(md, c, p);
}

#endif
