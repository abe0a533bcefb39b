package io.roadstead.plugin.mesh.memory;

import org.pf4j.Extension;

import io.roadstead.api.mesh.MeshBackend;
import io.roadstead.api.mesh.MeshBackendFactory;
import io.roadstead.api.plugin.PluginContext;

/** Makes the mesh backend of type {@code memory}. */
@Extension
public final class MemoryBackendFactory implements MeshBackendFactory<MemoryConfig> {

    @Override
    public String type() {
        return "memory";
    }

    @Override
    public Class<MemoryConfig> configType() {
        return MemoryConfig.class;
    }

    @Override
    public MeshBackend<MemoryConfig> create(String name, MemoryConfig config, PluginContext context) {
        return new MemoryBackend(config, context);
    }
}
