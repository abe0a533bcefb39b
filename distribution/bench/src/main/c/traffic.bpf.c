/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Sends small UDP packets of many flows to many services, and counts those that come out behind a load balancer. Compiled when the benchmark runs. */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

/* 0: every packet is a flow of its own. */
const volatile __u32 flows = 1;
const volatile __u32 services = 1;
/* Host order. */
const volatile __u32 first_client = 0;
const volatile __u32 first_service = 0;
const volatile __u32 out_device = 0;
/* As a little-endian number: the first byte is the lowest. */
const volatile __u64 next_hop = 0;
const volatile __u64 own_mac = 0;

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, 2);
} traffic SEC(".maps");

enum { SENT, SEEN };

struct frame {
	struct ethhdr eth;
	struct iphdr ip;
	struct udphdr udp;
} __attribute__((packed));

/* The frame may be one that was sent before and came back from the load balancer's hands: everything is written anew. */
SEC("xdp/source")
int traffic_source(struct xdp_md *ctx)
{
	struct frame *frame = (void *)(long)ctx->data;
	__u32 key = SENT, flow, sum = 0;
	__u16 *words;
	__u64 *sent = bpf_map_lookup_elem(&traffic, &key);
	int i;

	if (!sent || (void *)(frame + 1) > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	flow = flows ? (__u32)*sent % flows : (__u32)*sent;
	(*sent)++;
	__builtin_memset(frame, 0, sizeof(*frame));
	for (i = 0; i < ETH_ALEN; i++) {
		frame->eth.h_dest[i] = next_hop >> (8 * i);
		frame->eth.h_source[i] = own_mac >> (8 * i);
	}
	frame->eth.h_proto = bpf_htons(ETH_P_IP);
	frame->ip.version = 4;
	frame->ip.ihl = 5;
	frame->ip.tot_len = bpf_htons(ctx->data_end - ctx->data - sizeof(frame->eth));
	frame->ip.ttl = 64;
	frame->ip.protocol = IPPROTO_UDP;
	frame->ip.saddr = bpf_htonl(first_client + (flow >> 14));
	frame->ip.daddr = bpf_htonl(first_service + flow % services);
	words = (void *)&frame->ip;
#pragma unroll
	for (i = 0; i < 10; i++)
		sum += words[i];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	frame->ip.check = ~sum;
	frame->udp.source = bpf_htons(30000 + (flow & 0x3fff));
	frame->udp.dest = bpf_htons(80);
	frame->udp.len = bpf_htons(ctx->data_end - ctx->data - sizeof(frame->eth) - sizeof(frame->ip));
	return XDP_TX;
}

/* The least that a balancer in this place can do: send the packet on. */
static __always_inline int address(void *data, void *end)
{
	struct ethhdr *eth = data;
	int i;

	if ((void *)(eth + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return 0;
	for (i = 0; i < ETH_ALEN; i++) {
		eth->h_dest[i] = next_hop >> (8 * i);
		eth->h_source[i] = own_mac >> (8 * i);
	}
	return 1;
}

SEC("xdp/forward")
int traffic_forward_xdp(struct xdp_md *ctx)
{
	return address((void *)(long)ctx->data, (void *)(long)ctx->data_end) ? bpf_redirect(out_device, 0) : XDP_PASS;
}

SEC("tc/forward")
int traffic_forward_tc(struct __sk_buff *ctx)
{
	return address((void *)(long)ctx->data, (void *)(long)ctx->data_end) ? bpf_redirect(out_device, 0) : -1 /* TCX_NEXT */;
}

static __always_inline int seen(void *data, void *end)
{
	struct frame *frame = data;
	__u32 key = SEEN;
	__u64 *packets = bpf_map_lookup_elem(&traffic, &key);

	/* Not what the namespaces say to each other by themselves. */
	if (!packets || (void *)(frame + 1) > end || frame->eth.h_proto != bpf_htons(ETH_P_IP) ||
	    (frame->ip.protocol != IPPROTO_UDP && frame->ip.protocol != IPPROTO_IPIP))
		return 0;
	(*packets)++;
	return 1;
}

SEC("xdp/sink")
int traffic_sink_xdp(struct xdp_md *ctx)
{
	return seen((void *)(long)ctx->data, (void *)(long)ctx->data_end) ? XDP_DROP : XDP_PASS;
}

SEC("tc/sink")
int traffic_sink_tc(struct __sk_buff *ctx)
{
	return seen((void *)(long)ctx->data, (void *)(long)ctx->data_end) ? 2 /* TC_ACT_SHOT */ : -1 /* TCX_NEXT */;
}

char traffic_license[] SEC("license") = "Dual BSD/GPL";
