package io.roadstead.plugin.planted;

import io.fabric8.kubernetes.client.KubernetesClient;

/** The Kubernetes client in a plugin that has no business with it. */
public interface KnowsFabric8 {
    KubernetesClient client();
}
