/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* What the loader refuses: a variable that a program writes. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

int counter;

SEC("xdp/write")
int write(struct xdp_md *ctx)
{
	return ++counter;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
