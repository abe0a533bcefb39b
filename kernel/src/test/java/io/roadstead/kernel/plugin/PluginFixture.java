package io.roadstead.kernel.plugin;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

import io.roadstead.api.plugin.AddOnFactory;
import io.roadstead.api.source.ResourceDecoder;
import io.roadstead.api.view.PluginView;
import io.roadstead.kernel.loop.ContextServices;
import io.roadstead.kernel.loop.DirectoryWatch;
import io.roadstead.kernel.loop.KernelPluginContext;
import io.roadstead.kernel.loop.LoopThread;
import io.roadstead.kernel.metrics.MetricsRegistry;
import io.roadstead.kernel.registry.Extension;
import io.roadstead.kernel.registry.ExtensionListener;
import io.roadstead.kernel.registry.ExtensionRegistry;
import io.roadstead.testkit.PluginJarBuilder;

/** A plugin service over a folder, with everything that it is put into, and the plugins that tests drop there. */
final class PluginFixture implements AutoCloseable {

    final Path folder;
    final Path lockFile;
    final Path work;
    final LoopThread lifecycle = new LoopThread("lifecycle");
    final DirectoryWatch watch = new DirectoryWatch();
    final MetricsRegistry metrics = new MetricsRegistry();
    final ExtensionRegistry registry = new ExtensionRegistry();
    /** {@code +type} and {@code -type} as extensions came and went. */
    final List<String> events = new ArrayList<>();
    PluginSettings settings;
    PluginService service;

    PluginFixture(Path root) {
        folder = KernelPluginContext.privateDirectory(root.resolve("plugins"));
        lockFile = root.resolve("plugins.lock");
        work = root.resolve("work");
        settings = new PluginSettings(folder, lockFile, LockMode.PINNED, false, Set.of(), List.of(), false, work, Duration.ofMillis(20));
        lifecycle.submit(() -> registry.watch(AddOnFactory.class, new ExtensionListener<AddOnFactory<?>>() {
            @Override
            public void added(Extension<AddOnFactory<?>> extension) {
                events.add("+" + extension.type());
            }

            @Override
            public void removed(Extension<AddOnFactory<?>> extension) {
                events.add("-" + extension.type());
            }
        })).join();
    }

    PluginFixture start() {
        ResourceDecoder decoder = document -> new ResourceDecoder.Result.Ignored("v1", "Nothing");
        service = new PluginService(settings, new PluginHost(lifecycle, registry,
                new ContextServices("node-1", InstantSource.system(), new Random(1), metrics, watch, work.resolveSibling("state")),
                Map.of(ResourceDecoder.class, decoder)));
        service.start();
        return this;
    }

    /** Ids of the plugins that run, as the last look left it. */
    Set<String> running() {
        return service.plugins().stream().filter(plugin -> plugin.state().equals("started")).map(PluginView::id)
                .collect(Collectors.toSet());
    }

    /** The row of a file. */
    PluginView row(String file) {
        return service.plugins().stream().filter(plugin -> Path.of(plugin.file()).getFileName().toString().equals(file)).findFirst()
                .orElseThrow(() -> new AssertionError("no row for " + file + " in " + service.plugins()));
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    /** Events so far, read on the loop that writes them. */
    List<String> events() {
        return lifecycle.submit(() -> List.copyOf(events)).join();
    }

    @Override
    public void close() {
        if (service != null) {
            service.stop();
        }
        lifecycle.close();
        watch.close();
    }

    /** A plugin with one add-on whose type is the plugin's id, made without parameters. */
    static PluginJarBuilder simple(String id) {
        return withConstructor(id, "public Factory() { }");
    }

    /** As above, with a constructor (or more members) of its own. */
    static PluginJarBuilder withConstructor(String id, String members) {
        String packageName = packageOf(id);
        return PluginJarBuilder.plugin(id).source(packageName + ".Factory", """
                package %s;
                import io.roadstead.api.plugin.*;
                @org.pf4j.Extension
                public final class Factory implements AddOnFactory<Factory.Conf> {
                    public record Conf() { }
                    %s
                    @Override public String type() { return "%s"; }
                    @Override public Class<Conf> configType() { return Conf.class; }
                    @Override public AddOn<Conf> create(String name, Conf config, PluginContext context) { throw new IllegalStateException("unused"); }
                }
                """.formatted(packageName, members, id));
    }

    static String packageOf(String id) {
        return "test." + id.replace('-', '_');
    }
}
