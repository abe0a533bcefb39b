/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Declares maps of loader_test.bpf.c, one of them otherwise. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(key_size, 4);
	__uint(value_size, 4);
	__uint(max_entries, 3);
} t_percpu SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(key_size, 8);
	__uint(value_size, 16);
	__uint(max_entries, 5000);
} t_lru SEC(".maps");

SEC("xdp/use")
int use(struct xdp_md *ctx)
{
	__u64 zero = 0;

	return bpf_map_lookup_elem(&t_lru, &zero) ? 1 : bpf_map_lookup_elem(&t_percpu, &zero) ? 3 : 4;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
