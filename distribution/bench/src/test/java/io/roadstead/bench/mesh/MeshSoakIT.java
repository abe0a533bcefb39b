package io.roadstead.bench.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;

import org.junit.jupiter.api.Test;

import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.Tool;

/** {@link MeshSoak}, short enough for every build. {@code roadstead.soak.seconds} and {@code roadstead.soak.seed} say otherwise. */
final class MeshSoakIT {

    private static final int SECONDS = 40;

    @Test
    void whateverHappensBothSidesEndWithWhatTheClusterHas() {
        Labs.require(Tool.ETCD, Tool.ETCDCTL);

        var result = MeshSoak.run(Duration.ofSeconds(Integer.getInteger("roadstead.soak.seconds", SECONDS)),
                Long.getLong("roadstead.soak.seed", new Random().nextLong()));

        System.out.println(result);
        assertThat(result.rounds()).isPositive();
        assertThat(result.faults()).isNotEmpty();
    }
}
