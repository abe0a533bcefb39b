package io.roadstead.plugin.bgp.codec;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.PathAttributes;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;

/** UPDATE (RFC 4271 §4.3) with the error handling of RFC 7606. Used for one message. */
final class UpdateDecoder {

    private final CodecOptions options;
    private final ReceivedAttributes attributes = new ReceivedAttributes();
    private final List<IpPrefix> withdrawn = new ArrayList<>();
    private final List<IpPrefix> announced = new ArrayList<>();
    private final List<AttributeFault> faults = new ArrayList<>();
    private boolean withdrawAll;
    private @Nullable AfiSafi disabled;
    private @Nullable BgpError reset;
    private int attributeCount;

    UpdateDecoder(CodecOptions options) {
        this.options = options;
    }

    /** The body is at least the two length fields. */
    DecodeResult decode(ByteBuf body) {
        boolean empty = body.readableBytes() == 4 && body.getInt(body.readerIndex()) == 0;
        return switch (read(body)) {
            case UpdateOutcome.SessionReset(BgpError error, var _) -> new DecodeResult.Refused(error);
            case UpdateOutcome outcome -> new DecodeResult.Decoded(result(empty, outcome));
        };
    }

    private UpdateOutcome read(ByteBuf body) {
        int withdrawnBytes = body.readUnsignedShort();
        if (withdrawnBytes + 2 > body.readableBytes()) {
            return reset(BgpErrorCode.MALFORMED_ATTRIBUTE_LIST, "withdrawn routes of " + withdrawnBytes + " octets");
        }
        ByteBuf withdrawnField = body.readSlice(withdrawnBytes);
        int attributeBytes = body.readUnsignedShort();
        if (attributeBytes > body.readableBytes()) {
            return reset(BgpErrorCode.MALFORMED_ATTRIBUTE_LIST, "path attributes of " + attributeBytes + " octets");
        }
        ByteBuf attributeField = body.readSlice(attributeBytes);
        String problem = PrefixReader.read(withdrawnField, AddressFamily.IPV4, withdrawn);
        if (problem == null) {
            problem = PrefixReader.read(body, AddressFamily.IPV4, announced);
        }
        if (problem != null) { // RFC 7606 §3 j: what cannot be read cannot be treated as withdrawn
            return reset(BgpErrorCode.INVALID_NETWORK_FIELD, problem);
        }
        readAttributes(attributeField);
        attributes.reconcile();
        checkMandatory();
        return outcome();
    }

    private void readAttributes(ByteBuf in) {
        Set<Integer> seen = new HashSet<>();
        while (in.isReadable() && reset == null) {
            int start = in.readerIndex();
            int flags = in.readUnsignedByte();
            boolean extended = (flags & PathAttribute.Flags.EXTENDED_LENGTH) != 0;
            if (in.readableBytes() < (extended ? 3 : 2)) { // RFC 7606 §4
                fault(0, PathAttribute.OnError.WITHDRAW, BgpErrorCode.MALFORMED_ATTRIBUTE_LIST, "the last attribute is cut off");
                return;
            }
            int code = in.readUnsignedByte();
            int length = extended ? in.readUnsignedShort() : in.readUnsignedByte();
            PathAttribute attribute = PathAttribute.of(code);
            attributeCount++;
            if (length > in.readableBytes()) {
                boolean multiprotocol = attribute != null && attribute.onError() == PathAttribute.OnError.DISABLE;
                fault(code, multiprotocol ? PathAttribute.OnError.RESET : PathAttribute.OnError.WITHDRAW,
                        BgpErrorCode.ATTRIBUTE_LENGTH_ERROR, "attribute " + code + " is longer than the field it stands in");
                return;
            }
            ByteBuf value = in.readSlice(length);
            if (!seen.add(code)) {
                duplicate(code, attribute);
            } else if (attribute == null) {
                unknown(code, flags, value, in.slice(start, in.readerIndex() - start));
            } else {
                read(attribute, flags, value);
            }
        }
    }

    private void read(PathAttribute attribute, int flags, ByteBuf value) {
        int code = attribute.code();
        if (!attribute.scope().covers(options)) {
            fault(code, PathAttribute.OnError.DISCARD, BgpErrorCode.OPTIONAL_ATTRIBUTE_ERROR, attribute + " is not for this session");
            return;
        }
        if ((flags & PathAttribute.Flags.KIND) != attribute.flags()) { // RFC 7606 §3 c
            fault(code, PathAttribute.OnError.WITHDRAW, BgpErrorCode.ATTRIBUTE_FLAGS_ERROR,
                    attribute + " with flags 0x" + Hex.octet(flags));
        }
        String problem = attribute.reader().read(value, attributes, options);
        if (problem == null) {
            return;
        }
        AfiSafi family = attribute == PathAttribute.MP_REACH_NLRI ? attributes.reachFamily : attributes.unreachFamily;
        PathAttribute.OnError onError = attribute.onError();
        if (onError == PathAttribute.OnError.DISABLE) {
            boolean onlyThatFamily = family != null && (disabled == null || disabled == family);
            onError = onlyThatFamily ? onError : PathAttribute.OnError.RESET;
            disabled = family;
        }
        fault(code, onError, attribute.error(), attribute + ": " + problem);
    }

    /** RFC 7606 §3 g. */
    private void duplicate(int code, @Nullable PathAttribute attribute) {
        boolean multiprotocol = attribute != null && attribute.onError() == PathAttribute.OnError.DISABLE;
        fault(code, multiprotocol ? PathAttribute.OnError.RESET : PathAttribute.OnError.DISCARD, BgpErrorCode.MALFORMED_ATTRIBUTE_LIST,
                "attribute " + code + " stands there twice");
    }

    private void unknown(int code, int flags, ByteBuf value, ByteBuf whole) {
        if ((flags & PathAttribute.Flags.OPTIONAL) == 0) {
            reset = new BgpError(BgpErrorCode.UNRECOGNIZED_WELL_KNOWN_ATTRIBUTE, ByteBufUtil.hexDump(whole),
                    "well-known attribute " + code);
        } else if ((flags & PathAttribute.Flags.TRANSITIVE) != 0) {
            attributes.unknown.add(new PathAttributes.UnknownAttribute(flags, code, ByteBufUtil.hexDump(value)));
        }
    }

    /** RFC 7606 §3 d. NEXT_HOP is for the prefixes outside MP_REACH_NLRI only; LOCAL_PREF that is missing has its default. */
    private void checkMandatory() {
        if (announced.isEmpty() && attributes.reach.isEmpty()) {
            return;
        }
        missing(attributes.origin, PathAttribute.ORIGIN);
        missing(attributes.asPath, PathAttribute.AS_PATH);
        if (!announced.isEmpty()) {
            missing(attributes.nextHop, PathAttribute.NEXT_HOP);
        }
    }

    private void missing(@Nullable Object value, PathAttribute attribute) {
        boolean malformed = faults.stream().anyMatch(fault -> fault.attribute() == attribute.code());
        if (value == null && !malformed) {
            fault(attribute.code(), PathAttribute.OnError.WITHDRAW, BgpErrorCode.MISSING_WELL_KNOWN_ATTRIBUTE, attribute + " is missing");
        }
    }

    private UpdateOutcome outcome() {
        boolean onlyUnreach = attributeCount == 1 && attributes.unreachFamily != null;
        boolean reachable = !announced.isEmpty() || attributes.reachEncoded;
        if (reset == null && withdrawAll && !reachable && !onlyUnreach) { // RFC 7606 §5.2: were there prefixes that we did not see?
            AttributeFault first = faults.getFirst();
            reset = BgpError.of(first.error(), first.detail() + ", and nothing says for which prefixes");
        }
        if (reset != null) {
            return new UpdateOutcome.SessionReset(reset, faults);
        }
        if (disabled != null) {
            return new UpdateOutcome.AfiSafiDisable(disabled, faults);
        }
        if (withdrawAll) {
            return new UpdateOutcome.TreatAsWithdraw(faults);
        }
        return faults.isEmpty() ? UpdateOutcome.ACCEPTED : new UpdateOutcome.AttributeDiscard(faults);
    }

    private BgpMessage.Update result(boolean empty, UpdateOutcome outcome) {
        EnumMap<AfiSafi, BgpMessage.Announcement> announcements = new EnumMap<>(AfiSafi.class);
        EnumMap<AfiSafi, Set<IpPrefix>> withdrawals = new EnumMap<>(AfiSafi.class);
        withdraw(withdrawals, AfiSafi.IPV4_UNICAST, withdrawn);
        withdraw(withdrawals, attributes.unreachFamily, attributes.unreach);
        announce(announcements, withdrawals, attributes.reachFamily, attributes.reach, attributes.reachNextHop, attributes.reachLinkLocal);
        announce(announcements, withdrawals, AfiSafi.IPV4_UNICAST, announced, attributes.nextHop, null);
        AfiSafi endOfRib = null;
        if (empty) {
            endOfRib = usable(AfiSafi.IPV4_UNICAST) ? AfiSafi.IPV4_UNICAST : null;
        } else if (attributeCount == 1 && !attributes.unreachEncoded && withdrawn.isEmpty() && announced.isEmpty() && faults.isEmpty()) {
            endOfRib = attributes.unreachFamily; // null where the one attribute is another
        }
        return new BgpMessage.Update(List.copyOf(announcements.values()),
                withdrawals.entrySet().stream().filter(entry -> !entry.getValue().isEmpty())
                        .map(entry -> new BgpMessage.Withdrawal(entry.getKey(), List.copyOf(entry.getValue()))).toList(),
                endOfRib, outcome);
    }

    private void withdraw(Map<AfiSafi, Set<IpPrefix>> into, @Nullable AfiSafi family, List<IpPrefix> prefixes) {
        if (family != null && usable(family) && !prefixes.isEmpty()) {
            into.computeIfAbsent(family, _ -> new LinkedHashSet<>()).addAll(prefixes);
        }
    }

    /** Prefixes of one family both inside and outside MP_REACH_NLRI: those outside, which are read later, win with all they bring. */
    private void announce(Map<AfiSafi, BgpMessage.Announcement> into, Map<AfiSafi, Set<IpPrefix>> withdrawals, @Nullable AfiSafi family,
            List<IpPrefix> prefixes, @Nullable IpAddress nextHop, @Nullable IpAddress linkLocal) {
        if (family == null || !usable(family) || prefixes.isEmpty()) {
            return;
        }
        if (withdrawAll || nextHop == null) {
            withdraw(withdrawals, family, prefixes);
            return;
        }
        Set<IpPrefix> withdrawnToo = withdrawals.get(family);
        if (withdrawnToo != null) {
            prefixes.forEach(withdrawnToo::remove); // RFC 4271 §4.3
        }
        into.put(family,
                new BgpMessage.Announcement(family, attributes.with(nextHop, linkLocal), List.copyOf(new LinkedHashSet<>(prefixes))));
    }

    private boolean usable(AfiSafi family) {
        return options.families().contains(family) && family != disabled;
    }

    private void fault(int attribute, PathAttribute.OnError onError, BgpErrorCode error, String detail) {
        faults.add(new AttributeFault(attribute, error, detail));
        switch (onError) {
            case DISCARD, DISABLE -> { // the one needs nothing more, the other's family is set where it is known
            }
            case WITHDRAW -> withdrawAll = true;
            case RESET -> reset = reset == null ? BgpError.of(error, detail) : reset;
        }
    }

    private static UpdateOutcome reset(BgpErrorCode code, String detail) {
        return new UpdateOutcome.SessionReset(BgpError.of(code, detail), List.of());
    }
}
