package io.roadstead.plugin.bgp.codec;

/**
 * Something the peer did that ends the session: all that the NOTIFICATION needs.
 *
 * @param dataHex data field, lower-case hexadecimal; may be empty
 * @param detail  what was wrong, for logs and status; not sent
 */
public record BgpError(BgpErrorCode code, String dataHex, String detail) {

    /** Without a data field. */
    public static BgpError of(BgpErrorCode code, String detail) {
        return new BgpError(code, "", detail);
    }

    /** The message that tells the peer. */
    public BgpMessage.Notification notification() {
        return new BgpMessage.Notification(code.code(), code.subcode(), dataHex);
    }

    @Override
    public String toString() {
        return code.text() + ": " + detail;
    }
}
