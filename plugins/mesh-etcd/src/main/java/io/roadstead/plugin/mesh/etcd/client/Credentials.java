package io.roadstead.plugin.mesh.etcd.client;

import io.roadstead.api.config.Secret;

/** A user of etcd that logs in by password. */
public record Credentials(String username, Secret password) {
}
