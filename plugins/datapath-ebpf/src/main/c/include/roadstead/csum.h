/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * One's complement sums (RFC 1624). A change is the sum of what was taken away, complemented, and what came instead, in 32-bit words; it grows by at most
 * 33 bits per word, so that 64 bits hold any packet's.
 */
#ifndef ROADSTEAD_CSUM_H
#define ROADSTEAD_CSUM_H

#include <roadstead/abi.h>
#include <roadstead/md.h>

static __always_inline __u64 rs_csum_word(__u64 change, __u32 from, __u32 to)
{
	return change + (__u32)~from + to;
}

static __always_inline __u64 rs_csum_addr(__u64 change, const struct rs_addr *from, const struct rs_addr *to)
{
	change = rs_csum_word(change, from->word[3], to->word[3]);
	change = rs_csum_word(change, from->word[2], to->word[2]);
	change = rs_csum_word(change, from->word[1], to->word[1]);
	return rs_csum_word(change, from->word[0], to->word[0]);
}

static __always_inline __u32 rs_csum_fold32(__u64 sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	return (sum & 0xffffffff) + (sum >> 32);
}

/* Not complemented. */
static __always_inline __u16 rs_csum_fold(__u64 sum)
{
	__u32 folded = rs_csum_fold32(sum);

	folded = (folded & 0xffff) + (folded >> 16);
	return (folded & 0xffff) + (folded >> 16);
}

/* A checksum field after a change of what it covers. */
static __always_inline __u16 rs_csum_apply(__u16 check, __u64 change)
{
	return ~rs_csum_fold((__u64)(__u16)~check + change);
}

/* A UDP checksum field after a change: 0 says that there is none. */
static __always_inline __u16 rs_csum_apply_udp(__u16 check, __u64 change)
{
	__u16 applied;

	if (!check)
		return 0;
	applied = rs_csum_apply(check, change);
	return applied ? applied : 0xffff;
}

#endif
