package io.roadstead.bench;

import java.time.Instant;
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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.plugin.bgp.codec.CodecOptions;
import io.roadstead.plugin.bgp.codec.MessageDecoder;
import io.roadstead.plugin.bgp.codec.UpdateEncoder;
import io.roadstead.plugin.bgp.codec.UpdateWriter;
import io.roadstead.plugin.bgp.rib.AdjRibOut;
import io.roadstead.plugin.bgp.rib.OutboundAttributes;

/** 100,000 IPv4 routes of one attribute set as UPDATEs of up to 4096 octets: said to a new connection, and read. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class BgpCodecBenchmark {

    private static final int ROUTES = 100_000;
    private static final AfiSafi FAMILY = AfiSafi.IPV4_UNICAST;
    private static final CodecOptions OPTIONS =
            new CodecOptions(true, false, CodecOptions.STANDARD_LENGTH, CodecOptions.STANDARD_LENGTH, Set.of(FAMILY), Set.of());
    private final OutboundAttributes session =
            new OutboundAttributes(new AsNumber(65001), false, IpAddress.parse("192.0.2.1"), null, null, false);
    private final AdjRibOut rib = new AdjRibOut(FAMILY);
    private final ByteBuf out = Unpooled.buffer(1 << 20);
    private ByteBuf written = Unpooled.EMPTY_BUFFER;

    @Setup
    public void prepare() {
        Map<IpPrefix, RouteAttributes> routes = new HashMap<>();
        for (int i = 0; i < ROUTES; i++) {
            routes.put(IpPrefix.host(IpAddress.ipv4(0x0a000000 + i)), RouteAttributes.PLAIN);
        }
        rib.replace(routes);
        sayAll();
        written = out.copy();
    }

    /** Diff, bucket, packing and octets. */
    @Benchmark
    public int sayAll() {
        out.clear();
        rib.connected(route -> session.of(FAMILY, route), true);
        rib.drain(new UpdateWriter(new UpdateEncoder(OPTIONS), out, Integer.MAX_VALUE), Instant.EPOCH);
        return out.readableBytes();
    }

    @Benchmark
    public int decodeAll() {
        MessageDecoder decoder = new MessageDecoder();
        decoder.options(OPTIONS);
        ByteBuf in = written.duplicate();
        int messages = 0;
        while (decoder.decode(in).isPresent()) {
            messages++;
        }
        return messages;
    }
}
