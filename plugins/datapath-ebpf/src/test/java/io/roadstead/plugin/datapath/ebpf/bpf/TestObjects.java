package io.roadstead.plugin.datapath.ebpf.bpf;

import java.io.IOException;
import java.io.UncheckedIOException;

/** The objects that build-objects makes of src/test/c. */
final class TestObjects {

    private TestObjects() {
    }

    static BpfObject parse(String name) {
        return BpfObject.parse(name, bytes(name));
    }

    static byte[] bytes(String name) {
        try (var stream = TestObjects.class.getResourceAsStream("/io/roadstead/plugin/datapath/ebpf/" + name + ".bpf.o")) {
            if (stream == null) {
                throw new IllegalStateException("no object " + name + "; run plugins/datapath-ebpf/build-objects");
            }
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
