package io.roadstead.plugin.bgp.codec;

/**
 * An attribute that was not as it should be.
 *
 * @param attribute type code; 0 when no single attribute is to blame
 * @param error     what RFC 4271 §6.3 calls it
 * @param detail    for logs and status
 */
public record AttributeFault(int attribute, BgpErrorCode error, String detail) {
}
