/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Counters, and events for the agent: those are lost, but counted, when the ring is full; nobody is woken, the agent polls. */
#ifndef ROADSTEAD_EVENTS_H
#define ROADSTEAD_EVENTS_H

#include <roadstead/abi.h>
#include <roadstead/md.h>

RS_MAP_COUNTERS;
RS_MAP_EVENTS;

static __always_inline void rs_count(__u32 reason, __u32 bytes)
{
	struct rs_counter *counter = bpf_map_lookup_elem(&rs_counters, &reason);

	if (counter) {
		counter->packets++;
		counter->bytes += bytes;
	}
}

static __always_inline void rs_tell(struct rs_md md, const struct rs_ctx *c, const struct rs_config *config, __u8 kind, __u32 reason)
{
	struct rs_event *event;

	if (!(config->flags & RS_CONFIG_EVENTS) || c->flags & RS_CTX_EXPLAIN)
		return;
	event = bpf_ringbuf_reserve(&rs_events, sizeof(*event), 0);
	if (!event) {
		rs_count(RS_EVENT_LOST, 0);
		return;
	}
	event->time_ns = bpf_ktime_get_ns();
	event->tuple = c->tuple;
	event->backend = c->backend.addr;
	event->backend_port = c->backend.port;
	event->kind = kind;
	event->reason = reason;
	event->service = c->service_id;
	event->backend_id = c->backend_id;
	event->ifindex = c->ifindex;
	event->dispatch = c->flow.dispatch;
	event->hook = md.hook;
	event->pad[0] = 0;
	event->pad[1] = 0;
	event->pad[2] = 0;
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
}

#endif
