/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Services and the backends that they have: what both ends of a dispatch look up. */
#ifndef ROADSTEAD_SERVICE_H
#define ROADSTEAD_SERVICE_H

#include <roadstead/abi.h>
#include <roadstead/hash.h>
#include <roadstead/md.h>

RS_MAP_SERVICE;
RS_MAP_LUT;
RS_MAP_BACKEND;
RS_MAP_MEMBER;

static __always_inline struct rs_service_entry *rs_find_service(const struct rs_addr *addr, __be16 port, __u8 proto)
{
	struct rs_service_key key = { .addr = *addr, .port = port, .proto = proto, .scope = RS_SCOPE_EXTERNAL };

	return bpf_map_lookup_elem(&rs_service, &key);
}

static __always_inline int rs_is_vip(const struct rs_addr *addr)
{
	return rs_find_service(addr, 0, 0) != 0;
}

/* The backend of the context's flow and service that the table gives; 0 for none. */
static __always_inline __u32 rs_select(const struct rs_ctx *c, const struct rs_config *config)
{
	const struct rs_service_entry *service = &c->service;
	struct rs_lut_pair *pair;
	__u32 slot, index;

	if (!service->lut_slots)
		return 0;
	if (service->select == RS_SELECT_RANDOM && !(service->flags & RS_SVC_AFFINITY))
		slot = bpf_get_prandom_u32();
	else
		slot = rs_flow_hash(&c->tuple.src, service->flags & RS_SVC_AFFINITY ? 0 : c->tuple.sport, c->tuple.dport, c->tuple.proto,
				    config->hash_seed);
	slot = service->lut_base + slot % service->lut_slots;
	index = slot >> 1;
	pair = bpf_map_lookup_elem(&rs_lut, &index);
	if (!pair)
		return 0;
	return slot & 1 ? pair->backend[1] : pair->backend[0];
}

static __always_inline __u32 rs_member_state(__u32 service, __u32 backend)
{
	struct rs_member_key key = { .service = service, .backend = backend };
	__u32 *state = bpf_map_lookup_elem(&rs_member, &key);

	return state ? *state : RS_BACKEND_UNUSED;
}

#endif
