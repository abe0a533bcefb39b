package io.roadstead.kernel.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;

import org.junit.jupiter.api.Test;

import io.roadstead.api.model.meta.ResourceKey;

class DueQueueTest {

    private static final ResourceKey WEB = new ResourceKey("Service", "default", "web");
    private static final ResourceKey DNS = new ResourceKey("Service", "default", "dns");

    private final DueQueue queue = new DueQueue();

    @Test
    void eachComesOnceAtTheEarliestTimeThatItWasPutInFor() {
        queue.add(WEB, at(5));
        queue.add(DNS, at(4));
        queue.add(WEB, at(9));
        queue.add(WEB, at(3));
        assertThat(queue.size()).isEqualTo(2);
        assertThat(queue.next()).contains(at(3));

        assertThat(queue.poll(at(2))).isEmpty();
        assertThat(queue.poll(at(9))).contains(WEB);
        assertThat(queue.poll(at(9))).contains(DNS);
        assertThat(queue.poll(at(9))).isEmpty();
        assertThat(queue.next()).isEmpty();
    }

    @Test
    void whatIsTakenOutDoesNotComeAndMayBePutInForLater() {
        queue.add(WEB, at(1));
        queue.remove(WEB);
        queue.remove(DNS);
        queue.add(WEB, at(7));

        assertThat(queue.next()).contains(at(7));
    }

    private static Instant at(int seconds) {
        return Instant.ofEpochSecond(seconds);
    }
}
