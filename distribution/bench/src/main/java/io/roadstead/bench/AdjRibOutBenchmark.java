package io.roadstead.bench;

import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.Origin;
import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.peer.RouteDelta;
import io.roadstead.plugin.bgp.codec.CodecOptions;
import io.roadstead.plugin.bgp.codec.UpdateEncoder;
import io.roadstead.plugin.bgp.codec.UpdateWriter;
import io.roadstead.plugin.bgp.rib.AdjRibOut;
import io.roadstead.plugin.bgp.rib.OutboundAttributes;

/** One changed route up to the octets of its UPDATE; given as a delta, the size of the table must make no difference. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class AdjRibOutBenchmark {

    private static final AfiSafi FAMILY = AfiSafi.IPV4_UNICAST;
    private static final CodecOptions OPTIONS = CodecOptions.INITIAL;
    private static final IpPrefix CHANGED = IpPrefix.parse("10.0.0.0/32");
    private static final RouteAttributes OTHER =
            new RouteAttributes(Origin.IGP, Collections.emptySortedSet(), Collections.emptySortedSet(), null, 7L, 0, null);

    @Param({"1000", "100000"})
    private int routes;

    private final Map<IpPrefix, RouteAttributes> wanted = new HashMap<>();
    private final AdjRibOut rib = new AdjRibOut(FAMILY);
    private final UpdateEncoder encoder = new UpdateEncoder(OPTIONS);
    private final ByteBuf out = Unpooled.buffer(1 << 20);
    private boolean flip;

    @Setup
    public void prepare() {
        OutboundAttributes session = new OutboundAttributes(new AsNumber(65001), false, IpAddress.parse("192.0.2.1"), null, null, false);
        for (int i = 0; i < routes; i++) {
            wanted.put(IpPrefix.host(IpAddress.ipv4(0x0a000000 + i)), RouteAttributes.PLAIN);
        }
        rib.replace(wanted);
        rib.connected(route -> session.of(FAMILY, route), true);
        drain();
    }

    @Benchmark
    public int delta() {
        rib.update(new RouteDelta(Map.of(CHANGED, next()), Set.of()));
        return drain();
    }

    @Benchmark
    public int replace() {
        wanted.put(CHANGED, next());
        rib.replace(wanted);
        return drain();
    }

    private RouteAttributes next() {
        flip = !flip;
        return flip ? OTHER : RouteAttributes.PLAIN;
    }

    private int drain() {
        out.clear();
        rib.drain(new UpdateWriter(encoder, out, Integer.MAX_VALUE), Instant.EPOCH);
        return out.readableBytes();
    }
}
