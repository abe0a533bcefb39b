package io.roadstead.plugin.manifests;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.source.ResourceDecoder;
import io.roadstead.testkit.ServiceBuilder;

/** Reads Nodes and Services by name, labels and ingress; refuses what has {@code spec.bad}, or no name. Counts how often it was asked. */
final class TestDecoder implements ResourceDecoder {
    private int calls;

    int calls() {
        return calls;
    }

    @Override
    public Result decode(Map<String, ?> document) {
        calls++;
        String kind = String.valueOf(document.get("kind"));
        if (!kind.equals(Node.KIND) && !kind.equals(Service.KIND)) {
            return new Result.Ignored(String.valueOf(document.get("apiVersion")), kind);
        }
        Map<?, ?> metadata = map(document.get("metadata"));
        if (!(metadata.get("name") instanceof String name)) {
            return new Result.Refused(Optional.empty(), List.of(new Fault("metadata.name", "is missing", "add it")));
        }
        String namespace = kind.equals(Node.KIND) ? "" : metadata.get("namespace") instanceof String given ? given : "default";
        if (map(document.get("spec")).containsKey("bad")) {
            return new Result.Refused(Optional.of(new ResourceKey(kind, namespace, name)),
                    List.of(new Fault("spec.bad", "is bad", "remove it")));
        }
        Map<String, String> labels = new TreeMap<>();
        map(metadata.get("labels")).forEach((key, value) -> labels.put((String) key, String.valueOf(value)));
        if (kind.equals(Node.KIND)) {
            return new Result.Decoded(
                    new Node(new ObjectMeta("", name, labels, Map.of(), Instant.EPOCH), List.of(), List.of(), false, List.of()));
        }
        List<IpAddress> ingress = new ArrayList<>();
        if (map(map(document.get("status")).get("loadBalancer")).get("ingress") instanceof List<?> list) {
            list.forEach(entry -> ingress.add(IpAddress.parse((String) map(entry).get("ip"))));
        }
        return new Result.Decoded(ServiceBuilder.service(namespace + "/" + name).labels(labels).build()
                .withStatus(new Service.Status(ingress, List.of())));
    }

    private static Map<?, ?> map(Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }
}
