package io.roadstead.plugin.dsr;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.roadstead.api.lb.Backend;
import io.roadstead.api.lb.BackendState;
import io.roadstead.api.lb.DispatchMode.Need;
import io.roadstead.api.lb.EbpfDispatch;
import io.roadstead.api.lb.EbpfDispatch.Termination;
import io.roadstead.api.lb.ProxyDispatch.ClientAddress;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;

final class DsrDispatchTest {

    @ParameterizedTest
    @EnumSource(Carrier.class)
    void everyCarrierShipsAnObjectForTheEbpfMachineOfThisAbi(Carrier carrier) {
        DsrDispatch dsr = dispatch(carrier);

        byte[] object = dsr.object();

        assertThat(object).startsWith(0x7f, 'E', 'L', 'F');
        assertThat(object[18] & 0xff).as("machine").isEqualTo(247);
        assertThat(dsr.abiVersion()).isEqualTo(EbpfDispatch.ABI_VERSION);
    }

    @ParameterizedTest
    @EnumSource(Carrier.class)
    void backendsAnswerDirectlyAndProxiesTellThemTheClient(Carrier carrier) {
        DsrDispatch dsr = dispatch(carrier);

        assertThat(dsr.label()).isEqualTo("DSR");
        assertThat(dsr.needs()).contains(Need.DIRECT_RETURN, Need.ADDRESS_TRANSLATION);
        assertThat(dsr.clientAddress()).isEqualTo(ClientAddress.PROXY_PROTOCOL_V2);
    }

    @ParameterizedTest
    @CsvSource({"GENEVE,'',192.0.2.7,true", "GENEVE,'',0.0.0.0,false", "GENEVE,east,192.0.2.7,true", "GENEVE,east,0.0.0.0,false",
        "IPIP,'',0.0.0.0,true", "IPIP,east,192.0.2.7,false", "OPT,'',0.0.0.0,true", "OPT,east,0.0.0.0,true"})
    void geneveNeedsTheNodeAndIpipFrontendsThatItKnows(Carrier carrier, String cluster, String node, boolean reached) {
        Backend backend =
                new Backend(IpAddress.parse("10.0.0.1"), 80, 100, BackendState.ACTIVE, "", IpAddress.parse(node), "", false, cluster);

        assertThat(dispatch(carrier).reaches(backend)).isEqualTo(reached);
    }

    @Test
    void genevePutsTwelveOrTwentyFourBytesOfOptionIntoItsHeaders() {
        DsrDispatch dsr = dispatch(Carrier.GENEVE);

        assertThat(dsr.carrier()).isEqualTo("Geneve");
        assertThat(dsr.needs()).contains(Need.ENCAPSULATION);
        assertThat(dsr.overheadBytes(AddressFamily.IPV4)).isEqualTo(50 + 12);
        assertThat(dsr.overheadBytes(AddressFamily.IPV6)).isEqualTo(70 + 24);
        assertThat(dsr.terminations()).containsExactly(new Termination(17, 6082));
        assertThat(dsr.constants()).containsExactlyInAnyOrderEntriesOf(Map.of("dsr_port", 6082L, "dsr_vni", 7L));
    }

    @Test
    void ipipPutsAnIpHeaderInFrontWhoseSourceIsOfThePrefix() {
        DsrDispatch dsr = dispatch(Carrier.IPIP);

        assertThat(dsr.carrier()).isEqualTo("IPIP");
        assertThat(dsr.needs()).contains(Need.ENCAPSULATION);
        assertThat(dsr.overheadBytes(AddressFamily.IPV4)).isEqualTo(20);
        assertThat(dsr.overheadBytes(AddressFamily.IPV6)).isEqualTo(40);
        assertThat(dsr.terminations()).containsExactly(new Termination(4, 0), new Termination(41, 0));
        assertThat(dsr.constants()).containsExactlyInAnyOrderEntriesOf(Map.of("dsr_source4", 0xc6120000L, "dsr_source4_bits", 15L,
                "dsr_source6_high", 0x20010db8_00000000L, "dsr_source6_low", 0L, "dsr_source6_bits", 64L));
    }

    @Test
    void ipipWithoutPrefixesKeepsTheNodesAddress() {
        DsrConfig config = new DsrConfig(Carrier.IPIP, 6081, 0, null, null, 8, false);

        assertThat(new DsrDispatch(config).constants()).containsEntry("dsr_source4_bits", 0L).containsEntry("dsr_source6_bits", 0L);
    }

    @Test
    void optAddsAnOption() {
        DsrDispatch dsr = dispatch(Carrier.OPT);

        assertThat(dsr.carrier()).isEqualTo("Option");
        assertThat(dsr.needs()).doesNotContain(Need.ENCAPSULATION);
        assertThat(dsr.overheadBytes(AddressFamily.IPV4)).isEqualTo(8);
        assertThat(dsr.overheadBytes(AddressFamily.IPV6)).isEqualTo(24);
        assertThat(dsr.terminations()).isEqualTo(
                List.of(new Termination(Termination.IPV4_OPTION, 0), new Termination(Termination.IPV6_DESTINATION_OPTION, 0)));
        assertThat(dsr.constants()).containsExactlyInAnyOrderEntriesOf(Map.of("dsr_packets", 3L, "dsr_reversed", 1L));
    }

    @Test
    void aChangedConfigurationNeedsProgramsOfItsOwn() {
        DsrDispatch dsr = dispatch(Carrier.GENEVE);

        assertThat(dsr.reconfigure(config(Carrier.GENEVE))).isTrue();
        assertThat(dsr.reconfigure(config(Carrier.OPT))).isFalse();
    }

    private static DsrDispatch dispatch(Carrier carrier) {
        return new DsrDispatch(config(carrier));
    }

    private static DsrConfig config(Carrier carrier) {
        return new DsrConfig(carrier, 6082, 7, IpPrefix.parse("198.18.0.0/17"), IpPrefix.parse("2001:db8::/64"), 3, true);
    }
}
