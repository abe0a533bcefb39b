package io.roadstead.cli.manifest;

import java.util.Map;

import io.roadstead.yaml.KubernetesObject;

/**
 * One object of a file.
 *
 * @param origin file as it was named on the command line, or below the directory that was
 * @param tree   the object; maps, lists and scalars
 */
public record Manifest(String origin, Map<String, ?> tree, KubernetesObject object) {

    /** Empty when it has none that is a text. */
    public String apiVersion() {
        return tree.get("apiVersion") instanceof String text ? text : "";
    }

    /** Empty when it has none that is a text. */
    public String kind() {
        return tree.get("kind") instanceof String text ? text : "";
    }

    /** {@code BGPPeer metallb-system/tor}: the kind, and the name as far as there is one. */
    public String subject() {
        Map<?, ?> metadata = tree.get("metadata") instanceof Map<?, ?> map ? map : Map.of();
        String name = metadata.get("name") instanceof String text ? text : "";
        String namespace = metadata.get("namespace") instanceof String text ? text + "/" : "";
        return name.isEmpty() ? kind() : kind() + " " + namespace + name;
    }

    /** Line of a field, counted from one; of the nearest parent that is there. Empty for the object itself. */
    public int line(String field) {
        return object.lineOf(field) + 1;
    }
}
