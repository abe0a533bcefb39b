package io.roadstead.plugin.dsr;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;

import io.roadstead.testkit.FakePluginContext;
import io.roadstead.testkit.OwnClassLoader;
import io.roadstead.testkit.UnloadLeakCheck;

class UnloadTest {

    @Test
    void nothingKeepsThePluginsClassesAfterItWasClosed() throws Exception {
        runIn(new OwnClassLoader("io.roadstead.plugin.dsr.")).assertUnloaded();
    }

    private static UnloadLeakCheck runIn(OwnClassLoader loader) throws Exception {
        try (loader) {
            ((Runnable) loader.loadClass(Use.class.getName()).getDeclaredConstructor().newInstance()).run();
            return UnloadLeakCheck.of(loader);
        }
    }

    /** Loaded by the plugin's loader: uses it in full. */
    public static final class Use implements Runnable {
        @Override
        public void run() {
            for (Carrier carrier : Carrier.values()) {
                try (var mode = new DsrDispatchFactory().create("dsr", new DsrConfig(carrier, 6081, 0, null, null, 8, false),
                        new FakePluginContext("dispatch-dsr", Path.of("target", "state")))) {
                    assertThat(((DsrDispatch) mode).object()).isNotEmpty();
                    assertThat(((DsrDispatch) mode).constants()).isNotEmpty();
                }
            }
        }
    }
}
