package io.roadstead.kernel.mesh.schema;

import static io.roadstead.kernel.mesh.schema.Samples.LYON;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.roadstead.testkit.GoldenFiles;

/** Every key and every value, in both directions, to the octet. */
class KeysAndValuesTest {

    private static final List<NodeEntry> NODES = List.of(Samples.NODE, Samples.FULL_NODE);
    private static final List<ServiceEntry> SERVICES = List.of(Samples.SERVICE, Samples.FULL_SERVICE, Samples.HEADLESS_SERVICE);
    private static final List<IpEntry> ADDRESSES = List.of(Samples.POD, Samples.FULL_POD, Samples.MASKED);

    @Test
    void areWrittenAsCiliumDoes() {
        Map<String, byte[]> written = new LinkedHashMap<>();
        written.put(MeshKeys.clusterConfig("lyon"), Samples.CONFIG.encode());
        NODES.forEach(node -> written.put(MeshKeys.node("lyon", node.name()), node.encode()));
        SERVICES.forEach(service -> written.put(MeshKeys.service("lyon", service.namespace(), service.name()), service.encode()));
        ADDRESSES.forEach(address -> written.put(MeshKeys.ip(address), address.encode()));
        written.put(MeshKeys.identity(Samples.IDENTITY.id()), Samples.IDENTITY.encode());

        StringBuilder text = new StringBuilder();
        written.forEach((key, value) -> text.append(key).append('\n').append(text(value)).append('\n'));

        GoldenFiles.assertMatches(KeysAndValuesTest.class, "written.txt", text.toString());
    }

    @Test
    void areReadBackWhole() throws RefusedValueException {
        Map<String, byte[]> written = golden("written.txt");

        assertThat(ClusterConfigEntry.decode(value(written, MeshKeys.clusterConfig("lyon")))).isEqualTo(Samples.CONFIG);
        for (NodeEntry node : NODES) {
            assertThat(NodeEntry.decode(LYON, node.name(), value(written, MeshKeys.node("lyon", node.name())))).isEqualTo(node);
        }
        for (ServiceEntry service : SERVICES) {
            byte[] value = value(written, MeshKeys.service("lyon", service.namespace(), service.name()));
            assertThat(ServiceEntry.decode(LYON, service.namespace() + "/" + service.name(), value)).isEqualTo(service);
        }
        for (IpEntry address : ADDRESSES) {
            assertThat(IpEntry.decode(LYON, address.keySuffix(), value(written, MeshKeys.ip(address)))).isEqualTo(address);
        }
        assertThat(IdentityEntry.decode(LYON, "458760", value(written, MeshKeys.identity(458_760)))).isEqualTo(Samples.IDENTITY);
    }

    @Test
    void prefixesAndCanariesFollowTheLayout() {
        StringBuilder text = new StringBuilder();
        text.append(MeshKeys.HEARTBEAT).append('\n').append(MeshKeys.canaryPrefix("lyon")).append('\n');
        for (boolean cached : new boolean[] {false, true}) {
            MeshLayout layout = new MeshLayout("lyon", cached);
            for (MeshKind kind : MeshKind.values()) {
                text.append(layout.prefix(kind)).append('\n').append(layout.canary(kind)).append('\n');
                assertThat(layout.prefix(kind)).endsWith("/");
            }
        }

        GoldenFiles.assertMatches(KeysAndValuesTest.class, "prefixes.txt", text.toString());
    }

    @Test
    void allOfAClusterConfigIsWrittenAndRead() throws RefusedValueException {
        ClusterConfigEntry all = new ClusterConfigEntry(300, true, true, 511, true, ClusterConfigEntry.SliceExport.BOTH);
        ClusterConfigEntry none = new ClusterConfigEntry(0, false, false, 0, null, ClusterConfigEntry.SliceExport.NONE);

        assertThat(text(all.encode()))
                .isEqualTo("{\"id\":300,\"capabilities\":{\"syncedCanaries\":true,\"cached\":true,\"maxConnectedClusters\":511,"
                        + "\"serviceExportsEnabled\":true,\"endpointSlicesExportMode\":\"services-and-endpointslices\"}}");
        assertThat(text(none.encode())).isEqualTo("{\"capabilities\":{}}");
        assertThat(ClusterConfigEntry.decode(all.encode())).isEqualTo(all);
        assertThat(ClusterConfigEntry.decode(none.encode())).isEqualTo(none);
    }

    private static byte[] value(Map<String, byte[]> all, String key) {
        assertThat(all).containsKey(key);
        return all.get(key);
    }

    private static String text(byte[] value) {
        return new String(value, StandardCharsets.UTF_8);
    }

    private static Map<String, byte[]> golden(String name) {
        try {
            List<String> lines = Files.readAllLines(Path.of("src/test/resources/io/roadstead/kernel/mesh/schema", name));
            Map<String, byte[]> all = new LinkedHashMap<>();
            for (int i = 0; i + 1 < lines.size(); i += 2) {
                all.put(lines.get(i), lines.get(i + 1).getBytes(StandardCharsets.UTF_8));
            }
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
