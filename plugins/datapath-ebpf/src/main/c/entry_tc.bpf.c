/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#include "entry.h"

char rs_license[] SEC("license") = "Dual BSD/GPL";

SEC("tc/ingress")
int rs_entry_tc(struct __sk_buff *skb)
{
	return rs_entry(rs_md_tc(skb, RS_HOOK_TC_INGRESS));
}
