package io.roadstead.plugin.bgp.fsm;

/**
 * What a NOTIFICATION says (RFC 4271 §4.5).
 *
 * @param dataHex data field, lower-case hexadecimal; may be empty
 */
public record Notice(int code, int subcode, String dataHex) {

    static final Notice HOLD_TIMER_EXPIRED = new Notice(4, 0, "");
    static final Notice SEND_HOLD_TIMER_EXPIRED = new Notice(8, 0, "");
    static final Notice COLLISION = new Notice(6, 7, "");

    /** RFC 6608. */
    static Notice fsmError(int subcode) {
        return new Notice(5, subcode, "");
    }

    @Override
    public String toString() {
        return code + "/" + subcode;
    }
}
