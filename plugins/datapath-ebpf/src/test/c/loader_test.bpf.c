/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Something of every kind that the loader knows, for its tests. */
#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct pair_key {
	__u32 a;
	__u16 b;
	__u16 c;
};

struct prefix_key {
	__u32 length;
	__u8 address[4];
};

struct event {
	__u64 number;
	__u32 length;
	__u32 pad;
};

typedef struct pair_key pair_key_t;

#define MAP(TYPE, NAME, KEY, VALUE, ENTRIES, FLAGS) \
	struct { \
		__uint(type, TYPE); \
		__type(key, KEY); \
		__type(value, VALUE); \
		__uint(max_entries, ENTRIES); \
		__uint(map_flags, FLAGS); \
	} NAME SEC(".maps")

MAP(BPF_MAP_TYPE_HASH, t_hash, pair_key_t, __u64, 5000, BPF_F_NO_PREALLOC);
MAP(BPF_MAP_TYPE_LRU_HASH, t_lru, pair_key_t, __u64, 5000, 0);
MAP(BPF_MAP_TYPE_ARRAY, t_array, __u32, __u64, 1000, BPF_F_MMAPABLE);
MAP(BPF_MAP_TYPE_PERCPU_ARRAY, t_percpu, __u32, __u32, 3, 0);
MAP(BPF_MAP_TYPE_LPM_TRIE, t_prefix, struct prefix_key, __u32, 100, BPF_F_NO_PREALLOC);
MAP(BPF_MAP_TYPE_PROG_ARRAY, t_programs, __u32, __u32, 4, 0);

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} t_events SEC(".maps");

const volatile __u32 verdict = 2;
const volatile __u64 wide = 1;
static const volatile __u16 narrow = 7;
static const volatile __u8 tiny;

/* Counts, tells, and says by its verdict what the constants are. */
SEC("xdp/count")
int count(struct xdp_md *ctx)
{
	__u32 zero = 0;
	__u64 *counter = bpf_map_lookup_elem(&t_array, &zero);
	__u32 *mine = bpf_map_lookup_elem(&t_percpu, &zero);

	if (!counter || !mine)
		return 0;
	__sync_fetch_and_add(counter, wide);
	*mine += 1;
	struct event *event = bpf_ringbuf_reserve(&t_events, sizeof(*event), 0);
	if (event) {
		event->number = *counter;
		event->length = ctx->data_end - ctx->data;
		event->pad = narrow + tiny;
		bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
	}
	return verdict;
}

/* Swaps the Ethernet addresses, appends nothing, and returns the device that the packet came in by. */
SEC("xdp/swap")
int swap(struct xdp_md *ctx)
{
	__u8 *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;

	if ((void *)(data + 12) > end)
		return 0;
#pragma unroll
	for (int i = 0; i < 6; i++) {
		__u8 byte = data[i];
		data[i] = data[6 + i];
		data[6 + i] = byte;
	}
	return ctx->ingress_ifindex;
}

/* Looks a pair up, or goes on to the program at place 1. */
SEC("tc/first")
int first(struct __sk_buff *skb)
{
	struct pair_key key = { .a = skb->mark, .b = 1, .c = skb->ifindex };
	__u64 *value = bpf_map_lookup_elem(&t_hash, &key);

	if (value)
		return (int)*value;
	bpf_tail_call(skb, &t_programs, 1);
	return 99;
}

SEC("tc/second")
int second(struct __sk_buff *skb)
{
	struct prefix_key key = { .length = 32, .address = { 10, 1, 2, 3 } };
	__u32 *value = bpf_map_lookup_elem(&t_prefix, &key);

	return value ? *value : skb->ingress_ifindex + 1000;
}

SEC("tc/judge")
int judge(struct __sk_buff *skb)
{
	return verdict;
}

SEC("cgroup/connect4")
int connect4(struct bpf_sock_addr *ctx)
{
	struct pair_key key = { .a = ctx->user_ip4, .b = ctx->user_port };
	__u64 one = 1;

	bpf_map_update_elem(&t_lru, &key, &one, BPF_ANY);
	return ctx->user_port != bpf_htons(9);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
