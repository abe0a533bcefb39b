package io.roadstead.plugin.kubernetes.client;

import java.nio.file.Path;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Which API server, and as whom.
 *
 * @param kubeconfig null for what {@code inCluster} says
 * @param context    of the kubeconfig; null for its current one
 * @param master     in place of the address that the kubeconfig or the cluster names; null for that
 */
public record ConnectionOptions(@Nullable Path kubeconfig, @Nullable String context, @Nullable String master, InCluster inCluster,
        Duration connectTimeout, String userAgent) {
}
