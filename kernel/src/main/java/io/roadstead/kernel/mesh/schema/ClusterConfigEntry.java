package io.roadstead.kernel.mesh.schema;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

/**
 * What a cluster tells of itself.
 *
 * @param id                    0 when it has none; whether it is one of the mesh's is the reader's to check
 * @param syncedCanaries        whether a reader has to wait for a canary of each kind
 * @param cached                whether the data is a kvstoremesh's copy
 * @param maxConnectedClusters  0 when not told, which means 255
 * @param serviceExportsEnabled null when there are neither ServiceExports nor their canary
 */
public record ClusterConfigEntry(int id, boolean syncedCanaries, boolean cached, int maxConnectedClusters,
        @Nullable Boolean serviceExportsEnabled, SliceExport sliceExport) {

    /** In which form it shares endpoints. */
    public enum SliceExport {
        /** In services. */
        NONE(""),
        /** In services and in EndpointSlices. */
        BOTH("services-and-endpointslices"),
        /** In EndpointSlices. */
        ONLY("endpointslices-only");

        private final String text;

        SliceExport(String text) {
            this.text = text;
        }

        /** As it is written; empty for none. */
        public String text() {
            return text;
        }

        private static SliceExport of(String text) throws RefusedValueException {
            for (SliceExport mode : values()) {
                if (mode.text.equals(text)) {
                    return mode;
                }
            }
            throw new RefusedValueException("has unknown endpointSlicesExportMode " + Quoted.text(text));
        }
    }

    public byte[] encode() {
        return JsonOutput.write(out -> {
            if (id != 0) {
                out.number("id", id);
            }
            out.name("capabilities").object(this::writeCapabilities);
        });
    }

    private void writeCapabilities(JsonOutput out) throws IOException {
        if (syncedCanaries) {
            out.flag("syncedCanaries", true);
        }
        if (cached) {
            out.flag("cached", true);
        }
        if (maxConnectedClusters != 0) {
            out.number("maxConnectedClusters", maxConnectedClusters);
        }
        if (serviceExportsEnabled != null) {
            out.flag("serviceExportsEnabled", serviceExportsEnabled);
        }
        out.textIfAny("endpointSlicesExportMode", sliceExport.text);
    }

    public static ClusterConfigEntry decode(byte[] value) throws RefusedValueException {
        Draft draft = new Draft();
        JsonInput.read(value, draft::field);
        return new ClusterConfigEntry(draft.id, draft.syncedCanaries, draft.cached, draft.maxConnectedClusters, draft.serviceExportsEnabled,
                draft.sliceExport);
    }

    private static final class Draft {
        private int id;
        private boolean syncedCanaries;
        private boolean cached;
        private int maxConnectedClusters;
        private @Nullable Boolean serviceExportsEnabled;
        private SliceExport sliceExport = SliceExport.NONE;

        private void field(String name, JsonInput in) throws IOException, RefusedValueException {
            switch (name) {
                case "id" -> id = in.number(Integer.MAX_VALUE);
                case "capabilities" -> in.object(this::capability);
                default -> in.skip();
            }
        }

        private void capability(String name, JsonInput in) throws IOException, RefusedValueException {
            switch (name) {
                case "syncedcanaries" -> syncedCanaries = in.flag();
                case "cached" -> cached = in.flag();
                case "maxconnectedclusters" -> maxConnectedClusters = in.number(Integer.MAX_VALUE);
                case "serviceexportsenabled" -> serviceExportsEnabled = in.present() ? in.flag() : null;
                case "endpointslicesexportmode" -> sliceExport = SliceExport.of(in.text());
                default -> in.skip();
            }
        }
    }
}
