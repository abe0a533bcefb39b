/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Direct server return by an IP option. The packet goes to the backend as it is, its destination translated; Cilium's IPv4 option, or its IPv6 destination
 * option, tells the backend's node the frontend's address and port. TCP: on every SYN, on the first packets of a flow that is new to this node, and now and
 * then after; UDP: on every packet.
 */
#include "dsr.h"
#include "dsr_terminate.h"

char _license[] SEC("license") = "Dual BSD/GPL";

#define DSR_OPTION4 0x9a /* copied into fragments, control, number 26 */
#define DSR_OPTION6 0x1b /* skipped by who does not know it, does not change on the way */
/* Every so many packets of a flow the backend's node is told again, should it have forgotten. */
#define DSR_AGAIN 1024

/* Settings: how many packets of a flow that is new here tell; whether IPv4's option has its words in the order that Cilium writes on little-endian machines. */
const volatile __u64 dsr_packets = 8;
const volatile __u64 dsr_reversed = 0;

struct dsr_option4 {
	__u8 type;
	__u8 length;
	__be16 port;
	__be32 addr;
};

struct dsr_option6 {
	__u8 next;
	__u8 words; /* of 8 bytes, after the first */
	__u8 type;
	__u8 length;
	struct rs_addr addr;
	__be16 port;
	__u16 pad;
};

_Static_assert(sizeof(struct dsr_option4) == 8, "layout of the option");
_Static_assert(sizeof(struct dsr_option6) == 24, "layout of the option");

/* Whether the packet has to tell, and whether it may go without where it has no room. */
enum dsr_telling { DSR_SILENT, DSR_TELLS, DSR_MUST_TELL };

static __always_inline enum dsr_telling dsr_tells(const struct rs_ctx *c)
{
	if (c->flags & (RS_CTX_ICMP_ERROR | RS_CTX_LATER_FRAGMENT))
		return DSR_SILENT;
	if (c->tuple.proto != IPPROTO_TCP || c->flags & RS_CTX_SYN)
		return DSR_MUST_TELL;
	return c->flow.told < dsr_packets || !(c->flow.packets % DSR_AGAIN) ? DSR_TELLS : DSR_SILENT;
}

/* Makes room behind the IP header of fixed size, which stays at the front, with the Ethernet header. 0 on success. */
static __always_inline int dsr_open(struct rs_md md, __u32 header, __u32 bytes, __u64 flags)
{
	__u8 front[RS_L3 + sizeof(struct ipv6hdr)], *at;

	if (!rs_is_xdp(md))
		return bpf_skb_adjust_room(md.skb, bytes, BPF_ADJ_ROOM_NET, flags);
	at = rs_at(md, 0, RS_L3 + header);
	if (!at)
		return -1;
	__builtin_memcpy(front, at, RS_L3 + header);
	if (bpf_xdp_adjust_head(md.xdp, -(int)bytes))
		return -1;
	at = rs_at(md, 0, RS_L3 + header + bytes);
	if (!at)
		return -1;
	__builtin_memcpy(at, front, RS_L3 + header);
	return 0;
}

/* Takes bytes out from behind the IP header of fixed size. 0 on success. */
static __always_inline int dsr_close(struct rs_md md, __u32 header, __u32 bytes)
{
	__u8 front[RS_L3 + sizeof(struct ipv6hdr)], *at;

	if (!rs_is_xdp(md))
		return bpf_skb_adjust_room(md.skb, -(int)bytes, BPF_ADJ_ROOM_NET, BPF_F_ADJ_ROOM_FIXED_GSO);
	at = rs_at(md, 0, RS_L3 + header);
	if (!at)
		return -1;
	__builtin_memcpy(front, at, RS_L3 + header);
	if (bpf_xdp_adjust_head(md.xdp, (int)bytes))
		return -1;
	at = rs_at(md, 0, RS_L3 + header);
	if (!at)
		return -1;
	__builtin_memcpy(at, front, RS_L3 + header);
	return 0;
}

/* Changes the IPv4 header's length, and that of the packet with it; the checksum also covers what came in between. 0 on success. */
static __always_inline int dsr_resize4(struct rs_md md, int words, __u64 change)
{
	struct iphdr *ip = rs_at(md, RS_L3, sizeof(*ip)), now;
	__u32 *first = (__u32 *)&now;
	__u32 was;

	if (!ip)
		return -1;
	now = *ip;
	was = *first;
	now.ihl += words;
	now.tot_len = bpf_htons(bpf_ntohs(now.tot_len) + words * 4);
	now.check = rs_csum_apply(now.check, rs_csum_word(change, was, *first));
	return rs_store(md, RS_L3, &now, sizeof(now));
}

static __always_inline int dsr_insert4(struct rs_md md, const struct rs_ctx *c, __u64 flags)
{
	struct iphdr *ip = rs_at(md, RS_L3, sizeof(*ip));
	struct dsr_option4 option = { .type = DSR_OPTION4, .length = sizeof(option), .port = c->tuple.dport, .addr = c->tuple.dst.word[3] };
	__u32 *words = (__u32 *)&option;

	if (dsr_reversed) {
		option.port = __builtin_bswap16(option.port);
		option.addr = __builtin_bswap32(option.addr);
	}
	/* Sixty bytes are the most that an IPv4 header has. */
	if (!ip || ip->ihl > 15 - 2 || dsr_open(md, sizeof(*ip), sizeof(option), flags))
		return -1;
	if (rs_store(md, RS_L3 + sizeof(*ip), &option, sizeof(option)))
		return -1;
	return dsr_resize4(md, 2, (__u64)words[0] + words[1]);
}

static __always_inline int dsr_insert6(struct rs_md md, const struct rs_ctx *c, __u64 flags)
{
	struct ipv6hdr *ip = rs_at(md, RS_L3, sizeof(*ip));
	struct dsr_option6 option = { .words = 2, .type = DSR_OPTION6, .length = 20, .addr = c->tuple.dst, .port = c->tuple.dport };
	__u8 next = IPPROTO_DSTOPTS;
	__be16 length;

	/* Hop-by-hop options come first, and nothing may come before them (RFC 8200). */
	if (!ip || ip->nexthdr == IPPROTO_HOPOPTS)
		return -1;
	option.next = ip->nexthdr;
	length = bpf_htons(bpf_ntohs(ip->payload_len) + sizeof(option));
	if (dsr_open(md, sizeof(*ip), sizeof(option), flags))
		return -1;
	return rs_store(md, RS_L3 + 4, &length, 2) || rs_store(md, RS_L3 + 6, &next, 1) || rs_store(md, RS_L3 + sizeof(*ip), &option, sizeof(option));
}

/* Gives the verdict, or -1 with the reason for a drop. */
static __always_inline int dsr_dispatch(struct rs_md md, struct rs_ctx *c, const struct rs_config *config)
{
	__u32 bytes = c->flags & RS_CTX_IPV6 ? sizeof(struct dsr_option6) : sizeof(struct dsr_option4);
	enum dsr_telling telling = dsr_tells(c);
	struct rs_tuple leaving = c->tuple;
	struct rs_hop hop;
	__u64 flags;

	leaving.dst = c->backend.addr;
	leaving.dport = c->backend.port;
	flags = dsr_route(md, c, config, &leaving, telling ? bytes : 0, &hop);
	/* A full segment goes without rather than make its client send smaller ones for good: the packets before and after it tell. */
	if (hop.kind == RS_HOP_TOO_BIG && telling == DSR_TELLS) {
		telling = DSR_SILENT;
		if (dsr_wire_length(md, c) <= hop.mtu + bytes)
			flags = dsr_route(md, c, config, &leaving, 0, &hop);
	}
	if (!dsr_stays(md, &hop)) {
		if (dsr_to_backend(md, c, 1))
			return -1;
		if (telling && (c->flags & RS_CTX_IPV6 ? dsr_insert6(md, c, flags) : dsr_insert4(md, c, flags)))
			return rs_reason(c, RS_DROP_UNSUPPORTED);
	}
	return dsr_send(md, c, config, &hop);
}

/* Takes out our option when it is the first one. Gives the verdict, or -1 with the reason for a drop. */
static __always_inline int dsr_terminate(struct rs_md md, struct rs_ctx *c, const struct rs_config *config)
{
	struct dsr_told told;

	if (c->flags & RS_CTX_IPV6) {
		struct dsr_option6 *option = rs_at(md, RS_L3 + sizeof(struct ipv6hdr), sizeof(*option));
		struct ipv6hdr *ip = rs_at(md, RS_L3, sizeof(*ip));
		__be16 length;
		__u8 next;

		if (!ip || !option || option->words != 2 || option->type != DSR_OPTION6 || option->length != 20)
			return dsr_not_ours(md, c);
		told.vip = option->addr;
		told.port = option->port;
		next = option->next;
		length = bpf_htons(bpf_ntohs(ip->payload_len) - sizeof(*option));
		if (dsr_close(md, sizeof(*ip), sizeof(*option)) || rs_store(md, RS_L3 + 4, &length, 2) || rs_store(md, RS_L3 + 6, &next, 1))
			return rs_reason(c, RS_DROP_MALFORMED);
	} else {
		struct dsr_option4 *option = rs_at(md, RS_L3 + sizeof(struct iphdr), sizeof(*option));
		struct iphdr *ip = rs_at(md, RS_L3, sizeof(*ip));
		__u32 *words = (__u32 *)option;
		__u64 change;

		if (!ip || !option || ip->ihl < 7 || option->type != DSR_OPTION4 || option->length != sizeof(*option))
			return dsr_not_ours(md, c);
		rs_addr_v4(&told.vip, dsr_reversed ? __builtin_bswap32(option->addr) : option->addr);
		told.port = dsr_reversed ? __builtin_bswap16(option->port) : option->port;
		change = (__u64)(__u32)~words[0] + (__u32)~words[1];
		if (dsr_close(md, sizeof(*ip), sizeof(*option)) || dsr_resize4(md, -2, change))
			return rs_reason(c, RS_DROP_MALFORMED);
	}
	return dsr_deliver(md, c, &told);
}

DSR_PROGRAMS(dsr_opt)
