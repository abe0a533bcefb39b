/** The programs of cgroups, tested with real sockets: the kernel has no test run for them. */
@NullMarked
package io.roadstead.plugin.datapath.ebpf.socket;

import org.jspecify.annotations.NullMarked;
