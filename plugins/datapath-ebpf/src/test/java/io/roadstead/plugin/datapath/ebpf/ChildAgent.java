package io.roadstead.plugin.datapath.ebpf;

import static io.roadstead.testkit.lab.Eventually.eventually;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import io.roadstead.api.plugin.InstanceStatus.Health;
import io.roadstead.testkit.lab.LabContext;

/** A datapath in a process of its own, which lives until it is killed. Its arguments: where to pin. */
final class ChildAgent {

    private ChildAgent() {
    }

    public static void main(String[] arguments) throws InterruptedException {
        EbpfDatapath datapath =
                new EbpfDatapath(NodeLab.config(Path.of(arguments[0])),
                        new LabContext("datapath-ebpf", task -> new Thread(task, "datapath")));
        datapath.localNode(NodeLab.localNode());
        datapath.dispatchModes(Map.of("snat", SnatObject.committed()));
        datapath.replace(NodeLab.WEB);
        eventually(Duration.ofSeconds(20), () -> {
            if (datapath.status().health() != Health.OK) {
                throw new AssertionError(datapath.status().toString());
            }
        });
        System.out.println("in place");
        new CountDownLatch(1).await();
    }
}
