package io.roadstead.plugin.mesh.etcd.client;

import io.netty.handler.ssl.SslContext;

/**
 * Where TLS comes from: asked before each connection, so that renewed certificates are used from the next one on. Implementations are records, equal when they
 * name the same files and settings. Called on a loop that may read files.
 */
public interface TlsSource {
    /**
     * A context for one connection, which speaks HTTP/2 by ALPN ({@code GrpcSslContexts.configure}).
     *
     * @throws io.roadstead.api.error.RoadsteadException when a file is missing or wrong, with its name and the remedy
     */
    SslContext context();
}
