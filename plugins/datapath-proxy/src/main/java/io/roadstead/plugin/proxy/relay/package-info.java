/** Sockets: listening for frontends, connections and datagrams between clients and backends. Everything here is confined to loops of the transport. */
@NullMarked
package io.roadstead.plugin.proxy.relay;

import org.jspecify.annotations.NullMarked;
