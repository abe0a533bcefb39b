package io.roadstead.api.model.net;

/**
 * An autonomous system number (RFC 6793).
 *
 * @param value 0 to 4294967295; where zero has no meaning the user of the type refuses it
 */
public record AsNumber(long value) implements Comparable<AsNumber> {

    /** Stands in a two-octet field for a number that does not fit (RFC 6793 §9). */
    public static final AsNumber AS_TRANS = new AsNumber(23456);

    public AsNumber {
        if (value < 0 || value > 0xffff_ffffL) {
            throw new IllegalArgumentException("AS number " + value + " is not in 0 to 4294967295");
        }
    }

    /** Reads decimal ({@code 65001}) or asdot ({@code 1.10}) text (RFC 5396). */
    public static AsNumber parse(String text) {
        if (text.matches("[0-9]{1,10}")) {
            return new AsNumber(Long.parseLong(text));
        }
        if (text.matches("[0-9]{1,5}\\.[0-9]{1,5}")) {
            int dot = text.indexOf('.');
            long high = Long.parseLong(text.substring(0, dot));
            long low = Long.parseLong(text.substring(dot + 1));
            if (high <= 0xffff && low <= 0xffff) {
                return new AsNumber(high << 16 | low);
            }
        }
        throw new IllegalArgumentException("not an AS number: '" + text + "'");
    }

    /** Whether it fits a two-octet field. */
    public boolean isTwoOctet() {
        return value <= 0xffff;
    }

    /** Private use: 64512–65534 and 4200000000–4294967294 (RFC 6996). */
    public boolean isPrivate() {
        return (value >= 64512 && value <= 65534) || (value >= 4_200_000_000L && value <= 4_294_967_294L);
    }

    @Override
    public int compareTo(AsNumber other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
