package io.roadstead.plugin.mesh.etcd.client;

import java.time.Duration;

/**
 * How a client behaves towards every store.
 *
 * @param dialTimeout              until a connection has been made, TLS and first answer included
 * @param requestTimeout           until a request has been answered; after that the connection is given up
 * @param keepaliveTime            of silence, after which the server is asked for a sign of life
 * @param keepaliveTimeout         until that sign has come
 * @param pageSize                 keys per page of a list
 * @param writesPerSecond          once the first flush has completed
 * @param bootstrapWritesPerSecond until then
 * @param leaseTtl                 how long what was written outlives its writer
 */
public record ClientOptions(Duration dialTimeout, Duration requestTimeout, Duration keepaliveTime, Duration keepaliveTimeout, int pageSize,
        double writesPerSecond, double bootstrapWritesPerSecond, Duration leaseTtl) {
}
