/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Every struct of abi.h that the agent reads or writes, so that the compiler's word on its layout is in this object's type information. */
#include <roadstead/abi.h>

#define USE(STRUCT) RS_MAP(BPF_MAP_TYPE_ARRAY, use_##STRUCT, __u32, struct STRUCT, 1, 0)

USE(rs_service_key);
USE(rs_service_entry);
USE(rs_backend_entry);
USE(rs_backend_key);
USE(rs_member_key);
USE(rs_range_key);
USE(rs_affinity_key);
USE(rs_affinity_entry);
USE(rs_tuple);
USE(rs_flow_entry);
USE(rs_nat_entry);
USE(rs_fragment_key);
USE(rs_fragment_entry);
USE(rs_socket_key);
USE(rs_socket_entry);
USE(rs_counter);
USE(rs_service_counter);
USE(rs_event);
USE(rs_config);
USE(rs_ctx);
