/** What the datapath shows: its tables, the flows it remembers, what becomes of a packet, events and figures. Reads maps; writes none but to forget flows. */
@NullMarked
package io.roadstead.plugin.datapath.ebpf.view;

import org.jspecify.annotations.NullMarked;
