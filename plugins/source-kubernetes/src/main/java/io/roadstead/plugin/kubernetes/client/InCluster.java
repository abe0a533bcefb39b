package io.roadstead.plugin.kubernetes.client;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.config.Doc;

/** The section {@code roadstead.source.kubernetes.in-cluster}. */
@Doc("What a Pod is given to reach the API server with; used where no kubeconfig is named.")
public record InCluster(
        @Doc(value = "The API server's name or address. Default: the variable KUBERNETES_SERVICE_HOST.",
                example = "10.96.0.1") @Nullable String host,
        @Doc("Its port, 1 to 65535. Default: the variable KUBERNETES_SERVICE_PORT.") int port,
        @Doc("The directory of the service account, with its token and ca.crt. The token is read again for each request: it rotates.") Path serviceAccount) {

    public InCluster {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port must be 1 to 65535");
        }
    }
}
