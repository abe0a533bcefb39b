/** Which backend a client gets: the same answer for a connection, a datagram and a question. Knows no sockets. */
@NullMarked
package io.roadstead.plugin.proxy.select;

import org.jspecify.annotations.NullMarked;
