/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * One packet in the hands of a program, whichever hook called it. Functions take it by value: the hook is a constant where they are inlined, so that each
 * program holds only its own hook's code.
 */
#ifndef ROADSTEAD_MD_H
#define ROADSTEAD_MD_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/types.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include <roadstead/abi.h>

struct rs_md {
	union {
		struct xdp_md *xdp;
		struct __sk_buff *skb;
	};
	enum rs_hook hook;
};

static __always_inline struct rs_md rs_md_xdp(struct xdp_md *xdp)
{
	struct rs_md md = { .xdp = xdp, .hook = RS_HOOK_XDP };

	return md;
}

static __always_inline struct rs_md rs_md_tc(struct __sk_buff *skb, enum rs_hook hook)
{
	struct rs_md md = { .skb = skb, .hook = hook };

	return md;
}

/*
 * A word of a hook's context. In so many words, for the compiler would rather keep the address of a field that is read often, and the verifier knows contexts
 * by their own address only.
 */
#define RS_CONTEXT_WORD(CONTEXT, TYPE, FIELD) \
	({ \
		__u64 word; \
		asm volatile("%0 = *(u32 *)(%1 + %2)" : "=r"(word) : "r"(CONTEXT), "i"(__builtin_offsetof(TYPE, FIELD))); \
		word; \
	})
#define RS_XDP_WORD(MD, FIELD) RS_CONTEXT_WORD((MD).xdp, struct xdp_md, FIELD)
#define RS_SKB_WORD(MD, FIELD) RS_CONTEXT_WORD((MD).skb, struct __sk_buff, FIELD)

static __always_inline int rs_is_xdp(struct rs_md md)
{
	return md.hook == RS_HOOK_XDP;
}

/* Verdict: not ours, or ours and on its way through the stack. Later programs at the hook see the packet. */
static __always_inline int rs_pass(struct rs_md md)
{
	return rs_is_xdp(md) ? XDP_PASS : TC_ACT_UNSPEC;
}

static __always_inline int rs_shot(struct rs_md md)
{
	return rs_is_xdp(md) ? XDP_DROP : TC_ACT_SHOT;
}

static __always_inline __u32 rs_ifindex(struct rs_md md)
{
	return rs_is_xdp(md) ? RS_XDP_WORD(md, ingress_ifindex) : RS_SKB_WORD(md, ifindex);
}

/* Of the whole frame. */
static __always_inline __u32 rs_frame_length(struct rs_md md)
{
	__u64 length;

	if (!rs_is_xdp(md))
		return RS_SKB_WORD(md, len);
	length = RS_XDP_WORD(md, data_end) - RS_XDP_WORD(md, data);
	/* The verifier refuses to subtract pointers in 32 bits, which is all that the compiler sees needed. */
	asm volatile("" : "+r"(length));
	return length;
}

/* Whether the packet stands for several, to be cut by the device: no length of its own says anything about the MTU. */
static __always_inline int rs_is_gso(struct rs_md md)
{
	return rs_is_xdp(md) ? 0 : RS_SKB_WORD(md, gso_size) != 0;
}

/* The packet at an offset, which the verifier must know to be small; null when it is not that long. */
static __always_inline void *rs_at(struct rs_md md, __u32 offset, __u32 length)
{
	void *data = rs_is_xdp(md) ? (void *)RS_XDP_WORD(md, data) : (void *)RS_SKB_WORD(md, data);
	void *end = rs_is_xdp(md) ? (void *)RS_XDP_WORD(md, data_end) : (void *)RS_SKB_WORD(md, data_end);
	void *at = data + offset;

	return at + length > end ? 0 : at;
}

/* Makes the first bytes readable by rs_at, where a socket buffer keeps them elsewhere. Pointers into the packet are void after. */
static __always_inline void rs_pull(struct rs_md md, __u32 length)
{
	__u64 linear;
	__u32 want;

	if (rs_is_xdp(md) || rs_at(md, 0, length))
		return;
	want = rs_frame_length(md);
	if (want > length)
		want = length;
	linear = RS_SKB_WORD(md, data_end) - RS_SKB_WORD(md, data);
	asm volatile("" : "+r"(linear));
	if (linear < want)
		bpf_skb_pull_data(md.skb, want);
}

static __always_inline int rs_addr_equal(const struct rs_addr *a, const struct rs_addr *b)
{
	return a->word[3] == b->word[3] && a->word[2] == b->word[2] && a->word[1] == b->word[1] && a->word[0] == b->word[0];
}

static __always_inline int rs_addr_is_zero(const struct rs_addr *a)
{
	return !(a->word[0] | a->word[1] | a->word[2] | a->word[3]);
}

/* Whether the address is a mapped IPv4 one. */
static __always_inline int rs_addr_is_v4(const struct rs_addr *addr)
{
	return !(addr->word[0] | addr->word[1]) && addr->word[2] == bpf_htonl(0xffff);
}

static __always_inline void rs_addr_v4(struct rs_addr *addr, __be32 v4)
{
	addr->word[0] = 0;
	addr->word[1] = 0;
	addr->word[2] = bpf_htonl(0xffff);
	addr->word[3] = v4;
}

#endif
