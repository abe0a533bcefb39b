package io.roadstead.plugin.snat;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import io.roadstead.api.lb.DispatchMode.Need;
import io.roadstead.api.lb.EbpfDispatch;
import io.roadstead.api.lb.ProxyDispatch.ClientAddress;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.testkit.ConfigRecordAssertions;

final class SnatDispatchTest {

    private final SnatDispatch snat = new SnatDispatch();

    @Test
    void shipsAnObjectForTheEbpfMachineOfThisAbi() {
        byte[] object = snat.object();

        assertThat(object).startsWith(0x7f, 'E', 'L', 'F');
        assertThat(object[18] & 0xff).as("machine").isEqualTo(247);
        assertThat(snat.abiVersion()).isEqualTo(EbpfDispatch.ABI_VERSION);
        assertThat(snat.terminations()).as("replies come as they are").isEmpty();
    }

    @Test
    void takesNothingOfTheMtuAndHidesTheClient() {
        assertThat(snat.label()).isEqualTo("SNAT");
        assertThat(snat.carrier()).isEmpty();
        assertThat(snat.needs()).containsExactly(Need.ADDRESS_TRANSLATION);
        assertThat(snat.overheadBytes(AddressFamily.IPV4)).isZero();
        assertThat(snat.overheadBytes(AddressFamily.IPV6)).isZero();
        assertThat(snat.clientAddress()).isEqualTo(ClientAddress.HIDDEN);
    }

    @Test
    void theConfigurationIsEmpty() {
        ConfigRecordAssertions.assertDefaults(SnatConfig.class, "roadstead.dispatch-modes.snat", new SnatConfig());
    }
}
