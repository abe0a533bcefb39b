package io.roadstead.bench;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

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

import io.roadstead.api.model.mesh.RemoteNode;
import io.roadstead.api.model.mesh.RemoteService;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.kernel.mesh.schema.IpEntry;
import io.roadstead.kernel.mesh.schema.NodeEntry;
import io.roadstead.kernel.mesh.schema.Owner;
import io.roadstead.kernel.mesh.schema.Port;
import io.roadstead.kernel.mesh.schema.RefusedValueException;
import io.roadstead.kernel.mesh.schema.ServiceEntry;

/** Values of the mesh, written, and read into what the rest of the agent sees. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MeshCodecBenchmark {

    private static final Owner OWNER = new Owner("lyon", 7, 255);

    /** A Service with so many backends of one port. */
    @State(Scope.Thread)
    public static class OfService {
        @Param({"1", "100", "1000"})
        private int backends;
        private ServiceEntry entry = service(1);
        private byte[] value = {};

        @Setup
        public void prepare() {
            entry = service(backends);
            value = entry.encode();
        }

        private static ServiceEntry service(int backends) {
            Map<String, Port> port = Map.of("http", new Port(Protocol.TCP, 8080));
            SortedMap<IpAddress, Map<String, Port>> all = new TreeMap<>();
            SortedMap<IpAddress, ServiceEntry.Zone> zones = new TreeMap<>();
            for (int i = 0; i < backends; i++) {
                all.put(IpAddress.ipv4(0x0a460000 + i), port);
                zones.put(IpAddress.ipv4(0x0a460000 + i), new ServiceEntry.Zone("lyon-a", List.of()));
            }
            SortedMap<IpAddress, Map<String, Port>> frontends = new TreeMap<>(Map.of(IpAddress.parse("10.71.0.9"), port));
            return new ServiceEntry("lyon", 7, "shop", "cart", frontends, all, Map.of(), zones, Map.of(), Map.of("app", "cart"), true,
                    true);
        }
    }

    /** A node, and an address of a Pod. */
    @State(Scope.Thread)
    public static class OfObjects {
        private final NodeEntry node = NodeEntry.of(OWNER, "edge-3",
                List.of(new NodeEntry.Address(NodeEntry.Address.INTERNAL, IpAddress.parse("192.0.2.13"))),
                List.of(IpPrefix.parse("10.70.3.0/24"), IpPrefix.parse("fd00:70:3::/64")), Map.of("topology.kubernetes.io/zone", "lyon-a"));
        private final byte[] nodeValue = node.encode();
        private final IpEntry address =
                IpEntry.of(IpAddress.parse("10.70.3.21"), IpAddress.parse("192.0.2.13"), 458_760, "shop", "cart-0", "cart");
        private final byte[] addressValue = address.encode();
    }

    @Benchmark
    public byte[] encodeService(OfService of) {
        return of.entry.encode();
    }

    @Benchmark
    public RemoteService decodeService(OfService of) throws RefusedValueException {
        return ServiceEntry.decode(OWNER, "shop/cart", of.value).remoteService();
    }

    @Benchmark
    public byte[] encodeNode(OfObjects of) {
        return of.node.encode();
    }

    @Benchmark
    public RemoteNode decodeNode(OfObjects of) throws RefusedValueException {
        return NodeEntry.decode(OWNER, "edge-3", of.nodeValue).remoteNode();
    }

    @Benchmark
    public byte[] encodeAddress(OfObjects of) {
        return of.address.encode();
    }

    @Benchmark
    public IpEntry decodeAddress(OfObjects of) throws RefusedValueException {
        return IpEntry.decode(OWNER, "10.70.3.21", of.addressValue);
    }
}
