package io.roadstead.plugin.bgp.codec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import io.roadstead.api.model.bgp.AfiSafi;

class NotificationTest {

    @Test
    void theGoldenMessagesAreWrittenAndReadBack() {
        BgpMessage.Notification shutdown = BgpMessage.Notification.cease(BgpErrorCode.ADMINISTRATIVE_SHUTDOWN, "bye");

        assertThat(Wire.written(MessageEncoder::keepalive)).isEqualTo(Wire.MARKER + "0013" + "04");
        assertThat(Wire.written(out -> MessageEncoder.notification(out, shutdown)))
                .isEqualTo(Wire.MARKER + "0019" + "03" + "0602" + "03627965");
        assertThat(Wire.written(out -> MessageEncoder.notification(out, shutdown.asHardReset())))
                .isEqualTo(Wire.MARKER + "001b" + "03" + "0609" + "0602" + "03627965");
        assertThat(Wire.written(out -> MessageEncoder.routeRefresh(out,
                BgpMessage.RouteRefresh.of(AfiSafi.IPV6_UNICAST, BgpMessage.RouteRefresh.Kind.END))))
                .isEqualTo(Wire.MARKER + "0017" + "05" + "00020201");
        assertThat(Wire.message(Wire.EXTERNAL, Wire.message(3, "0602 03627965"))).isEqualTo(shutdown);
        assertThat(new BgpError(BgpErrorCode.UNSUPPORTED_VERSION, "0004", "BGP version 3").notification())
                .isEqualTo(new BgpMessage.Notification(2, 1, "0004"));
    }

    @Test
    void aShutdownSaysWhyInWords() {
        BgpMessage.Notification reset = BgpMessage.Notification.cease(BgpErrorCode.ADMINISTRATIVE_RESET, "Wartung März");

        assertThat(reset.text()).isEqualTo("Administrative Reset: \"Wartung März\"");
        assertThat(reset.asHardReset().text()).isEqualTo("Hard Reset, Administrative Reset: \"Wartung März\"");
        assertThat(reset.asHardReset().hardReset()).isTrue();
        assertThat(reset.asHardReset().unwrapped()).isEqualTo(reset);
        assertThat(new BgpMessage.Notification(4, 0, "").text()).isEqualTo("Hold Timer Expired");
        assertThat(new BgpMessage.Notification(99, 7, "00").text()).isEqualTo("error 99/7");
    }

    @Test
    void aLongCommunicationIsCutBetweenCharacters() {
        String text = "x".repeat(254) + "ü and more";

        BgpMessage.Notification notification = BgpMessage.Notification.cease(BgpErrorCode.ADMINISTRATIVE_SHUTDOWN, text);

        assertThat(notification.communication()).isEqualTo("x".repeat(254));
        assertThat(BgpMessage.Notification.cease(BgpErrorCode.ADMINISTRATIVE_SHUTDOWN, "")).returns("", BgpMessage.Notification::dataHex);
    }

    @Test
    void aMalformedCommunicationIsNone() {
        assertThat(new BgpMessage.Notification(6, 2, "05616263").communication()).as("longer than the data").isEmpty();
        assertThat(new BgpMessage.Notification(6, 2, "00").communication()).isEmpty();
        assertThat(new BgpMessage.Notification(6, 2, "02ffff").communication()).as("not UTF-8").isEqualTo("\ufffd\ufffd");
        assertThat(new BgpMessage.Notification(6, 2, "031b5b4a").communication()).as("terminal control").isEqualTo("?[J");
        assertThat(new BgpMessage.Notification(6, 9, "06").unwrapped().text()).isEqualTo("Hard Reset, Hard Reset");
    }

    @Test
    void dataThatFitsNoMessageIsCut() {
        assertThat(Wire.written(out -> MessageEncoder.notification(out, new BgpMessage.Notification(3, 2, "00".repeat(5000)))))
                .hasSize(2 * 4096);
    }
}
