/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * For measuring programs that change their packet by test runs that repeat in the kernel: makes the packet what it was, or the next flow's, and calls the
 * program. What is left when nothing is called has to be taken off.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <linux/types.h>

#include <bpf/bpf_helpers.h>

char rs_license[] SEC("license") = "Dual BSD/GPL";

#define FRAME 64

struct packet {
	__u32 vary; /* whether each packet is of another flow */
	__u32 count;
	__u8 bytes[FRAME];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct packet);
	__uint(max_entries, 1);
} pc_packet SEC(".maps");

#define NEXT(NAME) \
	struct { \
		__uint(type, BPF_MAP_TYPE_PROG_ARRAY); \
		__type(key, __u32); \
		__type(value, __u32); \
		__uint(max_entries, 1); \
	} NAME SEC(".maps")

NEXT(pc_next_xdp);
NEXT(pc_next_tc);

/* IPv4 without options: low half of the source address, source port. */
static __always_inline void reset(struct packet *packet, void *data)
{
	__builtin_memcpy(data, packet->bytes, FRAME);
	if (packet->vary) {
		*(__u16 *)(data + 28) = packet->count;
		*(__u16 *)(data + 34) = packet->count >> 16;
		packet->count++;
	}
}

SEC("xdp/cost")
int pc_xdp(struct xdp_md *xdp)
{
	__u32 zero = 0;
	struct packet *packet = bpf_map_lookup_elem(&pc_packet, &zero);
	void *data = (void *)(long)xdp->data, *end = (void *)(long)xdp->data_end;

	if (!packet)
		return XDP_ABORTED;
	if (data + FRAME != end && data + FRAME < end) {
		/* The last run put something in front. */
		if (bpf_xdp_adjust_head(xdp, end - data - FRAME))
			return XDP_ABORTED;
		data = (void *)(long)xdp->data;
		end = (void *)(long)xdp->data_end;
	}
	if (data + FRAME > end)
		return XDP_ABORTED;
	reset(packet, data);
	bpf_tail_call(xdp, &pc_next_xdp, 0);
	return XDP_PASS;
}

SEC("xdp/empty")
int pc_xdp_empty(struct xdp_md *xdp)
{
	return XDP_PASS;
}

/* Makes room as for Geneve with an option, so that the next run has to take it back. */
SEC("xdp/grow")
int pc_xdp_grow(struct xdp_md *xdp)
{
	return bpf_xdp_adjust_head(xdp, -48) ? XDP_ABORTED : XDP_PASS;
}

SEC("tc/cost")
int pc_tc(struct __sk_buff *skb)
{
	__u32 zero = 0;
	struct packet *packet = bpf_map_lookup_elem(&pc_packet, &zero);
	void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;

	if (!packet || data + FRAME > end)
		return TC_ACT_SHOT;
	reset(packet, data);
	bpf_tail_call(skb, &pc_next_tc, 0);
	return TC_ACT_OK;
}

SEC("tc/empty")
int pc_tc_empty(struct __sk_buff *skb)
{
	return TC_ACT_OK;
}
