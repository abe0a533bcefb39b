/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Direct server return over Geneve. The packet, its destination already the backend, travels as an Ethernet frame in Geneve to the backend's node; an option
 * in Cilium's class tells the frontend's address and port. Every packet carries it, so that neither a lost SYN nor a change of the balancing node matters.
 */
#include "dsr.h"
#include "dsr_terminate.h"
#include "dsr_told_too_big.h"

char _license[] SEC("license") = "Dual BSD/GPL";

#define DSR_GENEVE_CLASS 0x014b
#define DSR_GENEVE_TYPE 0x81 /* critical */
#define DSR_GENEVE_CRITICAL 0x40

/* Settings. */
const volatile __u64 dsr_port = 6081;
const volatile __u64 dsr_vni = 0;

struct dsr_geneve_header {
	__u8 option_words; /* version 0 in the upper two bits */
	__u8 flags;
	__be16 protocol;
	__u8 vni[3];
	__u8 reserved;
};

struct dsr_geneve_option {
	__be16 class;
	__u8 type;
	__u8 words;
};

struct dsr_geneve4 {
	struct iphdr ip;
	struct udphdr udp;
	struct dsr_geneve_header geneve;
	struct dsr_geneve_option option;
	__be32 addr;
	__be16 port;
	__u16 pad;
};

struct dsr_geneve6 {
	struct ipv6hdr ip;
	struct udphdr udp;
	struct dsr_geneve_header geneve;
	struct dsr_geneve_option option;
	struct in6_addr addr;
	__be16 port;
	__u16 pad;
};

_Static_assert(sizeof(struct dsr_geneve4) == 48, "20 IPv4, 8 UDP, 8 Geneve, 12 option");
_Static_assert(sizeof(struct dsr_geneve6) == 80, "40 IPv6, 8 UDP, 8 Geneve, 24 option");

/* The packet's own Ethernet header stays before it. */
#define DSR_OVERHEAD4 (sizeof(struct dsr_geneve4) + ETH_HLEN)
#define DSR_OVERHEAD6 (sizeof(struct dsr_geneve6) + ETH_HLEN)

static __always_inline __be16 dsr_source_port(__u32 hash)
{
	return bpf_htons(0xc000 | (hash & 0x3fff));
}

static __always_inline void dsr_fill_udp(struct udphdr *udp, __u32 hash, __u32 bytes)
{
	udp->source = dsr_source_port(hash);
	udp->dest = bpf_htons((__u16)dsr_port);
	udp->len = bpf_htons((__u16)bytes);
	udp->check = 0; /* RFC 6935 and 6936: what is inside has its own */
}

static __always_inline void dsr_fill_geneve(struct dsr_geneve_header *geneve, struct dsr_geneve_option *option, __u32 words)
{
	geneve->option_words = words + 1;
	geneve->flags = DSR_GENEVE_CRITICAL;
	geneve->protocol = bpf_htons(ETH_P_TEB);
	geneve->vni[0] = dsr_vni >> 16;
	geneve->vni[1] = dsr_vni >> 8;
	geneve->vni[2] = dsr_vni;
	geneve->reserved = 0;
	option->class = bpf_htons(DSR_GENEVE_CLASS);
	option->type = DSR_GENEVE_TYPE;
	option->words = words;
}

/* Puts everything in front of the packet, whose destination is the backend already. 0 on success. */
static __always_inline int dsr_wrap4(struct rs_md md, const struct rs_ctx *c, const struct rs_tuple *leaving, __u32 hash, __u64 flags)
{
	struct ethhdr *eth;
	struct dsr_geneve4 *outer;
	__u32 length = c->l3_length + DSR_OVERHEAD4;

	flags |= BPF_F_ADJ_ROOM_ENCAP_L3_IPV4 | BPF_F_ADJ_ROOM_ENCAP_L4_UDP | BPF_F_ADJ_ROOM_ENCAP_L2(ETH_HLEN) | BPF_F_ADJ_ROOM_ENCAP_L2_ETH;
	if (dsr_grow(md, DSR_OVERHEAD4, flags))
		return -1;
	eth = rs_at(md, 0, ETH_HLEN + DSR_OVERHEAD4);
	if (!eth)
		return -1;
	outer = (void *)(eth + 1);
	if (rs_is_xdp(md))
		eth->h_proto = bpf_htons(ETH_P_IP);
	else
		*(struct ethhdr *)(outer + 1) = *eth;
	dsr_fill_ip4(&outer->ip, c, IPPROTO_UDP, leaving->src.word[3], leaving->dst.word[3], length);
	dsr_fill_udp(&outer->udp, hash, length - sizeof(outer->ip));
	dsr_fill_geneve(&outer->geneve, &outer->option, 2);
	outer->addr = c->tuple.dst.word[3];
	outer->port = c->tuple.dport;
	outer->pad = 0;
	return 0;
}

static __always_inline int dsr_wrap6(struct rs_md md, const struct rs_ctx *c, const struct rs_tuple *leaving, __u32 hash, __u64 flags)
{
	struct ethhdr *eth;
	struct dsr_geneve6 *outer;
	__u32 length = c->l3_length + DSR_OVERHEAD6 - sizeof(outer->ip);

	flags |= BPF_F_ADJ_ROOM_ENCAP_L3_IPV6 | BPF_F_ADJ_ROOM_ENCAP_L4_UDP | BPF_F_ADJ_ROOM_ENCAP_L2(ETH_HLEN) | BPF_F_ADJ_ROOM_ENCAP_L2_ETH;
	if (dsr_grow(md, DSR_OVERHEAD6, flags))
		return -1;
	eth = rs_at(md, 0, ETH_HLEN + DSR_OVERHEAD6);
	if (!eth)
		return -1;
	outer = (void *)(eth + 1);
	if (rs_is_xdp(md))
		eth->h_proto = bpf_htons(ETH_P_IPV6);
	else
		*(struct ethhdr *)(outer + 1) = *eth;
	dsr_fill_ip6(&outer->ip, c, IPPROTO_UDP, &leaving->src, &leaving->dst, hash, length);
	dsr_fill_udp(&outer->udp, hash, length);
	dsr_fill_geneve(&outer->geneve, &outer->option, 5);
	__builtin_memcpy(&outer->addr, &c->tuple.dst, 16);
	outer->port = c->tuple.dport;
	outer->pad = 0;
	return 0;
}

static __always_inline int dsr_wrap(struct rs_md md, struct rs_ctx *c, const struct rs_tuple *leaving, __u32 hash, __u64 flags)
{
	return c->flags & RS_CTX_IPV6 ? dsr_wrap6(md, c, leaving, hash, flags) : dsr_wrap4(md, c, leaving, hash, flags);
}

/* Wraps the packet for the backend's node. Gives the verdict, or -1 with the reason for a drop. */
static __always_inline int dsr_dispatch(struct rs_md md, struct rs_ctx *c, const struct rs_config *config)
{
	struct rs_tuple leaving = { .proto = IPPROTO_UDP };
	__u32 hash = dsr_hash(c, config);
	struct rs_hop hop;
	__u64 flags;

	if (rs_addr_is_zero(&c->backend.node))
		return rs_reason(c, RS_DROP_NO_NODE);
	leaving.src = c->flags & RS_CTX_IPV6 ? config->node6 : config->node4;
	leaving.dst = c->backend.node;
	leaving.sport = dsr_source_port(hash);
	leaving.dport = bpf_htons((__u16)dsr_port);
	flags = dsr_route(md, c, config, &leaving, c->flags & RS_CTX_IPV6 ? DSR_OVERHEAD6 : DSR_OVERHEAD4, &hop);
	if (!dsr_stays(md, &hop)) {
		if (dsr_to_backend(md, c, 1))
			return -1;
		if (dsr_wrap(md, c, &leaving, hash, flags))
			return rs_reason(c, RS_DROP_UNSUPPORTED);
	}
	return dsr_send(md, c, config, &hop);
}

/* Looks for our option behind a Geneve header whose options end at end. 0 when it is there. */
static __always_inline int dsr_find_option(struct rs_md md, __u32 at, __u32 end, __u32 words, struct dsr_told *told)
{
	int i;

#pragma unroll
	for (i = 0; i < 4; i++) {
		struct dsr_geneve_option *option = rs_at(md, at & 0x1ff, sizeof(*option));

		if (!option || at + sizeof(*option) > end)
			return -1;
		if (option->class == bpf_htons(DSR_GENEVE_CLASS) && option->type == DSR_GENEVE_TYPE) {
			__u8 *body = rs_at(md, (at & 0x1ff) + sizeof(*option), 20);

			if (!body || (option->words & 0x1f) != words || at + sizeof(*option) + words * 4 > end)
				return -1;
			if (words == 5)
				__builtin_memcpy(&told->vip, body, 16);
			else
				rs_addr_v4(&told->vip, *(__be32 *)body);
			told->port = *(__be16 *)(body + (words == 5 ? 16 : 4));
			return 0;
		}
		at += sizeof(*option) + (option->words & 0x1f) * 4;
	}
	return -1;
}

/*
 * Looks for a packet in Geneve whose IP header, of fixed size, is at offset at. Gives the offset of the Ethernet header in it, and what our option says; 0
 * when it is none of ours.
 */
static __always_inline __u32 dsr_find(struct rs_md md, struct rs_ctx *c, __u32 at, struct dsr_told *told)
{
	__u32 ipv6 = c->flags & RS_CTX_IPV6, end;
	struct dsr_geneve_header *geneve;

	at += (ipv6 ? sizeof(struct ipv6hdr) : sizeof(struct iphdr)) + sizeof(struct udphdr);
	rs_pull(md, at + sizeof(*geneve) + 63 * 4 + RS_HEADERS);
	geneve = rs_at(md, at, sizeof(*geneve));
	if (!geneve || geneve->option_words >> 6 || geneve->protocol != bpf_htons(ETH_P_TEB))
		return 0;
	at += sizeof(*geneve);
	end = at + geneve->option_words * 4;
	return dsr_find_option(md, at, end, ipv6 ? 5 : 2, told) ? 0 : end;
}

/* Unwraps a packet that has our option. Gives the verdict, or -1 with the reason for a drop. */
static __always_inline int dsr_terminate(struct rs_md md, struct rs_ctx *c, const struct rs_config *config)
{
	__u32 ipv6 = c->flags & RS_CTX_IPV6, at = RS_L3, end;
	struct dsr_told told;
	struct ethhdr *eth;

	if (c->flags & RS_CTX_ICMP_ERROR)
		at = c->inner_offset & 0xff;
	else if (c->l4_offset != RS_L3 + (ipv6 ? sizeof(struct ipv6hdr) : sizeof(struct iphdr)) ||
		 c->flags & (RS_CTX_FIRST_FRAGMENT | RS_CTX_LATER_FRAGMENT))
		return dsr_not_ours(md, c);
	end = dsr_find(md, c, at, &told);
	if (!end)
		return dsr_not_ours(md, c);
	if (c->flags & RS_CTX_ICMP_ERROR)
		return dsr_tell_client(md, c, config, end + ETH_HLEN, end + ETH_HLEN - at, &told);
	eth = rs_at(md, end, sizeof(*eth));
	if (!eth || eth->h_proto != (ipv6 ? bpf_htons(ETH_P_IPV6) : bpf_htons(ETH_P_IP)))
		return rs_reason(c, RS_DROP_MALFORMED);
	if (dsr_shrink(md, end + sizeof(*eth) - RS_L3))
		return rs_reason(c, RS_DROP_MALFORMED);
	return dsr_deliver(md, c, &told);
}

DSR_PROGRAMS(dsr_geneve)
