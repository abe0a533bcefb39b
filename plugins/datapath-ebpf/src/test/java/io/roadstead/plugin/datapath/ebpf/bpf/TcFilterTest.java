package io.roadstead.plugin.datapath.ebpf.bpf;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.NetworkInterface;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.roadstead.plugin.datapath.ebpf.bpf.TcFilter.Direction;
import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.Namespace;
import io.roadstead.testkit.lab.Tool;

class TcFilterTest {

    private static final int SHOT = 2;
    private static final int UNSPEC = -1;

    private Namespace near;
    private Namespace far;
    private BpfLoader loader;
    private BpfProgram dropping;
    private BpfProgram passing;
    private int ifindex;

    @BeforeEach
    void cable() {
        Labs.require(Tool.PING);
        near = Namespace.create("near");
        far = Namespace.create("far");
        Namespace.link(near, "n", far, "f");
        near.address("n", "192.0.2.1/24");
        far.address("f", "192.0.2.2/24");
        loader = new BpfLoader(null, Map.of());
        dropping = loader.load(TestObjects.parse("loader_test").constant("verdict", SHOT)).program("judge");
        passing = loader.load(TestObjects.parse("loader_test").constant("verdict", UNSPEC)).program("judge");
        ifindex = near.call(() -> NetworkInterface.getByName("n").getIndex());
    }

    @AfterEach
    void unplug() {
        if (loader != null) {
            loader.close();
            far.close();
            near.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Direction.class)
    void aProgramIsPutThereReplacedAndTakenAway(Direction direction) {
        TcFilter place = new TcFilter(ifindex, direction, 5);
        assertThat(programAt(place)).isEmpty();

        attach(place, dropping);
        assertThat(programAt(place)).contains(dropping.id());
        assertThat(pings()).isFalse();

        attach(place, passing);
        assertThat(programAt(place)).contains(passing.id());
        assertThat(near.run("tc", "filter", "show", "dev", "n", direction.name().toLowerCase(Locale.ROOT)).lines()
                .filter(line -> line.contains("judge"))).hasSize(1);
        // The neighbour that did not answer before is asked again after a second at most.
        eventually(Duration.ofSeconds(10), () -> assertThat(pings()).isTrue());

        assertThat(detach(place)).isTrue();
        assertThat(detach(place)).isFalse();
        assertThat(programAt(place)).isEmpty();
        assertThat(near.run("tc", "qdisc", "show", "dev", "n")).doesNotContain("clsact");
    }

    @Test
    void filtersOfOthersStay() {
        TcFilter others = new TcFilter(ifindex, Direction.INGRESS, 7);
        attach(others, passing);
        for (Direction direction : Direction.values()) {
            TcFilter place = new TcFilter(ifindex, direction, 5);
            attach(place, dropping);
            assertThat(detach(place)).isTrue();
        }

        assertThat(programAt(others)).contains(passing.id());
        assertThat(pings()).isTrue();
    }

    @Test
    void aDeviceThatIsNotThereIsNamed() {
        TcFilter place = new TcFilter(4711, Direction.INGRESS, 5);

        assertThatThrownBy(() -> attach(place, passing)).hasMessageContaining("device 4711");
        assertThat(detach(place)).isFalse();
        assertThat(programAt(place)).isEmpty();
    }

    private void attach(TcFilter place, BpfProgram program) {
        near.call(() -> {
            place.attach(program);
            return true;
        });
    }

    private boolean detach(TcFilter place) {
        return near.call(place::detach);
    }

    private Optional<Integer> programAt(TcFilter place) {
        return near.call(place::programId);
    }

    private boolean pings() {
        return far.tryRun("ping", "-c", "1", "-W", "1", "192.0.2.1").exitCode() == 0;
    }
}
