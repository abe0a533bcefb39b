package io.roadstead.plugin.bgp.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.roadstead.api.model.bgp.AfiSafi;

class MessageDecoderTest {

    private static final String KEEPALIVE = Wire.message(4, "");

    @Test
    void messagesAreCutOutOfAStreamWhereverItIsTorn() {
        String stream = KEEPALIVE + Wire.message(3, "0602") + Wire.message(2, "00000000") + KEEPALIVE;
        byte[] octets = new byte[stream.length() / 2];
        Wire.bytes(stream).readBytes(octets);
        for (int step = 1; step <= octets.length; step++) {
            MessageDecoder decoder = new MessageDecoder();
            ByteBuf in = Unpooled.buffer();
            List<Class<?>> kinds = new ArrayList<>();
            for (int i = 0; i < octets.length; i += step) {
                in.writeBytes(octets, i, Math.min(step, octets.length - i));
                for (var result = decoder.decode(in); result.isPresent(); result = decoder.decode(in)) {
                    kinds.add(((DecodeResult.Decoded) result.get()).message().getClass());
                }
            }

            assertThat(kinds).as("in pieces of %d", step).containsExactly(BgpMessage.Keepalive.class, BgpMessage.Notification.class,
                    BgpMessage.Update.class, BgpMessage.Keepalive.class);
            assertThat(in.isReadable()).isFalse();
        }
    }

    @Test
    void aWrongMarkerIsRefusedBeforeTheLengthHasCome() {
        assertThat(Wire.error(Wire.EXTERNAL, "fffffe")).returns(BgpErrorCode.CONNECTION_NOT_SYNCHRONIZED, BgpError::code)
                .returns("", BgpError::dataHex);
    }

    @ParameterizedTest
    @CsvSource({"0012, 04", "0000, 02", "1001, 02", "ffff, 02", "001c, 01", "1001, 01", "0016, 02", "0014, 03", "0014, 04", "0012, 63"})
    void aLengthThatTheTypeCannotHaveIsRefusedWithThatLength(String length, String type) {
        assertThat(Wire.error(Wire.EXTERNAL, Wire.MARKER + length + type)).returns(BgpErrorCode.BAD_MESSAGE_LENGTH, BgpError::code)
                .returns(length, BgpError::dataHex);
    }

    @ParameterizedTest
    @CsvSource({"00", "06", "ff"})
    void anUnknownTypeIsRefusedWithThatType(String type) {
        assertThat(Wire.error(Wire.EXTERNAL, Wire.MARKER + "0013" + type)).returns(BgpErrorCode.BAD_MESSAGE_TYPE, BgpError::code)
                .returns(type, BgpError::dataHex);
    }

    @Test
    void extendedMessagesAreTakenWhereWeOfferedThemButNotAsOpenOrKeepalive() {
        String withdrawn = "18c00002".repeat(2000);

        assertThat(Wire.error(Wire.EXTERNAL, Wire.update(withdrawn, "", "")).code()).isEqualTo(BgpErrorCode.BAD_MESSAGE_LENGTH);
        assertThat(Wire.update(Wire.EXTENDED, Wire.update(withdrawn, "", "")).withdrawn().getFirst().prefixes()).hasSize(1);
        assertThat(Wire.error(Wire.EXTENDED, Wire.MARKER + "100101").code()).isEqualTo(BgpErrorCode.BAD_MESSAGE_LENGTH);
        assertThat(Wire.error(Wire.EXTENDED, Wire.MARKER + "001404").code()).isEqualTo(BgpErrorCode.BAD_MESSAGE_LENGTH);
    }

    @Test
    void nothingIsReadBehindARefusedMessage() {
        MessageDecoder decoder = new MessageDecoder();
        ByteBuf in = Wire.bytes(Wire.message(9, "") + KEEPALIVE);

        assertThat(decoder.decode(in)).containsInstanceOf(DecodeResult.Refused.class);
        assertThat(decoder.decode(in)).isEmpty();
        assertThat(in.isReadable()).isFalse();
    }

    @Test
    void routeRefreshHasItsSubtypes() {
        assertThat(Wire.message(Wire.EXTERNAL, Wire.message(5, "00010001")))
                .isEqualTo(refresh(AfiSafi.IPV4_UNICAST, BgpMessage.RouteRefresh.Kind.REQUEST));
        assertThat(Wire.message(Wire.EXTERNAL, Wire.message(5, "00020101")))
                .isEqualTo(refresh(AfiSafi.IPV6_UNICAST, BgpMessage.RouteRefresh.Kind.BEGIN));
        assertThat(Wire.message(Wire.EXTERNAL, Wire.message(5, "00020201")))
                .isEqualTo(refresh(AfiSafi.IPV6_UNICAST, BgpMessage.RouteRefresh.Kind.END));
        assertThat(((BgpMessage.RouteRefresh) Wire.message(Wire.EXTERNAL, Wire.message(5, "00010301"))).family())
                .as("an unknown subtype is of no family").isEmpty();
        assertThat(Wire.message(Wire.EXTERNAL, Wire.message(5, "00010001 01 80 0000"))).as("with an outbound route filter")
                .isEqualTo(refresh(AfiSafi.IPV4_UNICAST, BgpMessage.RouteRefresh.Kind.REQUEST));
    }

    @Test
    void aRouteRefreshOfAWrongLengthIsRefused() {
        assertThat(Wire.error(Wire.EXTERNAL, Wire.message(5, "000101 01ff")))
                .returns(BgpErrorCode.INVALID_ROUTE_REFRESH_LENGTH, BgpError::code)
                .returns(Wire.message(5, "00010101ff"), BgpError::dataHex);
        assertThat(Wire.error(Wire.EXTERNAL, Wire.message(5, "000100")).code()).isEqualTo(BgpErrorCode.BAD_MESSAGE_LENGTH);
    }

    private static BgpMessage.RouteRefresh refresh(AfiSafi family, BgpMessage.RouteRefresh.Kind kind) {
        return BgpMessage.RouteRefresh.of(family, kind);
    }
}
