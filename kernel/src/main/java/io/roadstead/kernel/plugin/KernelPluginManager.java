package io.roadstead.kernel.plugin;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.pf4j.AbstractPluginManager;
import org.pf4j.ClassLoadingStrategy;
import org.pf4j.DefaultExtensionFinder;
import org.pf4j.DefaultPluginDescriptor;
import org.pf4j.ExtensionFactory;
import org.pf4j.ExtensionFinder;
import org.pf4j.Plugin;
import org.pf4j.PluginClassLoader;
import org.pf4j.PluginDependency;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginDescriptorFinder;
import org.pf4j.PluginFactory;
import org.pf4j.PluginLoader;
import org.pf4j.PluginRepository;
import org.pf4j.PluginRuntimeException;
import org.pf4j.PluginState;
import org.pf4j.PluginStatusProvider;
import org.pf4j.PluginWrapper;
import org.pf4j.VersionManager;

import io.roadstead.api.plugin.ApiVersion;

/**
 * pf4j reduced to one plugin at a time: it is given a path whose manifest has been read and whose dependencies run, and keeps the class loaders. It never scans a
 * folder, resolves on its own or makes extensions. Confined to the lifecycle loop.
 */
final class KernelPluginManager extends AbstractPluginManager {

    private final Map<Path, PluginManifest> manifests;
    private final ClassLoader api;
    private final ClassLoader apiAndGuice;

    KernelPluginManager(Path root, ClassLoader kernel) {
        // Before super: pf4j's constructor calls the factory methods below.
        manifests = new HashMap<>();
        api = new ApiClassLoader(kernel, false);
        apiAndGuice = new ApiClassLoader(kernel, true);
        super(root);
        setSystemVersion(ApiVersion.CURRENT);
        setExactVersionAllowed(true);
    }

    /** Loads and starts one plugin whose dependencies run; leaves nothing behind when it fails. */
    PluginClassLoader start(PluginManifest manifest, Path path) throws Exception {
        manifests.put(path, manifest);
        try {
            loadPlugin(path);
            if (startPlugin(manifest.id()) != PluginState.STARTED) {
                throw failure(getPlugin(manifest.id()));
            }
            return (PluginClassLoader) getPluginClassLoader(manifest.id());
        } catch (Exception | LinkageError e) {
            unload(manifest.id());
            throw e;
        } finally {
            manifests.remove(path);
        }
    }

    /** Stops a plugin that nobody depends on any more, closes its loader and forgets it; also one that is only half loaded. */
    void unload(String id) {
        PluginWrapper wrapper = getPlugin(id);
        if (wrapper == null) {
            return;
        }
        try {
            stopPlugin(id, false);
        } finally {
            wrapper.setPluginState(PluginState.STOPPED);
            unloadPlugin(id, false, false);
            // pf4j keeps one whose stop threw in this list, and its classes with it.
            startedPlugins.remove(wrapper);
        }
    }

    private static Exception failure(PluginWrapper wrapper) {
        Throwable cause = wrapper.getFailedException();
        return cause instanceof Exception exception ? exception : new PluginRuntimeException(cause, "it did not start");
    }

    @Override
    protected PluginDescriptorFinder createPluginDescriptorFinder() {
        return new PluginDescriptorFinder() {
            @Override
            public boolean isApplicable(Path path) {
                return manifests.containsKey(path);
            }

            @Override
            public PluginDescriptor find(Path path) {
                return new Descriptor(manifests.get(path));
            }
        };
    }

    @Override
    protected PluginLoader createPluginLoader() {
        return new PluginLoader() {
            @Override
            public boolean isApplicable(Path path) {
                return true;
            }

            @Override
            public ClassLoader loadPlugin(Path path, PluginDescriptor descriptor) {
                ClassLoader parent = ((Descriptor) descriptor).manifest.guiceModule() == null ? api : apiAndGuice;
                PluginClassLoader loader = new PluginClassLoader(KernelPluginManager.this, descriptor, parent, ClassLoadingStrategy.APD);
                loader.addFile(ManifestReader.mainJar(path, descriptor.getPluginId()).toFile());
                ManifestReader.jars(path.resolve("lib"), descriptor.getPluginId()).forEach(jar -> loader.addFile(jar.toFile()));
                return loader;
            }
        };
    }

    @Override
    protected PluginFactory createPluginFactory() {
        return wrapper -> {
            String name = ((Descriptor) wrapper.getDescriptor()).manifest.pluginClass();
            if (name == null) {
                return new Plugin();
            }
            try {
                return (Plugin) wrapper.getPluginClassLoader().loadClass(name).getConstructor().newInstance();
            } catch (ReflectiveOperationException | ClassCastException e) {
                throw new PluginRuntimeException(e, "Plugin-Class {} cannot be made", name);
            }
        };
    }

    @Override
    protected PluginRepository createPluginRepository() {
        return new PluginRepository() {
            @Override
            public List<Path> getPluginPaths() {
                return List.of();
            }

            @Override
            public boolean deletePluginPath(Path path) {
                return false;
            }
        };
    }

    @Override
    protected PluginStatusProvider createPluginStatusProvider() {
        return new PluginStatusProvider() {
            @Override
            public boolean isPluginDisabled(String id) {
                return false;
            }

            @Override
            public void disablePlugin(String id) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void enablePlugin(String id) {
                throw new UnsupportedOperationException();
            }
        };
    }

    @Override
    protected ExtensionFactory createExtensionFactory() {
        return new ExtensionFactory() {
            @Override
            public <T> T create(Class<T> type) {
                throw new UnsupportedOperationException();
            }
        };
    }

    @Override
    protected ExtensionFinder createExtensionFinder() {
        return new DefaultExtensionFinder(this);
    }

    @Override
    protected VersionManager createVersionManager() {
        return new Versions();
    }

    private static final class Descriptor extends DefaultPluginDescriptor {
        private final PluginManifest manifest;

        private Descriptor(@Nullable PluginManifest manifest) {
            if (manifest == null) {
                throw new PluginRuntimeException("pf4j was given a path that was not checked before");
            }
            this.manifest = manifest;
            super(manifest.id(), "", Plugin.class.getName(), manifest.version(), manifest.requires(), "", "");
            manifest.dependencies().forEach(dependency -> addDependency(new PluginDependency(dependency.toString())));
        }
    }
}
