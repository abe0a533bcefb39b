/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#include "entry.h"

char rs_license[] SEC("license") = "Dual BSD/GPL";

SEC("xdp/ingress")
int rs_entry_xdp(struct xdp_md *xdp)
{
	return rs_entry(rs_md_xdp(xdp));
}
