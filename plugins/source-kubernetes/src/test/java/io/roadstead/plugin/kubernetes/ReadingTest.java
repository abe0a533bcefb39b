package io.roadstead.plugin.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.roadstead.api.model.service.Service;
import io.roadstead.testkit.kubernetes.ApiServer;

/** What is read of a server that does nothing wrong. */
final class ReadingTest {
    private final ApiServer server = ApiServer.start();

    @AfterEach
    void end() {
        server.close();
    }

    @Test
    void whatExistsIsToldBeforeSyncedAndThenWhatChanges() {
        server.objects().apply(Objects.node("a"));
        server.objects().apply(Objects.service("web"));

        try (Rig rig = new Rig(server).synced()) {
            assertThat(rig.sink.objectsWhenSynced()).isEqualTo(2);
            rig.until(() -> assertThat(server.openWatches()).isGreaterThanOrEqualTo(5));

            server.objects().apply(Objects.service("other"));
            server.objects().delete("nodes", "", "a");
            rig.watched("Node", "Service");

            assertThat(rig.sink.names()).containsExactly("other", "web");
            assertThat(rig.figure("lists_total", Service.KIND)).isEqualTo(1);
            rig.equalsAFreshList();
        }
    }
}
