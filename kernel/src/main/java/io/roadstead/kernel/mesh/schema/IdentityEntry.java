package io.roadstead.kernel.mesh.schema;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A number for a set of labels.
 *
 * @param labels by key
 */
public record IdentityEntry(int id, SortedMap<String, Label> labels) {

    /** The source of a Pod's own labels, and of those that follow. */
    public static final String KUBERNETES = "k8s";
    /** Key of the label that names the cluster; without it an identity is refused. */
    public static final String CLUSTER = "io.cilium.k8s.policy.cluster";
    public static final String SERVICE_ACCOUNT = "io.cilium.k8s.policy.serviceaccount";
    public static final String NAMESPACE = "io.kubernetes.pod.namespace";

    public IdentityEntry {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }

    /** What a label says, and who says so. */
    public record Label(String source, String value) {
    }

    /** {@code source:key=value;} for each, by key. */
    public byte[] encode() {
        StringBuilder text = new StringBuilder();
        labels.forEach((key, label) -> text.append(label.source).append(':').append(key).append('=').append(label.value).append(';'));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Takes what is under an identity's key, if the rules allow. */
    public static IdentityEntry decode(Owner owner, String keySuffix, byte[] value) throws RefusedValueException {
        Sizes.require(value);
        if (!keySuffix.matches("[1-9][0-9]{0,9}") || !owner.ownsIdentity(Long.parseLong(keySuffix))) {
            throw new RefusedValueException("is not the number of an identity of cluster '" + owner.cluster() + "'");
        }
        SortedMap<String, Label> labels = labels(new String(value, StandardCharsets.UTF_8));
        Label cluster = labels.get(CLUSTER);
        if (cluster == null || !cluster.equals(new Label(KUBERNETES, owner.cluster()))) {
            throw new RefusedValueException("has no label " + KUBERNETES + ":" + CLUSTER + "=" + owner.cluster());
        }
        return new IdentityEntry(Integer.parseInt(keySuffix), labels);
    }

    private static SortedMap<String, Label> labels(String text) throws RefusedValueException {
        if (!text.endsWith(";")) {
            throw new RefusedValueException("does not end with a semicolon");
        }
        SortedMap<String, Label> labels = new TreeMap<>();
        for (String one : text.split(";")) {
            int equals = one.indexOf('=');
            String name = equals < 0 ? one : one.substring(0, equals);
            int colon = name.indexOf(':');
            labels.put(name.substring(colon + 1),
                    new Label(colon < 0 ? "" : name.substring(0, colon), one.substring(equals < 0 ? one.length() : equals + 1)));
        }
        return labels;
    }
}
