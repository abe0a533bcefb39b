package io.roadstead.kernel.mesh.schema;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Tag;

/**
 * Values out of a store, whatever they are, are taken or refused, and what was taken can become an object. Goes over the kept inputs; with {@code JAZZER_FUZZ=1} in the
 * environment it looks for new ones, and keeps those that fail.
 */
@Tag("fuzz")
class MeshValueFuzzTest {

    private static final List<Map.Entry<MeshKind, String>> KEYS = List.of(Map.entry(MeshKind.NODES, "edge-3"),
            Map.entry(MeshKind.SERVICES, "shop/cart"), Map.entry(MeshKind.ENDPOINTS, "10.70.3.21"),
            Map.entry(MeshKind.IDENTITIES, "458760"),
            Map.entry(MeshKind.ENDPOINT_SLICES, "shop/cart-v6"));

    /** The first octet chooses the kind, the others are a value. */
    @FuzzTest(maxDuration = "5m")
    void whateverComesIsTakenOrRefused(byte[] input) {
        if (input.length == 0) {
            return;
        }
        byte[] value = Arrays.copyOfRange(input, 1, input.length);
        int choice = (input[0] & 0xff) % (KEYS.size() + 1);
        try {
            Object read = choice == KEYS.size()
                    ? ClusterConfigEntry.decode(value)
                    : Reading.decode(Samples.LYON, KEYS.get(choice).getKey(), KEYS.get(choice).getValue(), value);
            switch (read) {
                case NodeEntry node -> node.remoteNode();
                case ServiceEntry service -> service.remoteService();
                case EndpointSliceEntry slice -> EndpointSliceEntry.remoteService(Samples.LYON, slice.namespace(), "cart", List.of(slice));
                default -> {
                } // says what it says
            }
        } catch (RefusedValueException ignored) { // is an answer
            return;
        }
    }
}
