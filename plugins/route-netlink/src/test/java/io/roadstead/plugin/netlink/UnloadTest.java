package io.roadstead.plugin.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import io.roadstead.testkit.OwnClassLoader;
import io.roadstead.testkit.UnloadLeakCheck;
import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.Tool;

class UnloadTest {

    @Test
    void nothingKeepsThePluginsClassesAfterItWasClosed() throws Exception {
        Labs.require(Tool.IP);

        run().assertUnloaded();
    }

    private static UnloadLeakCheck run() throws Exception {
        try (OwnClassLoader loader = new OwnClassLoader("io.roadstead.plugin.netlink.")) {
            ((Runnable) loader.loadClass(Use.class.getName()).getDeclaredConstructor().newInstance()).run();
            return UnloadLeakCheck.of(loader);
        }
    }

    /** Loaded by the plugin's loader: system calls, the table, events, refusals. */
    public static final class Use implements Runnable {
        @Override
        public void run() {
            try (RouteLab lab = new RouteLab()) {
                lab.want(RouteLab.route("10.1.0.0/24", "192.0.2.2"), RouteLab.route("10.2.0.0/24", "203.0.113.2"));
                lab.eventuallyOwn("10.1.0.0/24 via 192.0.2.2");
                lab.host.run("ip", "route", "delete", "10.1.0.0/24");
                lab.eventuallyOwn("10.1.0.0/24 via 192.0.2.2");
                assertThat(lab.installer().refused()).hasSize(1);
                lab.stop();
            }
        }
    }
}
