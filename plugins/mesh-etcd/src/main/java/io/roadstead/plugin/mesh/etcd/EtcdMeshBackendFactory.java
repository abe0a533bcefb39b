package io.roadstead.plugin.mesh.etcd;

import jakarta.inject.Inject;
import org.pf4j.Extension;

import io.roadstead.api.mesh.MeshBackend;
import io.roadstead.api.mesh.MeshBackendFactory;
import io.roadstead.api.plugin.PluginContext;
import io.roadstead.plugin.netty.api.NettyTransport;

/** Mesh backend {@code etcd}. */
@Extension
public final class EtcdMeshBackendFactory implements MeshBackendFactory<EtcdMeshConfig> {

    private final NettyTransport transport;

    @Inject
    public EtcdMeshBackendFactory(NettyTransport transport) {
        this.transport = transport;
    }

    @Override
    public String type() {
        return "etcd";
    }

    @Override
    public Class<EtcdMeshConfig> configType() {
        return EtcdMeshConfig.class;
    }

    @Override
    public MeshBackend<EtcdMeshConfig> create(String name, EtcdMeshConfig config, PluginContext context) {
        return new EtcdMeshBackend(config, context, transport);
    }
}
