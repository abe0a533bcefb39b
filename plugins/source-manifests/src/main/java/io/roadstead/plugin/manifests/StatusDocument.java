package io.roadstead.plugin.manifests;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.schema.CoreSchema;

import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.source.BgpStatusTree;
import io.roadstead.api.source.StatusUpdate.BgpNodeStatus;
import io.roadstead.yaml.YamlText;
import io.roadstead.yaml.YamlText.SyntaxException;

/** The status of one object as YAML in Kubernetes' shape, for people and their tools. */
final class StatusDocument {
    private static final DumpSettings BLOCK =
            DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).setSchema(new CoreSchema()).build();

    private StatusDocument() {
    }

    /** {@code ciliumbgpnodeconfig-k8s-w1.yaml}. */
    static String fileName(ResourceKey key) {
        String name = key.namespace().isEmpty() ? key.name() : key.namespace() + "." + key.name();
        return key.kind().toLowerCase(Locale.ROOT) + "-" + name.replaceAll("[^A-Za-z0-9._-]", "_") + ".yaml";
    }

    static String ofConditions(ResourceKey key, List<DatedCondition> conditions) {
        return document(key, conditions, Map.of());
    }

    static String ofNode(BgpNodeStatus status, List<DatedCondition> conditions) {
        return document(status.key(), conditions,
                Map.of("bgpInstances", status.instances().stream().map(BgpStatusTree::of).toList()));
    }

    /** The conditions that a document states. */
    static List<DatedCondition> conditions(String document) throws SyntaxException {
        try {
            return YamlText.read(document).getFirst().tree() instanceof Map<?, ?> tree && tree.get("status") instanceof Map<?, ?> status
                    ? DatedCondition.ofTrees(status.get("conditions"))
                    : List.of();
        } catch (RuntimeException e) {
            throw new SyntaxException(String.valueOf(e.getMessage()), 0);
        }
    }

    private static String document(ResourceKey key, List<DatedCondition> conditions, Map<String, ?> more) {
        Map<String, Object> meta = new LinkedHashMap<>();
        meta.put("name", key.name());
        if (!key.namespace().isEmpty()) {
            meta.put("namespace", key.namespace());
        }
        Map<String, Object> status = new LinkedHashMap<>(more);
        if (!conditions.isEmpty()) {
            status.put("conditions", conditions.stream().map(DatedCondition::toTree).toList());
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("apiVersion", "cilium.io/v2");
        document.put("kind", key.kind());
        document.put("metadata", meta);
        document.put("status", status);
        return new Dump(BLOCK).dumpToString(document);
    }
}
