/** Tests of the client: parts in manual time, the whole against a real etcd. */
package io.roadstead.plugin.mesh.etcd.client;
