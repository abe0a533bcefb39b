package io.roadstead.plugin.adminhttp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.testkit.OwnClassLoader;
import io.roadstead.testkit.UnloadLeakCheck;

final class UnloadTest {
    @TempDir
    private Path base;

    @Test
    void nothingKeepsThePluginsClassesAfterItWasClosed() throws Exception {
        run().assertUnloaded();
    }

    private UnloadLeakCheck run() throws Exception {
        try (OwnClassLoader loader = new OwnClassLoader("io.roadstead.plugin.adminhttp.", "org.eclipse.jetty.", "com.fasterxml.jackson.")) {
            ((Runnable) loader.loadClass(Use.class.getName()).getDeclaredConstructor(Path.class).newInstance(base)).run();
            return UnloadLeakCheck.of(loader);
        }
    }

    /** Loaded by the plugin's loader: uses it in full. */
    public static final class Use implements Runnable {
        private final Path base;

        public Use(Path base) {
            this.base = base;
        }

        @Override
        public void run() {
            Path socket = base.resolve("s");
            AdminHttp http =
                    new AdminHttp(new AdminHttpConfig(socket, new AdminHttpConfig.Tcp(true, IpAddress.parse("127.0.0.1"), 0, false),
                            Duration.ofSeconds(5)), new FakeViews(), new FakeMaintenance());
            http.start();
            try {
                assertThat(Client.unix(socket).get("/v1/bgp/peers").status()).isEqualTo(200);
                assertThat(Client.tcp(http.tcpPort()).get("/v1/nowhere").status()).isEqualTo(404);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                http.close();
            }
        }
    }
}
