/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The hash that picks a flow's slot: the very function of io.roadstead.api.lb.FlowHash, which a test holds it to. */
#ifndef ROADSTEAD_HASH_H
#define ROADSTEAD_HASH_H

#include <roadstead/abi.h>
#include <roadstead/md.h>

static __always_inline __u32 rs_rol32(__u32 value, __u32 bits)
{
	return value << bits | value >> (32 - bits);
}

static __always_inline __u32 rs_jhash_final(__u32 a, __u32 b, __u32 c)
{
	c ^= b;
	c -= rs_rol32(b, 14);
	a ^= c;
	a -= rs_rol32(c, 11);
	b ^= a;
	b -= rs_rol32(a, 25);
	c ^= b;
	c -= rs_rol32(b, 16);
	a ^= c;
	a -= rs_rol32(c, 4);
	b ^= a;
	b -= rs_rol32(a, 14);
	c ^= b;
	c -= rs_rol32(b, 24);
	return c;
}

static __always_inline __u32 rs_flow_hash(const struct rs_addr *src, __be16 sport, __be16 dport, __u8 proto, __u32 seed)
{
	__u32 ports = (__u32)dport << 16 | sport;
	__u32 a, b, c;

	if (rs_addr_is_v4(src)) {
		__u32 base = 0xdeadbeef + (3 << 2) + seed;

		return rs_jhash_final(base + src->word[3], base + ports, base + proto);
	}
	a = b = c = 0xdeadbeef + (6 << 2) + seed;
	a += src->word[0];
	b += src->word[1];
	c += src->word[2];
	a -= c;
	a ^= rs_rol32(c, 4);
	c += b;
	b -= a;
	b ^= rs_rol32(a, 6);
	a += c;
	c -= b;
	c ^= rs_rol32(b, 8);
	b += a;
	a -= c;
	a ^= rs_rol32(c, 16);
	c += b;
	b -= a;
	b ^= rs_rol32(a, 19);
	a += c;
	c -= b;
	c ^= rs_rol32(b, 4);
	b += a;
	return rs_jhash_final(a + src->word[3], b + ports, c + proto);
}

#endif
