package io.roadstead.api.model.bgp;

/** ORIGIN (RFC 4271 §5.1.1); declared in the order of preference, the wire value is the ordinal. */
public enum Origin {
    IGP("i"), EGP("e"), INCOMPLETE("?");

    private final String text;

    Origin(String text) {
        this.text = text;
    }

    /** {@code i}, {@code e} or {@code ?}, as every router shows it. */
    public String text() {
        return text;
    }
}
