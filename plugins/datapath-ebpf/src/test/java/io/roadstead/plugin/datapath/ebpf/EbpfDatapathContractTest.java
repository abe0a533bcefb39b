package io.roadstead.plugin.datapath.ebpf;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.lb.Datapath;
import io.roadstead.api.plugin.InstanceStatus.Health;
import io.roadstead.testkit.DatapathContract;
import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.Tool;

class EbpfDatapathContractTest extends DatapathContract {
    private static final Duration SOON = Duration.ofSeconds(20);

    private @Nullable NodeLab lab;
    private int port = 1000;

    /** One of a lab: a second one finds what the first left. */
    @Override
    protected Datapath<?> newDatapath() {
        Labs.require(Tool.MOUNT);
        NodeLab node = lab == null ? new NodeLab() : lab;
        lab = node;
        EbpfDatapath datapath = new EbpfDatapath(node.config(), node.context);
        datapath.localNode(NodeLab.localNode());
        datapath.dispatchModes(Map.of("snat", SnatObject.committed()));
        datapath.replace(List.of());
        eventually(SOON, () -> assertThat(datapath.status().health()).isEqualTo(Health.OK));
        return datapath;
    }

    @Override
    protected String dispatch() {
        return "snat";
    }

    @Override
    protected int freePort() {
        return ++port;
    }

    @Override
    protected void afterClose() {
        if (lab != null) {
            lab.close();
        }
    }
}
