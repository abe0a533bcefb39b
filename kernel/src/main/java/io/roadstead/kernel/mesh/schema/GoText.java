package io.roadstead.kernel.mesh.schema;

import java.util.Base64;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;

/** Addresses as Go's {@code net} package writes and reads them. To it, an IPv4-mapped IPv6 address is the IPv4 address. */
final class GoText {

    private GoText() {
    }

    static String ip(IpAddress address) {
        return unmapped(address).toString();
    }

    /** Empty text is no address. */
    static @Nullable IpAddress ipOrNull(String text) throws RefusedValueException {
        return text.isEmpty() ? null : ip(text);
    }

    static IpAddress ip(String text) throws RefusedValueException {
        return unmapped(IpAddress.tryParse(text).orElseThrow(() -> new RefusedValueException(Quoted.text(text) + " is not an IP address")));
    }

    private static IpAddress unmapped(IpAddress address) {
        boolean mapped = address.family() == AddressFamily.IPV6 && address.high() == 0 && address.low() >>> 32 == 0xffff;
        return mapped ? IpAddress.ipv4((int) address.low()) : address;
    }

    /** {@code address/length}; bits behind the length do not count. */
    static IpPrefix prefix(String text) throws RefusedValueException {
        int slash = text.indexOf('/');
        String digits = text.substring(slash + 1);
        if (slash < 0 || !digits.matches("0|[1-9][0-9]{0,2}")) {
            throw new RefusedValueException(Quoted.text(text) + " is not a CIDR");
        }
        return prefix(ip(text.substring(0, slash)), Integer.parseInt(digits));
    }

    static IpPrefix prefix(IpAddress address, int length) throws RefusedValueException {
        if (length > address.family().bits()) {
            throw new RefusedValueException("mask of " + length + " bits does not fit address " + address);
        }
        return IpPrefix.containing(address, length);
    }

    /** Base64 of as many bytes as the family's addresses have. */
    static String mask(AddressFamily family, int length) {
        byte[] bytes = new byte[family.bytes()];
        for (int bit = 0; bit < length; bit++) {
            bytes[bit / Byte.SIZE] |= (byte) (0x80 >> bit % Byte.SIZE);
        }
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** The number of leading ones. An IPv4 mask may be written with 16 bytes. */
    static int maskLength(AddressFamily family, String base64) throws RefusedValueException {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException notBase64) {
            throw new RefusedValueException("mask " + Quoted.text(base64) + " is not base64", notBase64);
        }
        int length = leadingOnes(bytes);
        int surplus = (bytes.length - family.bytes()) * Byte.SIZE;
        if (length < 0 || surplus != 0 && surplus != 96 || length < surplus) {
            throw new RefusedValueException("mask " + Quoted.text(base64) + " is not one of an " + family + " address");
        }
        return length - surplus;
    }

    /** -1 when a one follows a zero. */
    private static int leadingOnes(byte[] bytes) {
        int ones = 0;
        for (int bit = 0; bit < bytes.length * Byte.SIZE; bit++) {
            boolean one = (bytes[bit / Byte.SIZE] & 0x80 >> bit % Byte.SIZE) != 0;
            if (one && ones < bit) {
                return -1;
            }
            ones += one ? 1 : 0;
        }
        return ones;
    }
}
