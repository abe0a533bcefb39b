package io.roadstead.plugin.datapath.ebpf;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.roadstead.api.lb.Flow;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.api.plugin.InstanceStatus.Health;
import io.roadstead.testkit.OwnClassLoader;
import io.roadstead.testkit.UnloadLeakCheck;
import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.Tool;

class UnloadTest {

    @Test
    void nothingKeepsThePluginsClassesAfterItWasClosed() throws Exception {
        Labs.require(Tool.MOUNT);

        run().assertUnloaded();
    }

    private static UnloadLeakCheck run() throws Exception {
        try (OwnClassLoader loader = new OwnClassLoader("io.roadstead.plugin.datapath.ebpf.")) {
            ((Runnable) loader.loadClass(Use.class.getName()).getDeclaredConstructor().newInstance()).run();
            return UnloadLeakCheck.of(loader);
        }
    }

    /** Loaded by the plugin's loader: system calls, mapped memory, programs, links, views, events. */
    public static final class Use implements Runnable {
        @Override
        public void run() {
            try (NodeLab lab = new NodeLab(); EbpfDatapath datapath = new EbpfDatapath(lab.config(), lab.context)) {
                lab.serve();
                datapath.localNode(NodeLab.localNode());
                datapath.dispatchModes(Map.of("snat", SnatObject.committed()));
                datapath.replace(List.of(NodeLab.web(NodeLab.VIP, NodeLab.BACKEND)));
                eventually(Duration.ofSeconds(10), () -> assertThat(datapath.status().health()).isEqualTo(Health.OK));
                datapath.subscribe(event -> {
                });
                assertThat(lab.ask(NodeLab.VIP)).isNotEmpty();
                Flow flow = new Flow(Protocol.TCP, IpAddress.parse("198.51.100.2"), 4711, IpAddress.parse(NodeLab.VIP), 80);
                assertThat(datapath.explain(flow).toCompletableFuture().join().verdict()).isEqualTo("forwarded");
                assertThat(datapath.connections(10).toCompletableFuture().join()).isNotEmpty();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
