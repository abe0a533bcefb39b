/**
 * eBPF from Java: object files, maps, programs and links, by the system call {@code bpf(2)} and nothing but libc. Knows nothing of load balancing.
 */
@NullMarked
package io.roadstead.plugin.datapath.ebpf.bpf;

import org.jspecify.annotations.NullMarked;
