package io.roadstead.plugin.manifests;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.roadstead.testkit.OwnClassLoader;
import io.roadstead.testkit.UnloadLeakCheck;

final class UnloadTest {
    @TempDir
    private Path base;

    @Test
    void nothingKeepsThePluginsClassesAfterItsSourceWasClosed() throws Exception {
        runIn(new OwnClassLoader("io.roadstead.plugin.manifests.", "io.roadstead.yaml.", "org.snakeyaml.")).assertUnloaded();
    }

    private UnloadLeakCheck runIn(OwnClassLoader loader) throws Exception {
        try (loader) {
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
            Fixture fixture = new Fixture(base);
            fixture.write("a.yaml", Fixture.documents(Fixture.node("a"), Fixture.service("web"), "kind: ["));
            ManifestsSource source = fixture.source();
            fixture.start(source);
            source.contend("ipam", leads -> {
            });
            fixture.events();
            source.close();
            fixture.contexts.getFirst().unload();
        }
    }
}
