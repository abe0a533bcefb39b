package io.roadstead.kernel.route;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ApproximateTest {

    private final Approximate count = new Approximate();

    @Test
    void upToTwentyEachOneIsSaid() {
        for (int now : new int[] {1, 20, 19, 0, 20}) {
            assertThat(count.set(now)).isTrue();
            assertThat(count.said()).isEqualTo(now);
        }
        assertThat(count.set(20)).isFalse();
    }

    @Test
    void aboveThatATwentiethMakesNoDifferenceWhichSideItIsOn() {
        count.set(4949);
        for (int now : new int[] {4950, 4949, 5196, 4702, 4951}) {
            assertThat(count.set(now)).isFalse();
            assertThat(count.said()).isEqualTo(4949);
        }

        assertThat(count.set(5197)).isTrue();
        assertThat(count.said()).isEqualTo(5197);
    }

    @Test
    void noneAndFewAreAlwaysToldFromMany() {
        count.set(21);
        assertThat(count.set(20)).isTrue();
        assertThat(count.set(21)).isTrue();
        assertThat(count.set(0)).isTrue();
        assertThat(count.set(5000)).isTrue();
    }
}
