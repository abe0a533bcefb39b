package io.roadstead.plugin.dsr;

import static io.roadstead.testkit.ConfigRecordAssertions.assertDefaults;
import static io.roadstead.testkit.ConfigRecordAssertions.assertFullMapping;
import static io.roadstead.testkit.ConfigRecordAssertions.assertRefused;

import org.junit.jupiter.api.Test;

import io.roadstead.api.model.net.IpPrefix;

final class DsrConfigTest {

    private static final String PATH = "roadstead.dispatch-modes.dsr";

    @Test
    void defaults() {
        assertDefaults(DsrConfig.class, PATH, new DsrConfig(Carrier.GENEVE, 6081, 0, null, null, 8, false));
    }

    @Test
    void fullMapping() {
        assertFullMapping(PATH + " { dispatch = ipip, geneve-port = 6082, geneve-vni = 7, ipip-source-ipv4 = \"198.18.0.0/15\","
                + " ipip-source-ipv6 = \"2001:db8::/96\", opt-packets = 1, opt-reversed = true }", PATH,
                new DsrConfig(Carrier.IPIP, 6082, 7, IpPrefix.parse("198.18.0.0/15"), IpPrefix.parse("2001:db8::/96"), 1, true));
    }

    @Test
    void carriersThatDoNotExistAreRefused() {
        assertRefused(PATH + ".dispatch = gre", PATH, DsrConfig.class, "dispatch", "gre");
    }

    @Test
    void numbersOutOfRangeAreRefused() {
        assertRefused(PATH + ".geneve-port = 0", PATH, DsrConfig.class, "geneve-port is 0, not 1 to 65535");
        assertRefused(PATH + ".geneve-port = 65536", PATH, DsrConfig.class, "geneve-port is 65536");
        assertRefused(PATH + ".geneve-vni = 16777216", PATH, DsrConfig.class, "geneve-vni is 16777216");
        assertRefused(PATH + ".opt-packets = 0", PATH, DsrConfig.class, "opt-packets is 0, not 1 to 255");
        assertRefused(PATH + ".opt-packets = 256", PATH, DsrConfig.class, "opt-packets is 256");
    }

    @Test
    void prefixesThatLeaveNothingToVaryAreRefused() {
        assertRefused(PATH + ".ipip-source-ipv4 = \"198.18.0.1/32\"", PATH, DsrConfig.class, "ipip-source-ipv4 is 198.18.0.1/32");
        assertRefused(PATH + ".ipip-source-ipv4 = \"0.0.0.0/0\"", PATH, DsrConfig.class, "it needs a length");
        assertRefused(PATH + ".ipip-source-ipv4 = \"2001:db8::/64\"", PATH, DsrConfig.class, "of the other family");
        assertRefused(PATH + ".ipip-source-ipv6 = \"198.18.0.0/15\"", PATH, DsrConfig.class, "of the other family");
        assertRefused(PATH + ".ipip-source-ipv6 = nonsense", PATH, DsrConfig.class, "ipip-source-ipv6");
    }
}
