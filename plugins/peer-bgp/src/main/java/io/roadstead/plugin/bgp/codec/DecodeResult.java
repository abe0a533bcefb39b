package io.roadstead.plugin.bgp.codec;

/** What the next bytes of a connection are. */
public sealed interface DecodeResult {

    /** A message. */
    record Decoded(BgpMessage message) implements DecodeResult {
    }

    /** A message that ends the session; what follows on the connection is not read any more. */
    record Refused(BgpError error) implements DecodeResult {
    }
}
