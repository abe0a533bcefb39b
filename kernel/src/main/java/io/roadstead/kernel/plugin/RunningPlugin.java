package io.roadstead.kernel.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;

import org.pf4j.processor.ExtensionStorage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.plugin.CapabilityProvider;
import io.roadstead.api.plugin.ExtensionFactory;
import io.roadstead.kernel.loop.KernelPluginContext;
import io.roadstead.kernel.plugin.PluginManifest.Dependency;
import io.roadstead.kernel.registry.Extension;
import io.roadstead.kernel.registry.ExtensionRegistry;
import io.roadstead.kernel.registry.PluginBoundary;

/** A plugin from its start to its stop: its loader, its context, what it exports and its extensions. Confined to the lifecycle loop. */
final class RunningPlugin {

    private static final Logger log = LoggerFactory.getLogger(RunningPlugin.class);

    private final PluginManifest manifest;
    private final PluginContent content;
    private final Path copy;
    private final String verified;
    private final PluginHost host;
    private final KernelPluginManager manager;
    private final ClassLoader loader;
    private final KernelPluginContext context;
    private final Map<Class<?>, AutoCloseable> capabilities = new LinkedHashMap<>();
    private final List<Extension<?>> extensions = new ArrayList<>();
    private Path file;

    private RunningPlugin(PluginPlan.Start start, PluginHost host, KernelPluginManager manager) {
        this.manifest = start.manifest();
        this.content = start.content();
        this.copy = start.copy();
        this.verified = start.verified();
        this.file = start.candidate().file();
        this.host = host;
        this.manager = manager;
        this.loader = PluginBoundary.call(CommonErrorCode.PLUGIN_FAILED, subject(manifest), RunningPlugin.class.getClassLoader(),
                () -> manager.start(start.manifest(), start.copy()));
        this.context = new KernelPluginContext(manifest.id(), manifest.version(), loader, host.context());
    }

    /**
     * Starts a plugin whose dependencies run.
     *
     * @param running plugins by id
     * @throws RoadsteadException when it cannot start; nothing of it is left
     */
    static RunningPlugin start(PluginPlan.Start start, PluginHost host, KernelPluginManager manager, Map<String, RunningPlugin> running) {
        RunningPlugin plugin = new RunningPlugin(start, host, manager);
        try {
            plugin.makeExtensions(running);
            return plugin;
        } catch (RoadsteadException e) {
            plugin.stop();
            throw e;
        }
    }

    /** Takes everything back and unloads it; its dependents have stopped. Failures are logged. */
    void stop() {
        extensions.reversed().forEach(host.registry()::remove);
        extensions.clear();
        List.copyOf(capabilities.values()).reversed().forEach(capability -> attempt("closing what it exports", capability));
        capabilities.clear();
        attempt("closing its context", context);
        attempt("stopping it", () -> manager.unload(manifest.id()));
    }

    private void makeExtensions(Map<String, RunningPlugin> running) {
        PluginInjector injector = new PluginInjector(manifest, loader, context, offered(running));
        String referenceConf = resource("reference.conf");
        List<ExtensionFactory<?, ?>> factories = new ArrayList<>();
        for (String className : extensionClasses()) {
            switch (call(() -> injector.make(loader.loadClass(className)))) {
                case CapabilityProvider<?> provider -> export(provider);
                case ExtensionFactory<?, ?> factory -> factories.add(factory);
                default -> throw failure(className + " is neither an ExtensionFactory nor a CapabilityProvider",
                        "remove @Extension, or implement an extension point of core-api");
            }
        }
        for (ExtensionFactory<?, ?> factory : factories) {
            Extension<?> extension = new Extension<>(manifest.id(), factory, context, referenceConf);
            host.registry().add(extension);
            extensions.add(extension);
        }
    }

    private Map<Class<?>, Object> offered(Map<String, RunningPlugin> running) {
        Map<Class<?>, Object> offered = new LinkedHashMap<>(host.services());
        for (Dependency dependency : manifest.dependencies()) {
            RunningPlugin exporter = running.get(dependency.id());
            if (exporter != null) {
                exporter.capabilities.forEach((type, capability) -> {
                    if (offered.put(type, capability) != null) {
                        throw new RoadsteadException(CommonErrorCode.PLUGIN_DEPENDENCY, subject(manifest),
                                "is offered " + type.getName() + " twice, by " + dependency.id() + " and another one",
                                "depend on one of them only");
                    }
                });
            }
        }
        return offered;
    }

    private <T extends AutoCloseable> void export(CapabilityProvider<T> provider) {
        Class<T> type = call(provider::capabilityType);
        AutoCloseable capability = call(() -> provider.create(context));
        if (!type.isInstance(capability) || capabilities.containsKey(type)) {
            throw failure(provider.getClass().getName() + " does not make one " + type.getName(),
                    "make it an instance of its capabilityType");
        }
        capabilities.put(type, capability);
    }

    /** From the plugin's own jar: a loader would find a library's, or a dependency's, where the plugin has none. */
    private Set<String> extensionClasses() {
        Set<String> names = new TreeSet<>();
        call(() -> {
            ExtensionStorage.read(new StringReader(resource("META-INF/extensions.idx")), names);
            return true;
        });
        return names;
    }

    private String resource(String name) {
        try (JarFile jar = new JarFile(ManifestReader.mainJar(copy, subject(manifest)).toFile())) {
            ZipEntry entry = jar.getEntry(name);
            if (entry == null) {
                return "";
            }
            try (InputStream in = jar.getInputStream(entry)) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            throw new RoadsteadException(CommonErrorCode.PLUGIN_UNREADABLE, subject(manifest), name + " cannot be read: " + e.getMessage(),
                    "build it again", e);
        }
    }

    private <T> T call(Callable<T> body) {
        return PluginBoundary.call(CommonErrorCode.PLUGIN_FAILED, subject(manifest), loader, body);
    }

    private void attempt(String what, AutoCloseable body) {
        try {
            call(() -> {
                body.close();
                return true;
            });
        } catch (RoadsteadException e) {
            log.warn("{} failed plugin={}", what, manifest.id(), e);
        }
    }

    private RoadsteadException failure(String problem, String remedy) {
        return new RoadsteadException(CommonErrorCode.PLUGIN_FAILED, subject(manifest), problem, remedy);
    }

    private static String subject(PluginManifest manifest) {
        return "plugin " + manifest.id();
    }

    PluginManifest manifest() {
        return manifest;
    }

    PluginContent content() {
        return content;
    }

    Path copy() {
        return copy;
    }

    String verified() {
        return verified;
    }

    Path file() {
        return file;
    }

    /** The same content lies elsewhere in the folder now. */
    void movedTo(Path newFile) {
        file = newFile;
    }

    /** Extensions and exports, one text each. */
    List<String> offers() {
        List<String> offers = new ArrayList<>();
        extensions.forEach(extension -> offers.add(ExtensionRegistry.name(extension)));
        capabilities.keySet().forEach(type -> offers.add("Capability " + type.getSimpleName()));
        return offers;
    }

    /** For tests. */
    ClassLoader loader() {
        return loader;
    }
}
