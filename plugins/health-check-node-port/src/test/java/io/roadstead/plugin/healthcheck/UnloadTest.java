package io.roadstead.plugin.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.roadstead.api.lb.HealthCheckNodePort;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.kernel.loop.LoopThread;
import io.roadstead.testkit.OwnClassLoader;
import io.roadstead.testkit.UnloadLeakCheck;

final class UnloadTest {

    @Test
    void nothingKeepsThePluginsClassesAfterItWasClosed() throws Exception {
        run().assertUnloaded();
    }

    private static UnloadLeakCheck run() throws Exception {
        try (OwnClassLoader loader = new OwnClassLoader("io.roadstead.plugin.healthcheck.")) {
            ((Runnable) loader.loadClass(Use.class.getName()).getDeclaredConstructor().newInstance()).run();
            return UnloadLeakCheck.of(loader);
        }
    }

    /** Loaded by the plugin's loader: uses it in full. */
    public static final class Use implements Runnable {
        @Override
        public void run() {
            try (LoopThread loop = new LoopThread("health-check", Use.class.getClassLoader())) {
                IpAddress loopback = IpAddress.parse("127.0.0.1");
                HealthCheckAddOn addOn = new HealthCheckAddOn(new HealthCheckConfig(loopback, Duration.ofSeconds(1),
                        new HealthCheckConfig.Healthz(false, loopback, 1)), loop, InstantSource.system());
                addOn.start();
                addOn.healthChecks(List.of(new HealthCheckNodePort(39999, "a", "b", 1)));
                loop.submit(() -> true).join();
                assertThat(addOn.status().summary()).contains("of 1 Services");
                addOn.close();
            }
        }
    }
}
