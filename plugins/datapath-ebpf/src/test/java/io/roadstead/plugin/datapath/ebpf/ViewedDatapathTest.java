package io.roadstead.plugin.datapath.ebpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.roadstead.api.error.RoadsteadException;

class ViewedDatapathTest {

    private final ViewedDatapath datapath = new ViewedDatapath() {
        @Override
        public Map<String, String> facts() {
            return Map.of();
        }
    };

    @Test
    void beforeItIsInPlaceAQuestionIsAnsweredWithWhereToLook() {
        for (var answer : List.of(datapath.entries(), datapath.tables(), datapath.counters(), datapath.connections(1),
                datapath.translations(1))) {
            assertThatThrownBy(() -> answer.toCompletableFuture().join()).hasCauseInstanceOf(RoadsteadException.class)
                    .hasMessageContaining("it is not in place");
        }
        assertThat(datapath.show(null)).isNull();
    }

    @Test
    void eventsMayBeAskedForBeforeThereAreAny() {
        var registration = datapath.subscribe(event -> {
        });

        registration.close();
        registration.close();
    }
}
