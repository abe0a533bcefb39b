package io.roadstead.api.route;

/**
 * A decision's reason.
 *
 * @param subject what decided it: {@code CiliumBGPAdvertisement bgp-advertisements}, {@code 2 endpoints, none on k8s-w0}; may be empty
 */
public record Reason(ReasonCode code, String subject) {

    /** Without a subject. */
    public static Reason of(ReasonCode code) {
        return new Reason(code, "");
    }

    /** For people: the code's text and the subject. */
    @Override
    public String toString() {
        return subject.isEmpty() ? code.text() : code.text() + ": " + subject;
    }
}
