/** Where programs meet packets and sockets: devices, cgroups, arrays of dispatch programs, and the pins by which all of it outlives the agent. */
@NullMarked
package io.roadstead.plugin.datapath.ebpf.attach;

import org.jspecify.annotations.NullMarked;
