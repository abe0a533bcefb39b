package io.roadstead.plugin.bgp.codec;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.net.AsNumber;

/** A capability in an OPEN (RFC 5492). Its text is for people. */
public sealed interface Capability {

    /** Code in the IANA registry. */
    int code();

    /** RFC 4760; families that are not ours are kept as numbers. */
    record Multiprotocol(int afi, int safi) implements Capability {
        public static final int CODE = 1;

        public static Multiprotocol of(AfiSafi family) {
            return new Multiprotocol(family.afi(), family.safi());
        }

        /** Empty when it is not a family of ours. */
        public Optional<AfiSafi> family() {
            return AfiSafi.of(afi, safi);
        }

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public String toString() {
            return "multiprotocol " + familyText(afi, safi);
        }
    }

    /** RFC 2918. */
    record RouteRefresh() implements Capability {
        public static final int CODE = 2;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public String toString() {
            return "route-refresh";
        }
    }

    /** RFC 8950. */
    record ExtendedNextHop(List<Encoding> encodings) implements Capability {
        public static final int CODE = 5;

        public ExtendedNextHop {
            encodings = List.copyOf(encodings);
        }

        /** Prefixes of a family may have next hops of another address family. */
        public record Encoding(int afi, int safi, int nextHopAfi) {
        }

        /** IPv4 unicast over IPv6 next hops. */
        public static ExtendedNextHop ipv4OverIpv6() {
            return new ExtendedNextHop(List.of(new Encoding(1, 1, 2)));
        }

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public String toString() {
            return "extended-next-hop " + encodings.stream().map(encoding -> familyText(encoding.afi, encoding.safi) + " over "
                    + afiText(encoding.nextHopAfi)).collect(Collectors.joining(", "));
        }
    }

    /** RFC 8654. */
    record ExtendedMessage() implements Capability {
        public static final int CODE = 6;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public String toString() {
            return "extended-message";
        }
    }

    /**
     * RFC 4724 with RFC 8538.
     *
     * @param restarting         R: the speaker has restarted
     * @param notification       N: NOTIFICATION keeps the routes too, but for a hard reset
     * @param restartTimeSeconds 0 to 4095
     */
    record GracefulRestart(boolean restarting, boolean notification, int restartTimeSeconds, List<Family> families) implements Capability {
        public static final int CODE = 64;
        static final int MAX_TIME = 4095;

        public GracefulRestart {
            families = List.copyOf(families);
            if (restartTimeSeconds < 0 || restartTimeSeconds > MAX_TIME) {
                throw new IllegalArgumentException("restart time " + restartTimeSeconds + " s is not in 0 to " + MAX_TIME);
            }
        }

        /** Forwarding: F, the forwarding state was preserved over the restart. */
        public record Family(int afi, int safi, boolean forwarding) {
            public static Family of(AfiSafi family, boolean forwarding) {
                return new Family(family.afi(), family.safi(), forwarding);
            }
        }

        /** Whether the family is listed, whatever its F bit. */
        public boolean covers(AfiSafi family) {
            return families.stream().anyMatch(listed -> listed.afi == family.afi() && listed.safi == family.safi());
        }

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public String toString() {
            return "graceful-restart " + restartTimeSeconds + "s" + (restarting ? " restarting" : "")
                    + (notification ? " notification" : "")
                    + families.stream().map(family -> " " + familyText(family.afi, family.safi) + (family.forwarding ? " preserved" : ""))
                            .collect(Collectors.joining(","));
        }
    }

    /** RFC 6793. */
    record FourOctetAs(AsNumber asn) implements Capability {
        public static final int CODE = 65;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public String toString() {
            return "four-octet-as " + asn;
        }
    }

    /** RFC 7313. */
    record EnhancedRouteRefresh() implements Capability {
        public static final int CODE = 70;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public String toString() {
            return "enhanced-route-refresh";
        }
    }

    /** One that is not understood, or is understood and malformed; kept for display, without effect. */
    record Unknown(int code, String hex) implements Capability {
        @Override
        public String toString() {
            return "capability " + code + (hex.isEmpty() ? "" : " 0x" + hex);
        }
    }

    private static String familyText(int afi, int safi) {
        return AfiSafi.of(afi, safi).map(AfiSafi::toString).orElse(afi + "/" + safi);
    }

    private static String afiText(int afi) {
        return switch (afi) {
            case 1 -> "ipv4";
            case 2 -> "ipv6";
            default -> Integer.toString(afi);
        };
    }
}
