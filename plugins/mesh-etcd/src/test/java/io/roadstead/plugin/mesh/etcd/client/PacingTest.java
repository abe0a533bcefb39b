package io.roadstead.plugin.mesh.etcd.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;

import io.roadstead.testkit.ManualClock;

/** Rates, pauses and ranges. */
class PacingTest {

    private final ManualClock clock = new ManualClock();

    @Test
    void aBucketLetsASecondsWorthThroughAndThenTheRate() {
        var bucket = new TokenBucket(clock, 4);
        for (int i = 0; i < 4; i++) {
            assertThat(bucket.take()).isZero();
        }

        assertThat(bucket.take()).isEqualTo(Duration.ofMillis(250));
        clock.set(clock.instant().plusMillis(250));
        assertThat(bucket.take()).isZero();
        assertThat(bucket.take()).isEqualTo(Duration.ofMillis(250));
        clock.set(clock.instant().plusSeconds(100));
        for (int i = 0; i < 4; i++) {
            assertThat(bucket.take()).isZero();
        }
        assertThat(bucket.take()).isPositive();
    }

    @Test
    void aClockThatIsSetBackNeitherGivesNorTakes() {
        var bucket = new TokenBucket(clock, 1);
        bucket.take();
        clock.set(clock.instant().minusSeconds(1000));

        assertThat(bucket.take()).isEqualTo(Duration.ofSeconds(1));
        clock.set(clock.instant().plusSeconds(1));
        assertThat(bucket.take()).isZero();
    }

    @Test
    void aLowerRateCountsAtOnce() {
        var bucket = new TokenBucket(clock, 10_000);

        bucket.rate(2);

        assertThat(bucket.take()).isZero();
        assertThat(bucket.take()).isZero();
        assertThat(bucket.take()).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void aPrefixEndsWhereItsLastByteWouldBeOneMore() {
        assertThat(Prefix.of("c1/").to()).isEqualTo(ByteString.copyFromUtf8("c10"));
        assertThat(Prefix.of("é").to()).isEqualTo(ByteString.copyFrom(new byte[] {(byte) 0xc3, (byte) 0xaa}));
        assertThat(Prefix.of("").from()).isEqualTo(Prefix.of("").to()).isEqualTo(ByteString.copyFrom(new byte[1]));
        assertThat(Prefix.next(ByteString.copyFromUtf8("a"))).isEqualTo(ByteString.copyFrom(new byte[] {'a', 0}));
    }
}
