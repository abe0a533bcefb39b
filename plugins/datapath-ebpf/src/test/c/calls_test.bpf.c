/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* What the loader refuses: a call of a function that was not inlined. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

static __attribute__((noinline)) int longer(struct xdp_md *ctx, int than)
{
	return (int)(ctx->data_end - ctx->data) > than;
}

SEC("xdp/call")
int call(struct xdp_md *ctx)
{
	return longer(ctx, 100) + 2 * longer(ctx, 200);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
