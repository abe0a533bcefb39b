package io.roadstead.plugin.kubernetes;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.roadstead.kernel.resource.KubernetesDecoder;
import io.roadstead.testkit.FakePluginContext;
import io.roadstead.testkit.RecordingSink;

/** Against a server that the client's own authors wrote. It lists as an API server does; its watches speak WebSocket only, hence no more is asked of it. */
final class MockServerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path base;
    private final KubernetesMockServer server =
            new KubernetesMockServer(new Context(), new MockWebServer(), new HashMap<>(), new KubernetesCrudDispatcher(), false);

    @BeforeEach
    void begin() {
        server.init();
    }

    @AfterEach
    void end() {
        server.destroy();
    }

    @Test
    void whatExistsIsTold() {
        try (KubernetesClient client = server.createClient(new JdkHttpClientFactory())) {
            client.resource(new NodeBuilder().withNewMetadata().withName("a").endMetadata().build()).create();
            FakePluginContext context = new FakePluginContext("source-kubernetes", base);
            RecordingSink sink = new RecordingSink();
            try (KubernetesSource source = new KubernetesSource(Configs.of(server.url("").toString()), context, new KubernetesDecoder())) {
                source.start(sink);
                eventually(PATIENCE, () -> {
                    context.scheduler().runReady();
                    assertThat(sink.isSynced()).as("%s", source.status()).isTrue();
                });
                assertThat(sink.names()).containsExactly("a");
            }
        }
    }
}
