package io.roadstead.cli.migrate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.roadstead.api.model.bgp.BgpNodeConfigOverride;
import io.roadstead.api.model.meta.LabelSelector;
import io.roadstead.api.model.net.RouterId;
import io.roadstead.api.model.node.Node;
import io.roadstead.cli.manifest.Manifest;

/** From annotations {@code cilium.io/bgp-virtual-router.ASN} of Nodes to CiliumBGPNodeConfigOverrides. */
final class NodeOverrides {

    private static final String ANNOTATION = "cilium.io/bgp-virtual-router.";

    private NodeOverrides() {
    }

    /**
     * A policy, and how the instances are called that its routers became.
     *
     * @param instances in the order of the routers
     */
    record Translated(PeeringPolicy policy, List<String> instances) {
    }

    static void translate(List<Manifest> manifests, List<Translated> policies, Draft draft) {
        for (Manifest manifest : manifests) {
            if (manifest.kind().equals(Node.KIND) && manifest.apiVersion().equals("v1")) {
                draft.read(manifest, root -> {
                    Map<String, String> annotations = new LinkedHashMap<>();
                    root.at("metadata").at("annotations").texts().forEach((key, value) -> {
                        if (key.startsWith(ANNOTATION)) {
                            annotations.put(key, value);
                        }
                    });
                    if (!annotations.isEmpty()) {
                        node(manifest, root.at("metadata").at("name").name(), root.at("metadata").at("labels").texts(), annotations,
                                policies,
                                draft);
                    }
                    return manifest;
                });
            }
        }
    }

    private static void node(Manifest manifest, String name, Map<String, String> labels, Map<String, String> annotations,
            List<Translated> policies, Draft draft) {
        List<Map<String, Object>> instances = new ArrayList<>();
        annotations.forEach((key, value) -> {
            String asn = key.substring(ANNOTATION.length());
            Map<String, Object> override = override(manifest, key, value, draft);
            boolean used = false;
            for (Translated translated : policies) {
                LabelSelector selector = translated.policy().nodeSelector();
                for (int i = 0; i < translated.instances().size() && (selector == null || selector.matches(labels)); i++) {
                    if (Long.toString(translated.policy().routers().get(i).asn()).equals(asn) && !override.isEmpty()) {
                        Map<String, Object> instance = new LinkedHashMap<>();
                        instance.put("name", translated.instances().get(i));
                        instance.putAll(override);
                        instances.add(instance);
                        used = true;
                    }
                }
            }
            if (!used && !override.isEmpty()) {
                draft.hint(manifest, "metadata.annotations." + key, "no policy that selects this node has a virtual router of AS " + asn,
                        "leave it away");
            }
        });
        if (!instances.isEmpty()) {
            draft.add(BgpNodeConfigOverride.KIND, name, Map.of(), Map.of("bgpInstances", instances),
                    List.of("From annotations " + ANNOTATION + "* of Node " + name + "."));
        }
    }

    private static Map<String, Object> override(Manifest manifest, String key, String value, Draft draft) {
        Map<String, Object> override = new LinkedHashMap<>();
        String field = "metadata.annotations." + key;
        for (String part : value.split(",", -1)) {
            int equals = part.indexOf('=');
            String option = equals < 0 ? part.strip() : part.substring(0, equals).strip();
            String setting = equals < 0 ? "" : part.substring(equals + 1).strip();
            try {
                switch (option) {
                    case "router-id" -> override.put("routerID", RouterId.parse(setting).toString());
                    case "local-port" -> override.put("localPort", Integer.parseUnsignedInt(setting));
                    default -> draft.lost(manifest, field, "'" + option + "' is not translated", "router-id and local-port are");
                }
            } catch (IllegalArgumentException refused) {
                draft.lost(manifest, field, option + " is wrong: " + refused.getMessage(), "correct it");
            }
        }
        return override;
    }
}
