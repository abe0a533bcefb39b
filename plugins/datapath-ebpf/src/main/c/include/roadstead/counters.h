/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* How a packet's way through our programs ends: counted, told, or written down as an explanation. */
#ifndef ROADSTEAD_COUNTERS_H
#define ROADSTEAD_COUNTERS_H

#include <roadstead/abi.h>
#include <roadstead/events.h>
#include <roadstead/md.h>

RS_MAP_CONFIG;
RS_MAP_SCRATCH;
RS_MAP_SERVICE_COUNTERS;
RS_MAP_EXPLAIN;

static __always_inline struct rs_config *rs_configuration(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&rs_config, &zero);
}

static __always_inline struct rs_ctx *rs_context(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&rs_scratch, &zero);
}

/* For returning from where a packet is found to be dropped: the program's end does it. */
static __always_inline int rs_reason(struct rs_ctx *c, __u32 reason)
{
	c->reason = reason;
	return -1;
}

/*
 * The end of every packet that we looked at, once in each program: the context has the reason, the verdict counts for reasons that are no drop. Gives the
 * verdict.
 */
static __always_inline int rs_end(struct rs_md md, struct rs_ctx *c, const struct rs_config *config, int verdict)
{
	__u32 reason = c->reason;

	if (c->flags & RS_CTX_EXPLAIN) {
		__u32 zero = 0;

		bpf_map_update_elem(&rs_explain, &zero, c, BPF_ANY);
		return rs_shot(md);
	}
	rs_count(reason, c->l3_length);
	if (c->service_id) {
		__u32 id = c->service_id & 0xffff;
		struct rs_service_counter *counter = bpf_map_lookup_elem(&rs_svc_counters, &id);

		if (counter) {
			counter->packets++;
			counter->bytes += c->l3_length;
			if (reason >= RS_DROP_FIRST)
				counter->drops++;
			else if (c->flags & RS_CTX_NEW)
				counter->flows++;
		}
	}
	if (reason < RS_DROP_FIRST)
		return verdict;
	rs_tell(md, c, config, RS_EVENT_DROP, reason);
	return rs_shot(md);
}

#endif
