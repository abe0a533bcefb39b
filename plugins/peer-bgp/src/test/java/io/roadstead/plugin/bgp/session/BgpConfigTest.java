package io.roadstead.plugin.bgp.session;

import static io.roadstead.testkit.ConfigRecordAssertions.assertDefaults;
import static io.roadstead.testkit.ConfigRecordAssertions.assertFullMapping;
import static io.roadstead.testkit.ConfigRecordAssertions.assertRefused;

import org.junit.jupiter.api.Test;

import io.roadstead.api.model.net.IpAddress;

class BgpConfigTest {

    private static final String PATH = "roadstead.peer-protocols.bgp";

    @Test
    void defaultsAreThoseOfTheReference() {
        assertDefaults(BgpConfig.class, PATH, new BgpConfig(IpAddress.parse("::"), "", 1, false, 0));
    }

    @Test
    void everyKeyIsRead() {
        assertFullMapping("""
                roadstead.peer-protocols.bgp {
                  listen-address = 192.0.2.1
                  shutdown-communication = "upgrade"
                  maximum-paths = 4
                  multipath-relax = true
                  allow-own-as = 1
                }
                """, PATH, new BgpConfig(IpAddress.parse("192.0.2.1"), "upgrade", 4, true, 1));
    }

    @Test
    void aLoopOfAnyLengthIsRefused() {
        assertRefused("roadstead.peer-protocols.bgp.allow-own-as = 11", PATH, BgpConfig.class, "allow-own-as");
        assertRefused("roadstead.peer-protocols.bgp.allow-own-as = -1", PATH, BgpConfig.class, "allow-own-as");
    }

    @Test
    void noPathAtAllIsRefused() {
        assertRefused("roadstead.peer-protocols.bgp.maximum-paths = 0", PATH, BgpConfig.class, "maximum-paths");
    }
}
