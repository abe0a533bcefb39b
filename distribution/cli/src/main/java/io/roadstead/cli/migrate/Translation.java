package io.roadstead.cli.migrate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

import io.roadstead.cli.manifest.Manifest;
import io.roadstead.cli.manifest.ManifestReader;
import io.roadstead.cli.manifest.Remark;
import io.roadstead.kernel.lint.LintRule.Severity;

/**
 * What other programs' resources are in those that Roadstead reads. What cannot be said in them is a remark: a warning where something will differ, a hint
 * where something is left to do.
 *
 * @param yaml    documents; empty when there was nothing to translate
 * @param remarks in the order of the input
 */
public record Translation(String yaml, List<Remark> remarks) {

    public Translation {
        remarks = List.copyOf(remarks);
    }

    /** Whose resources. */
    public enum Origin {
        /** Cilium's CiliumBGPPeeringPolicy. */
        CILIUM_V1("cilium-v1", PeeringPolicyTranslator::translate),
        /** MetalLB's BGPPeer, BGPAdvertisement, IPAddressPool and Community. */
        METALLB("metallb", MetalLbTranslator::translate);

        private final String text;
        private final BiConsumer<List<Manifest>, Draft> translator;

        Origin(String text, BiConsumer<List<Manifest>, Draft> translator) {
            this.text = text;
            this.translator = translator;
        }

        /** As a command line says it. */
        @Override
        public String toString() {
            return text;
        }
    }

    /** Translates what is of that origin; other objects are passed over. */
    public static Translation of(Origin origin, ManifestReader.Result input) {
        Draft draft = new Draft();
        origin.translator.accept(input.manifests(), draft);
        List<Remark> remarks = new ArrayList<>(input.remarks());
        Map<String, Integer> places = new LinkedHashMap<>();
        input.manifests().forEach(manifest -> places.putIfAbsent(manifest.origin(), places.size()));
        draft.remarks().stream().distinct().sorted(Comparator.comparingInt((Remark remark) -> places.getOrDefault(remark.origin(), 0))
                .thenComparingInt(Remark::line)).forEach(remarks::add);
        return new Translation(YamlWriter.write(draft.documents()), remarks);
    }

    /** Whether something could not be read at all. */
    public boolean failed() {
        return remarks.stream().anyMatch(remark -> remark.severity() == Severity.ERROR);
    }

}
