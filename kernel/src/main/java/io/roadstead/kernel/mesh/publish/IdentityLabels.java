package io.roadstead.kernel.mesh.publish;

import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

import io.roadstead.kernel.mesh.schema.IdentityEntry;
import io.roadstead.kernel.mesh.schema.IdentityEntry.Label;

/** Which labels make an identity: those that Cilium looks at by default, so that Pods of one workload share one. */
final class IdentityLabels {

    private static final Set<String> PER_REVISION = Set.of("pod-template-hash", "pod-template-generation", "controller-revision-hash");

    private IdentityLabels() {
    }

    /** The account may be empty, for none. */
    static SortedMap<String, Label> of(String cluster, String namespace, Map<String, String> podLabels, String serviceAccount) {
        SortedMap<String, Label> labels = new TreeMap<>();
        podLabels.forEach((key, value) -> {
            if (counts(key)) {
                labels.put(key, kubernetes(value));
            }
        });
        labels.put(IdentityEntry.CLUSTER, kubernetes(cluster));
        labels.put(IdentityEntry.NAMESPACE, kubernetes(namespace));
        if (!serviceAccount.isEmpty()) {
            labels.put(IdentityEntry.SERVICE_ACCOUNT, kubernetes(serviceAccount));
        }
        return labels;
    }

    /** Kubernetes' own labels do not count, such as a StatefulSet's name of each Pod, but for those that name the application. */
    private static boolean counts(String key) {
        String domain = key.substring(0, Math.max(0, key.indexOf('/')));
        return domain.equals("app.kubernetes.io")
                || !PER_REVISION.contains(key) && !domain.endsWith("kubernetes.io") && !domain.endsWith("k8s.io")
                        && !key.startsWith("io.kubernetes.") && !key.startsWith("io.cilium.k8s.");
    }

    private static Label kubernetes(String value) {
        return new Label(IdentityEntry.KUBERNETES, value);
    }
}
