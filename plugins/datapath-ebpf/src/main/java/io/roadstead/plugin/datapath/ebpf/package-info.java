/** The eBPF datapath: carries the traffic of frontends to backends in the Linux kernel. */
@NullMarked
package io.roadstead.plugin.datapath.ebpf;

import org.jspecify.annotations.NullMarked;
