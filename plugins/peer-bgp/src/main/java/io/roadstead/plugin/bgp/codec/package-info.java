/**
 * BGP-4 messages to and from bytes: RFC 4271, 4760, 6793, 5492, 9072, 2918, 7313, 4724, 8538, 8654, 8950, 2545, 7606, 1997, 4360, 8092, 4456, 9003. Knows no
 * session: what a connection has agreed on comes in as {@link io.roadstead.plugin.bgp.codec.CodecOptions}. No input makes it throw; errors are values.
 */
@NullMarked
package io.roadstead.plugin.bgp.codec;

import org.jspecify.annotations.NullMarked;
