package io.roadstead.cli.manifest;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.source.ResourceDecoder.Result;
import io.roadstead.kernel.lint.Finding;
import io.roadstead.kernel.lint.FormerKinds;
import io.roadstead.kernel.lint.LintInput;
import io.roadstead.kernel.lint.LintRule.Severity;
import io.roadstead.kernel.lint.ResourceLint;
import io.roadstead.kernel.resource.KubernetesDecoder;

/** Says what is wrong with manifests, each for itself as an agent would, and all together. */
public final class ManifestCheck {

    private static final String METALLB = "metallb.io/";

    private final KubernetesDecoder decoder = new KubernetesDecoder();
    private final Map<ResourceKey, Manifest> read = new LinkedHashMap<>();
    private final List<Resource> resources = new ArrayList<>();
    private final SortedMap<String, Integer> ignored = new TreeMap<>();
    private final List<Remark> remarks = new ArrayList<>();
    private int metallb;

    private ManifestCheck() {
    }

    /**
     * What came of it.
     *
     * @param read    how many objects of each kind an agent would use
     * @param ignored how many objects of kinds that an agent does not read
     * @param remarks in the order of the input
     */
    public record Report(SortedMap<String, Integer> read, SortedMap<String, Integer> ignored, List<Remark> remarks) {
        public Report {
            remarks = List.copyOf(remarks);
        }

        /** How many are that bad. */
        public long count(Severity severity) {
            return remarks.stream().filter(remark -> remark.severity() == severity).count();
        }
    }

    /** @param secretsNamespace where the Secrets of sessions are looked for */
    public static Report check(ManifestReader.Result input, String secretsNamespace) {
        ManifestCheck check = new ManifestCheck();
        check.remarks.addAll(input.remarks());
        input.manifests().forEach(check::decode);
        ResourceLint.check(LintInput.of(check.resources), secretsNamespace).forEach(check::found);
        SortedMap<String, Integer> counts = new TreeMap<>();
        check.resources.forEach(resource -> counts.merge(resource.kind(), 1, Integer::sum));
        return new Report(counts, check.ignored, check.remarks.stream().sorted(inOrderOf(input)).toList());
    }

    private static Comparator<Remark> inOrderOf(ManifestReader.Result input) {
        Map<String, Integer> places = new LinkedHashMap<>();
        input.manifests().forEach(manifest -> places.putIfAbsent(manifest.origin(), places.size()));
        return Comparator.comparingInt((Remark remark) -> places.getOrDefault(remark.origin(), -1)).thenComparing(Remark::origin)
                .thenComparingInt(Remark::line);
    }

    private void decode(Manifest manifest) {
        switch (decoder.decode(manifest.tree())) {
            case Result.Decoded(Resource resource) -> decoded(manifest, resource);
            case Result.Refused refused -> refused.faults().forEach(fault -> remarks
                    .add(Remark.of(Severity.ERROR, "REFUSED", manifest, fault.field(), fault.problem(), fault.remedy())));
            case Result.Ignored(String apiVersion, String kind) -> ignored(manifest, apiVersion, kind);
        }
    }

    private void decoded(Manifest manifest, Resource resource) {
        Manifest first = read.putIfAbsent(resource.key(), manifest);
        if (first == null) {
            resources.add(resource);
        } else {
            remarks.add(Remark.of(Severity.ERROR, "DUPLICATE_OBJECT", manifest, "metadata.name",
                    "is in " + first.origin() + ":" + first.line("") + " already, and one of the two is without effect", "remove one"));
        }
    }

    private void ignored(Manifest manifest, String apiVersion, String kind) {
        ignored.merge(kind, 1, Integer::sum);
        if (kind.equals(FormerKinds.PEERING_POLICY) && apiVersion.startsWith("cilium.io/")) {
            remarks.add(Remark.of(Severity.ERROR, "FORMER_KIND", manifest, "", FormerKinds.PEERING_POLICY_IGNORED,
                    "roadstead config translate --from cilium-v1 prints what replaces it"));
        } else if (apiVersion.startsWith(METALLB) && metallb++ == 0) {
            remarks.add(Remark.of(Severity.INFO, "OTHER_PROGRAM", manifest, "", "MetalLB's objects are not read",
                    "roadstead config translate --from metallb prints what replaces them"));
        }
    }

    private void found(Finding finding) {
        Manifest manifest = read.get(finding.subject());
        if (manifest != null) {
            remarks.add(Remark.of(finding.rule().severity(), finding.rule().name(), manifest, finding.field(), finding.problem(),
                    finding.remedy()));
        }
    }
}
