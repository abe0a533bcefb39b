package io.roadstead.plugin.netlink;

import static io.roadstead.testkit.ConfigRecordAssertions.assertDefaults;
import static io.roadstead.testkit.ConfigRecordAssertions.assertFullMapping;
import static io.roadstead.testkit.ConfigRecordAssertions.assertRefused;

import org.junit.jupiter.api.Test;

import io.roadstead.plugin.netlink.NetlinkConfig.OnStop;

class NetlinkConfigTest {

    private static final String PATH = "roadstead.routes.netlink";

    @Test
    void defaultsAreThoseOfTheReference() {
        assertDefaults(NetlinkConfig.class, PATH, new NetlinkConfig(88, 254, 2048, OnStop.KEEP));
    }

    @Test
    void everyKeyIsRead() {
        assertFullMapping("roadstead.routes.netlink { protocol = 99, table = 1000, metric = 50, on-stop = remove }", PATH,
                new NetlinkConfig(99, 1000, 50, OnStop.REMOVE));
    }

    @Test
    void numbersOfTheKernelAndNumbersThatMeanSomethingElseAreRefused() {
        assertRefused(PATH + ".protocol = 4", PATH, NetlinkConfig.class, "protocol");
        assertRefused(PATH + ".protocol = 256", PATH, NetlinkConfig.class, "protocol");
        assertRefused(PATH + ".table = 0", PATH, NetlinkConfig.class, "table");
        assertRefused(PATH + ".metric = 0", PATH, NetlinkConfig.class, "metric");
    }
}
