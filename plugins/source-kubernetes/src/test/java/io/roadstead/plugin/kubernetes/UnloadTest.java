package io.roadstead.plugin.kubernetes;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;

import io.roadstead.api.model.meta.Condition;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.source.StatusUpdate;
import io.roadstead.kernel.resource.KubernetesDecoder;
import io.roadstead.testkit.OwnClassLoader;
import io.roadstead.testkit.RecordingSink;
import io.roadstead.testkit.UnloadLeakCheck;
import io.roadstead.testkit.kubernetes.ApiServer;
import io.roadstead.testkit.lab.LabContext;

final class UnloadTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ApiServer server = ApiServer.start();

    @AfterEach
    void end() {
        server.close();
    }

    @RepeatedTest(3)
    void nothingKeepsThePluginsClassesAfterItsSourceWasClosed() throws Exception {
        server.objects().apply(Objects.service("web"));

        runIn(new OwnClassLoader("io.roadstead.plugin.kubernetes.", "io.fabric8.", "tools.jackson.", "org.snakeyaml.")).assertUnloaded();

        assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("HttpClient-") || name.startsWith("CachedSingleThreadScheduler"));
    }

    private UnloadLeakCheck runIn(OwnClassLoader loader) throws Exception {
        try (loader) {
            ((Runnable) loader.loadClass(Use.class.getName()).getDeclaredConstructor(ApiServer.class).newInstance(server)).run();
            return UnloadLeakCheck.of(loader);
        }
    }

    /** Loaded by the plugin's loader: uses it in full. */
    public static final class Use implements Runnable {
        private final ApiServer server;

        public Use(ApiServer server) {
            this.server = server;
        }

        @Override
        public void run() {
            try (LabContext context = new LabContext("source-kubernetes", Thread.ofPlatform().daemon().factory());
                    KubernetesSource source =
                            new KubernetesSource(Configs.quicklyLeading(server.url().toString()), context, new KubernetesDecoder())) {
                RecordingSink sink = new RecordingSink();
                source.start(sink);
                source.contend("ipam", leads -> {
                    if (leads) {
                        source.write(List.of(new StatusUpdate.ServiceStatus(new ResourceKey(Service.KIND, "default", "web"),
                                new Service.Status(List.of(),
                                        List.of(new Condition("cilium.io/IPAMRequestSatisfied", Condition.Status.FALSE, "no_pool", ""))))));
                    }
                });
                eventually(PATIENCE, () -> assertThat(sink.objects().values()).first().isInstanceOfSatisfying(Service.class,
                        service -> assertThat(service.status().conditions()).hasSize(1)));
                server.faults().cutWatches();
                server.objects().apply(Objects.service("other" + server.version()));
                eventually(PATIENCE, () -> assertThat(sink.objects()).hasSizeGreaterThan(1));
            }
        }
    }
}
