/** Tests of the backend. */
package io.roadstead.plugin.mesh.etcd;
