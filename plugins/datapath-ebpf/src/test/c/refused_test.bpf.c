/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* A program that the verifier refuses: it reads beyond the packet. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

SEC("xdp/beyond")
int beyond(struct xdp_md *ctx)
{
	return *((__u8 *)(long)ctx->data + 10);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
