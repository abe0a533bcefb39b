/** Sessions with peers: connections, timers, tables. A session is confined to one event loop; what leaves it is immutable. */
@NullMarked
package io.roadstead.plugin.bgp.session;

import org.jspecify.annotations.NullMarked;
