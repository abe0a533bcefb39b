package io.roadstead.cli.migrate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.source.ResourceDecoder.Fault;
import io.roadstead.cli.manifest.Manifest;
import io.roadstead.cli.manifest.Remark;
import io.roadstead.kernel.lint.LintRule.Severity;
import io.roadstead.kernel.resource.Tree;

/** A translation in the making. */
final class Draft {

    /** Written here, since every cluster that has Cilium's kinds has them in it since 1.18. */
    private static final String API_VERSION = "cilium.io/v2";

    private final List<YamlWriter.Document> documents = new ArrayList<>();
    private final List<Remark> remarks = new ArrayList<>();

    List<YamlWriter.Document> documents() {
        return documents;
    }

    List<Remark> remarks() {
        return remarks;
    }

    /** Adds an object. */
    void add(String kind, String name, Map<String, String> labels, Map<String, ?> spec, List<String> comments) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("name", name);
        if (!labels.isEmpty()) {
            metadata.put("labels", labels);
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("apiVersion", API_VERSION);
        tree.put("kind", kind);
        tree.put("metadata", metadata);
        tree.put("spec", spec);
        documents.add(new YamlWriter.Document(comments, tree));
    }

    /** Something that will not be as it was. */
    void lost(Manifest manifest, String field, String problem, String remedy) {
        remark(Severity.WARNING, "NOT_TRANSLATED", manifest, field, problem, remedy);
    }

    /** What was remarked on an object, as comments for what it became. */
    List<String> commentsOn(Manifest manifest) {
        return remarks.stream().filter(remark -> remark.subject().equals(manifest.subject()))
                .sorted(Comparator.comparingInt(Remark::line))
                .map(Draft::comment).distinct().toList();
    }

    private static String comment(Remark remark) {
        return (remark.severity() == Severity.INFO ? "Note: " : "Not translated: ")
                + (remark.field().isEmpty() ? "" : remark.field() + ": ")
                + remark.problem() + (remark.remedy().isEmpty() ? "" : "; " + remark.remedy()) + ".";
    }

    /** Something that is left to do, or to know. */
    void hint(Manifest manifest, String field, String problem, String remedy) {
        remark(Severity.INFO, "TO_DO", manifest, field, problem, remedy);
    }

    /** Fields that the translation does not know are said, not dropped. */
    void unknown(Manifest manifest, Tree tree, String at, Set<String> known) {
        tree.fields().stream().filter(field -> !known.contains(field))
                .forEach(field -> lost(manifest, at + "." + field, "is not translated", "see whether anything depends on it"));
    }

    /** Reads an object; null when something in it is wrong, which is remarked. */
    <T> @Nullable T read(Manifest manifest, Function<Tree, @Nullable T> reader) {
        List<Fault> faults = new ArrayList<>();
        T read = Tree.root(manifest.tree(), faults).object(reader);
        faults.forEach(fault -> remark(Severity.ERROR, "REFUSED", manifest, fault.field(), fault.problem(), fault.remedy()));
        return faults.isEmpty() ? read : null;
    }

    private void remark(Severity severity, String code, Manifest manifest, String field, String problem, String remedy) {
        remarks.add(new Remark(severity, code, manifest.origin(), manifest.line(field), manifest.subject(), field, problem, remedy));
    }
}
