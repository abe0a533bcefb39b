/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* All maps that views read, for tests that fill them, and a program that writes its packet to rs_events. */
#include <roadstead/abi.h>

RS_MAP_SERVICE;
RS_MAP_LUT;
RS_MAP_BACKEND;
RS_MAP_BACKEND_IDS;
RS_MAP_MEMBER;
RS_MAP_SOURCE_RANGE;
RS_MAP_AFFINITY;
RS_MAP_FLOW;
RS_MAP_NAT;
RS_MAP_COUNTERS;
RS_MAP_SERVICE_COUNTERS;
RS_MAP_CONFIG;
RS_MAP_EXPLAIN;
RS_MAP_EVENTS;

SEC("xdp/tell")
int tell(struct xdp_md *ctx)
{
	struct rs_event *from = (void *)(long)ctx->data, *event;

	if ((void *)(from + 1) > (void *)(long)ctx->data_end)
		return 0;
	event = bpf_ringbuf_reserve(&rs_events, sizeof(*event), 0);
	if (!event)
		return 0;
	__builtin_memcpy(event, from, sizeof(*event));
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
	return 2;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
