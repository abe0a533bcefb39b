/** Packets in, packets out: the programs against what they ought to do, by test runs. */
@NullMarked
package io.roadstead.plugin.datapath.ebpf.packet;

import org.jspecify.annotations.NullMarked;
