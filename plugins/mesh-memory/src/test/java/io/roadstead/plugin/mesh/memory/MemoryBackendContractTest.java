package io.roadstead.plugin.mesh.memory;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.io.TempDir;

import io.roadstead.api.mesh.MeshBackend;
import io.roadstead.testkit.FakePluginContext;
import io.roadstead.testkit.MeshBackendContract;

final class MemoryBackendContractTest extends MeshBackendContract {
    @TempDir
    private Path state;
    private MemoryBackend backend;
    private FakePluginContext context;

    @Override
    protected MeshBackend<?> newBackend() {
        context = new FakePluginContext("mesh-memory", state);
        backend = new MemoryBackend(new MemoryConfig(true, Map.of(REMOTE, new MemoryConfig.Cluster(Map.of(), null, ""))), context);
        return backend;
    }

    @Override
    protected MeshBackend<?> newEmptyBackend() {
        return new MemoryBackend(new MemoryConfig(false, Map.of()), context);
    }

    @Override
    protected void write(Map<String, byte[]> entries) {
        entries.forEach(backend.content(REMOTE)::put);
    }

    @Override
    protected void remove(List<String> keys) {
        keys.forEach(backend.content(REMOTE)::delete);
    }

    @Override
    protected void cut() {
        backend.cut("the link is cut");
    }

    @Override
    protected void restore() {
        backend.restore();
    }

    @Override
    protected void rest() {
        context.scheduler().runReady();
    }
}
