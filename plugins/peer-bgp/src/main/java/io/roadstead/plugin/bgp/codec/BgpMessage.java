package io.roadstead.plugin.bgp.codec;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.PathAttributes;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.net.RouterId;

/** A message of BGP-4. */
public sealed interface BgpMessage {

    /** RFC 4271 §4.4. */
    Keepalive KEEPALIVE = new Keepalive();

    /**
     * RFC 4271 §4.2.
     *
     * @param asn             of the four-octet capability where there is one, else of the two-octet field
     * @param holdTimeSeconds 0, or 3 to 65535
     */
    record Open(AsNumber asn, int holdTimeSeconds, RouterId routerId, List<Capability> capabilities) implements BgpMessage {
        public Open {
            capabilities = List.copyOf(capabilities);
            if (holdTimeSeconds < 0 || holdTimeSeconds > 0xffff) {
                throw new IllegalArgumentException("hold time " + holdTimeSeconds + " s is not in 0 to 65535");
            }
        }

        /** The first capability of a kind. */
        public <T extends Capability> Optional<T> capability(Class<T> kind) {
            return capabilities.stream().filter(kind::isInstance).map(kind::cast).findFirst();
        }
    }

    /**
     * RFC 4271 §4.3 after error handling: what a receiver has to do, whatever the message looked like.
     *
     * @param announced at most one per family
     * @param withdrawn at most one per family; what is in both of a family counts as announced (RFC 4271 §4.3) and stands only there
     * @param endOfRib  family of which this is the End-of-RIB marker (RFC 4724 §2); null when it is none
     */
    record Update(List<Announcement> announced, List<Withdrawal> withdrawn, @Nullable AfiSafi endOfRib,
            UpdateOutcome outcome) implements BgpMessage {
        public Update {
            announced = List.copyOf(announced);
            withdrawn = List.copyOf(withdrawn);
        }
    }

    /** Prefixes that share one set of attributes. */
    record Announcement(AfiSafi family, PathAttributes attributes, List<IpPrefix> prefixes) {
        public Announcement {
            prefixes = List.copyOf(prefixes);
        }
    }

    /** Prefixes that are reachable no longer. */
    record Withdrawal(AfiSafi family, List<IpPrefix> prefixes) {
        public Withdrawal {
            prefixes = List.copyOf(prefixes);
        }
    }

    /** RFC 4271 §4.5; codes as they came. */
    record Notification(int code, int subcode, String dataHex) implements BgpMessage {

        /** Octets of the longest shutdown communication (RFC 9003 §2). */
        public static final int MAX_COMMUNICATION = 255;

        /** A shutdown or reset with a text for the operator at the other end (RFC 9003); cut at a character when it is too long. */
        public static Notification cease(BgpErrorCode code, String communication) {
            if (communication.isEmpty()) {
                return new Notification(code.code(), code.subcode(), "");
            }
            byte[] text = communication.getBytes(StandardCharsets.UTF_8);
            int length = Math.min(text.length, MAX_COMMUNICATION);
            while (length < text.length && (text[length] & 0xc0) == 0x80) {
                length--;
            }
            return new Notification(code.code(), code.subcode(), HexFormat.of().toHexDigits((byte) length)
                    + HexFormat.of().formatHex(text, 0, length));
        }

        /** The same as a hard reset (RFC 8538 §3): the peer drops the routes at once. */
        public Notification asHardReset() {
            HexFormat hex = HexFormat.of();
            return new Notification(BgpErrorCode.HARD_RESET.code(), BgpErrorCode.HARD_RESET.subcode(),
                    hex.toHexDigits((byte) code) + hex.toHexDigits((byte) subcode) + dataHex);
        }

        /** Whether it is a hard reset. */
        public boolean hardReset() {
            return code == BgpErrorCode.HARD_RESET.code() && subcode == BgpErrorCode.HARD_RESET.subcode();
        }

        /** What a hard reset wraps; itself when it is none or wraps nothing. */
        public Notification unwrapped() {
            if (!hardReset() || dataHex.length() < 4) {
                return this;
            }
            return new Notification(HexFormat.fromHexDigits(dataHex, 0, 2), HexFormat.fromHexDigits(dataHex, 2, 4), dataHex.substring(4));
        }

        /** The text of an administrative shutdown or reset; empty when there is none or it is malformed. Control characters are replaced. */
        public String communication() {
            boolean carries = code == BgpErrorCode.CEASE.code() && (subcode == BgpErrorCode.ADMINISTRATIVE_SHUTDOWN.subcode()
                    || subcode == BgpErrorCode.ADMINISTRATIVE_RESET.subcode());
            if (!carries || dataHex.length() < 2) {
                return "";
            }
            byte[] data = HexFormat.of().parseHex(dataHex);
            int length = data[0] & 0xff;
            return length >= data.length ? "" : new String(data, 1, length, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", "?");
        }

        /** In words: {@code Administrative Shutdown: "maintenance"}. */
        public String text() {
            Notification inner = unwrapped();
            String name = BgpErrorCode.of(inner.code, inner.subcode).map(BgpErrorCode::text)
                    .orElse("error " + inner.code + "/" + inner.subcode);
            String communication = inner.communication();
            return (hardReset() ? "Hard Reset, " : "") + name + (communication.isEmpty() ? "" : ": \"" + communication + '"');
        }
    }

    /** RFC 4271 §4.4. */
    record Keepalive() implements BgpMessage {
    }

    /** RFC 2918, and the marks of RFC 7313; families that are not ours are kept as numbers, to be ignored. */
    record RouteRefresh(int afi, int safi, Kind kind) implements BgpMessage {

        public static RouteRefresh of(AfiSafi family, Kind kind) {
            return new RouteRefresh(family.afi(), family.safi(), kind);
        }

        /** Empty when it is not a family of ours. */
        public Optional<AfiSafi> family() {
            return AfiSafi.of(afi, safi);
        }

        /** The subtype octet, in the order of its values, which start at 0. */
        public enum Kind {
            /** Asks for everything again. */
            REQUEST(0),
            /** Everything again starts. */
            BEGIN(1),
            /** Everything has been said again. */
            END(2);

            private final int code;

            Kind(int code) {
                this.code = code;
            }

            int code() {
                return code;
            }
        }
    }
}
