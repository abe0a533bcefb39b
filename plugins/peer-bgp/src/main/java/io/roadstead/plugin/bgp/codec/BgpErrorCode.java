package io.roadstead.plugin.bgp.codec;

import java.util.Arrays;
import java.util.Optional;

/** Error codes and subcodes of NOTIFICATION (RFC 4271 §4.5, 4486, 6608, 7313, 8538). */
public enum BgpErrorCode {
    CONNECTION_NOT_SYNCHRONIZED(1, 1, "Connection Not Synchronized"), BAD_MESSAGE_LENGTH(1, 2, "Bad Message Length"),
    BAD_MESSAGE_TYPE(1, 3, "Bad Message Type"),
    MALFORMED_OPEN(2, 0, "OPEN Message Error"), UNSUPPORTED_VERSION(2, 1, "Unsupported Version Number"), BAD_PEER_AS(2, 2, "Bad Peer AS"),
    BAD_BGP_IDENTIFIER(2, 3, "Bad BGP Identifier"), UNSUPPORTED_OPTIONAL_PARAMETER(2, 4, "Unsupported Optional Parameter"),
    UNACCEPTABLE_HOLD_TIME(2, 6, "Unacceptable Hold Time"), UNSUPPORTED_CAPABILITY(2, 7, "Unsupported Capability"),
    MALFORMED_ATTRIBUTE_LIST(3, 1, "Malformed Attribute List"),
    UNRECOGNIZED_WELL_KNOWN_ATTRIBUTE(3, 2, "Unrecognized Well-known Attribute"),
    MISSING_WELL_KNOWN_ATTRIBUTE(3, 3, "Missing Well-known Attribute"), ATTRIBUTE_FLAGS_ERROR(3, 4, "Attribute Flags Error"),
    ATTRIBUTE_LENGTH_ERROR(3, 5, "Attribute Length Error"), INVALID_ORIGIN(3, 6, "Invalid ORIGIN Attribute"),
    INVALID_NEXT_HOP(3, 8, "Invalid NEXT_HOP Attribute"), OPTIONAL_ATTRIBUTE_ERROR(3, 9, "Optional Attribute Error"),
    INVALID_NETWORK_FIELD(3, 10, "Invalid Network Field"), MALFORMED_AS_PATH(3, 11, "Malformed AS_PATH"),
    HOLD_TIMER_EXPIRED(4, 0, "Hold Timer Expired"),
    FSM_ERROR(5, 0, "Finite State Machine Error"), UNEXPECTED_IN_OPEN_SENT(5, 1, "Unexpected Message in OpenSent State"),
    UNEXPECTED_IN_OPEN_CONFIRM(5, 2, "Unexpected Message in OpenConfirm State"),
    UNEXPECTED_IN_ESTABLISHED(5, 3, "Unexpected Message in Established State"),
    CEASE(6, 0, "Cease"), MAXIMUM_PREFIXES_REACHED(6, 1, "Maximum Number of Prefixes Reached"),
    ADMINISTRATIVE_SHUTDOWN(6, 2, "Administrative Shutdown"), PEER_DE_CONFIGURED(6, 3, "Peer De-configured"),
    ADMINISTRATIVE_RESET(6, 4, "Administrative Reset"), CONNECTION_REJECTED(6, 5, "Connection Rejected"),
    OTHER_CONFIGURATION_CHANGE(6, 6, "Other Configuration Change"), COLLISION_RESOLUTION(6, 7, "Connection Collision Resolution"),
    OUT_OF_RESOURCES(6, 8, "Out of Resources"), HARD_RESET(6, 9, "Hard Reset"),
    INVALID_ROUTE_REFRESH_LENGTH(7, 1, "Invalid ROUTE-REFRESH Message Length");

    private final int code;
    private final int subcode;
    private final String text;

    BgpErrorCode(int code, int subcode, String text) {
        this.code = code;
        this.subcode = subcode;
        this.text = text;
    }

    /** By the octets on the wire; empty for those that are not registered. */
    public static Optional<BgpErrorCode> of(int code, int subcode) {
        return Arrays.stream(values()).filter(row -> row.code == code && row.subcode == subcode).findFirst();
    }

    public int code() {
        return code;
    }

    public int subcode() {
        return subcode;
    }

    /** The name in the IANA registry. */
    public String text() {
        return text;
    }
}
