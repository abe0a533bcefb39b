/** The routing tables of RFC 4271 §3.2 and route selection. Every table belongs to one loop; none does I/O. */
@NullMarked
package io.roadstead.plugin.bgp.rib;

import org.jspecify.annotations.NullMarked;
