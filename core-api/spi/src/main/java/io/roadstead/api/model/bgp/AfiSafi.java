package io.roadstead.api.model.bgp;

import java.util.Arrays;
import java.util.Optional;

import io.roadstead.api.model.net.AddressFamily;

/** Address family and subsequent address family (RFC 4760) of the families that Roadstead exchanges. */
public enum AfiSafi {
    IPV4_UNICAST(1, 1, "ipv4", "unicast", AddressFamily.IPV4), IPV6_UNICAST(2, 1, "ipv6", "unicast", AddressFamily.IPV6);

    private final int afi;
    private final int safi;
    private final String afiText;
    private final String safiText;
    private final AddressFamily addressFamily;

    AfiSafi(int afi, int safi, String afiText, String safiText, AddressFamily addressFamily) {
        this.afi = afi;
        this.safi = safi;
        this.afiText = afiText;
        this.safiText = safiText;
        this.addressFamily = addressFamily;
    }

    /** By the numbers on the wire; empty for families that are not exchanged. */
    public static Optional<AfiSafi> of(int afi, int safi) {
        return Arrays.stream(values()).filter(family -> family.afi == afi && family.safi == safi).findFirst();
    }

    /** By the words of the resources; empty for families that are not exchanged. */
    public static Optional<AfiSafi> of(String afi, String safi) {
        return Arrays.stream(values()).filter(family -> family.afiText.equals(afi) && family.safiText.equals(safi)).findFirst();
    }

    /** The unicast family of an address family. */
    public static AfiSafi unicast(AddressFamily family) {
        return family == AddressFamily.IPV4 ? IPV4_UNICAST : IPV6_UNICAST;
    }

    /** IANA address family number. */
    public int afi() {
        return afi;
    }

    /** IANA subsequent address family number. */
    public int safi() {
        return safi;
    }

    /** {@code ipv4}, {@code ipv6}. */
    public String afiText() {
        return afiText;
    }

    /** {@code unicast}. */
    public String safiText() {
        return safiText;
    }

    public AddressFamily addressFamily() {
        return addressFamily;
    }

    /** {@code ipv4/unicast}. */
    @Override
    public String toString() {
        return afiText + "/" + safiText;
    }
}
