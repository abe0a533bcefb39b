/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* ICMP messages that we send ourselves, back over the device that the packet came in by, with the address that it was for as their source. */
#ifndef ROADSTEAD_ICMP_H
#define ROADSTEAD_ICMP_H

#include <roadstead/abi.h>
#include <roadstead/counters.h>
#include <roadstead/csum.h>
#include <roadstead/md.h>
#include <roadstead/parse.h>
#include <roadstead/rewrite.h>

RS_MAP_ICMP_LIMIT;

#define RS_ICMP_TTL 64

enum rs_answer { RS_ANSWER_UNREACHABLE, RS_ANSWER_TOO_BIG };

/* Takes one of this CPU's answers for the second; false when they are used up. As many again may come in a burst. */
static __always_inline int rs_icmp_allowed(const struct rs_config *config)
{
	__u32 zero = 0;
	__u64 now = bpf_ktime_get_coarse_ns(), earned;
	struct rs_icmp_limit *limit;

	if (!config->icmp_per_s)
		return 1;
	limit = bpf_map_lookup_elem(&rs_icmp_limit, &zero);
	if (!limit)
		return 0;
	if (now - limit->last_ns > 1000000000ULL) {
		limit->tokens = config->icmp_per_s;
		limit->last_ns = now;
	} else {
		earned = (now - limit->last_ns) * config->icmp_per_s / 1000000000ULL;
		if (earned) {
			limit->tokens += earned;
			if (limit->tokens > config->icmp_per_s)
				limit->tokens = config->icmp_per_s;
			limit->last_ns = now;
		}
	}
	if (!limit->tokens)
		return 0;
	limit->tokens--;
	return 1;
}

/* Sends the packet back to where it came from, its MAC addresses swapped. */
static __always_inline int rs_send_back(struct rs_md md, struct rs_ctx *c)
{
	struct ethhdr *eth = rs_at(md, 0, sizeof(*eth));
	__u8 macs[2 * ETH_ALEN];

	if (!eth)
		return rs_reason(c, RS_DROP_MALFORMED);
	__builtin_memcpy(macs, eth->h_source, ETH_ALEN);
	__builtin_memcpy(macs + ETH_ALEN, eth->h_dest, ETH_ALEN);
	if (rs_store(md, 0, macs, sizeof(macs)))
		return rs_reason(c, RS_DROP_MALFORMED);
	c->out_ifindex = c->ifindex;
	return rs_is_xdp(md) ? XDP_TX : bpf_redirect(c->ifindex, 0);
}

/* Answers an echo request for one of our addresses. Gives the verdict, or -1 with the reason for a drop. */
static __always_inline int rs_echo(struct rs_md md, struct rs_ctx *c, const struct rs_config *config)
{
	__u32 l4 = c->l4_offset & 0xff;
	__u16 *field, type_code, check;
	__u8 ttl, *at;

	if (!rs_icmp_allowed(config))
		return rs_reason(c, RS_DROP_RATE_LIMITED);
	field = rs_at(md, l4, 4);
	at = rs_at(md, RS_L3 + (c->flags & RS_CTX_IPV6 ? 7 : 8), 1);
	if (!field || !at)
		return rs_reason(c, RS_DROP_MALFORMED);
	/* Addresses change places, which no sum notices; the type does not. */
	type_code = c->flags & RS_CTX_IPV6 ? 129 : ICMP_ECHOREPLY;
	check = rs_csum_apply(field[1], rs_csum_word(0, field[0], type_code));
	ttl = *at;
	c->reason = RS_DROP_MALFORMED;
	if (rs_store(md, l4, &type_code, 2) || rs_store(md, l4 + 2, &check, 2) || rs_rewrite_l3(md, c, &c->tuple.dst, &c->tuple.src, ttl - RS_ICMP_TTL))
		return -1;
	c->reason = RS_OK_ECHO;
	return rs_send_back(md, c);
}

/*
 * Whether a device is still to fill in the transport checksum of the packet, and the sum that it will then have from there to its end. The one way that all
 * kernels have to tell: such a field does not follow a change of ports.
 */
static __always_inline int rs_csum_partial(struct rs_md md, __u32 check_at, __u16 *sum)
{
	__u16 before, after;

	if (rs_is_xdp(md) || bpf_skb_load_bytes(md.skb, check_at, &before, 2))
		return 0;
	if (bpf_l4_csum_replace(md.skb, check_at, 0, bpf_htons(1), 2) || bpf_skb_load_bytes(md.skb, check_at, &after, 2))
		return 0;
	if (before != after) {
		bpf_skb_store_bytes(md.skb, check_at, &before, 2, 0);
		return 0;
	}
	*sum = ~before;
	return 1;
}

static __always_inline __u64 rs_sum_words(const __u32 *words, int count)
{
	__u64 sum = 0;
	int i;

#pragma unroll
	for (i = 0; i < count; i++)
		sum += words[i];
	return sum;
}

/*
 * Turns the packet into an ICMP error about itself and sends it back: nobody is there, or what MTU the client has to respect, which is that of the way to the
 * backend less what is put in front of the packet. Gives the verdict, or -1 with the reason for a drop: the packet must be TCP or UDP, not a later fragment,
 * without IPv4 options or IPv6 extension headers; RFC 1122 and 4443 only say "should". Once in a program: it is long.
 */
static __always_inline int rs_answer(struct rs_md md, struct rs_ctx *c, const struct rs_config *config, enum rs_answer what, __u32 mtu)
{
	__u32 v6 = c->flags & RS_CTX_IPV6;
	__u32 header = v6 ? sizeof(struct ipv6hdr) : sizeof(struct iphdr);
	__u32 transport = c->l4_proto == IPPROTO_TCP ? sizeof(struct tcphdr) : sizeof(struct udphdr);
	__u32 silent = what == RS_ANSWER_TOO_BIG ? RS_DROP_TOO_BIG : RS_DROP_NO_BACKEND;
	__u32 done = what == RS_ANSWER_TOO_BIG ? RS_OK_TOO_BIG : RS_OK_REJECTED;
	__u32 growth = header + 8, keep = RS_L3 + header + transport;
	__u16 partial_sum = 0;
	__u32 partial;
	__be16 eth_type = v6 ? bpf_htons(ETH_P_IPV6) : bpf_htons(ETH_P_IP);
	__u8 macs[2 * ETH_ALEN];
	struct ethhdr *eth;
	__u64 sum;
	__u32 *words;

	c->reason = silent;
	if (c->flags & (RS_CTX_LATER_FRAGMENT | RS_CTX_ICMP_ERROR) || c->l4_offset != RS_L3 + header)
		return -1;
	if (c->flags & RS_CTX_EXPLAIN) {
		c->reason = done;
		return 0;
	}
	if (!rs_icmp_allowed(config))
		return rs_reason(c, RS_DROP_RATE_LIMITED);
	eth = rs_at(md, 0, sizeof(*eth));
	if (!eth)
		return -1;
	__builtin_memcpy(macs, eth->h_source, ETH_ALEN);
	__builtin_memcpy(macs + ETH_ALEN, eth->h_dest, ETH_ALEN);
	partial = rs_csum_partial(md, RS_L3 + header + (c->l4_proto == IPPROTO_TCP ? 16 : 6), &partial_sum);
	if (rs_is_xdp(md)) {
		if (bpf_xdp_adjust_tail(md.xdp, (int)(keep - rs_frame_length(md))) || bpf_xdp_adjust_head(md.xdp, -(int)growth))
			return -1;
	} else {
		if (bpf_skb_change_tail(md.skb, keep, 0) || bpf_skb_adjust_room(md.skb, growth, BPF_ADJ_ROOM_MAC, 0))
			return -1;
		rs_pull(md, RS_L3 + 2 * sizeof(struct ipv6hdr) + 8 + sizeof(struct tcphdr));
	}
	if (rs_store(md, 0, macs, sizeof(macs)) || rs_store(md, 2 * ETH_ALEN, &eth_type, 2))
		return -1;
	if (v6) {
		struct {
			struct ipv6hdr ip;
			__u8 type, code;
			__u16 check;
			__be32 rest;
		} front = {};
		__be16 payload = bpf_htons(8 + header + transport);

		words = rs_at(md, RS_L3 + sizeof(front), sizeof(struct ipv6hdr) + sizeof(struct udphdr));
		if (!words)
			return -1;
		sum = rs_sum_words(words, 10);
		if (partial) {
			sum += partial_sum;
		} else {
			sum += rs_sum_words(words + 10, 2);
			if (transport == sizeof(struct tcphdr)) {
				words = rs_at(md, RS_L3 + sizeof(front) + 48, 12);
				if (!words)
					return -1;
				sum += rs_sum_words(words, 3);
			}
		}
		front.ip.version = 6;
		front.ip.payload_len = payload;
		front.ip.nexthdr = IPPROTO_ICMPV6;
		front.ip.hop_limit = RS_ICMP_TTL;
		__builtin_memcpy(&front.ip.saddr, &c->tuple.dst, 16);
		__builtin_memcpy(&front.ip.daddr, &c->tuple.src, 16);
		front.type = what == RS_ANSWER_TOO_BIG ? 2 : 1;
		front.code = what == RS_ANSWER_TOO_BIG ? 0 : 4;
		front.rest = what == RS_ANSWER_TOO_BIG ? bpf_htonl(mtu) : 0;
		sum += rs_sum_words(c->tuple.src.word, 4) + rs_sum_words(c->tuple.dst.word, 4);
		sum += payload + bpf_htons(IPPROTO_ICMPV6);
		sum += front.type | front.code << 8;
		sum += front.rest;
		front.check = ~rs_csum_fold(sum);
		if (rs_store(md, RS_L3, &front, sizeof(front)))
			return -1;
	} else {
		struct {
			struct iphdr ip;
			__u8 type, code;
			__u16 check;
			__be32 rest;
		} front = {};

		words = rs_at(md, RS_L3 + sizeof(front), sizeof(struct iphdr) + sizeof(struct udphdr));
		if (!words)
			return -1;
		sum = rs_sum_words(words, 5);
		if (partial) {
			sum += partial_sum;
		} else {
			sum += rs_sum_words(words + 5, 2);
			if (transport == sizeof(struct tcphdr)) {
				words = rs_at(md, RS_L3 + sizeof(front) + 28, 12);
				if (!words)
					return -1;
				sum += rs_sum_words(words, 3);
			}
		}
		front.ip.version = 4;
		front.ip.ihl = 5;
		front.ip.tot_len = bpf_htons(sizeof(front) + header + transport);
		front.ip.frag_off = bpf_htons(0x4000);
		front.ip.ttl = RS_ICMP_TTL;
		front.ip.protocol = IPPROTO_ICMP;
		front.ip.saddr = c->tuple.dst.word[3];
		front.ip.daddr = c->tuple.src.word[3];
		front.ip.check = ~rs_csum_fold(rs_sum_words((__u32 *)&front.ip, 5));
		front.type = ICMP_DEST_UNREACH;
		front.code = what == RS_ANSWER_TOO_BIG ? ICMP_FRAG_NEEDED : ICMP_PORT_UNREACH;
		/* RFC 1191: the MTU is in the lower half. */
		front.rest = what == RS_ANSWER_TOO_BIG ? bpf_htonl(mtu & 0xffff) : 0;
		sum += front.type | front.code << 8;
		sum += front.rest;
		front.check = ~rs_csum_fold(sum);
		if (rs_store(md, RS_L3, &front, sizeof(front)))
			return -1;
	}
	c->reason = done;
	c->out_ifindex = c->ifindex;
	return rs_is_xdp(md) ? XDP_TX : bpf_redirect(c->ifindex, 0);
}

#endif
