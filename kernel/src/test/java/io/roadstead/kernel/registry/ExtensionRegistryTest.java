package io.roadstead.kernel.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.plugin.AddOn;
import io.roadstead.api.plugin.AddOnFactory;
import io.roadstead.api.plugin.ExtensionFactory;
import io.roadstead.api.plugin.PluginContext;
import io.roadstead.api.source.ClusterSourceFactory;
import io.roadstead.testkit.FakePluginContext;

class ExtensionRegistryTest {

    private final ExtensionRegistry registry = new ExtensionRegistry();
    private final List<String> events = new ArrayList<>();

    @Test
    void aWatchSeesWhatIsThereAndWhatComesAndGoesOfItsKindOnly() {
        Extension<?> first = extension("p1", "one");
        Extension<?> second = extension("p2", "two");
        registry.add(first);
        Registration watch = registry.watch(AddOnFactory.class, this.<AddOnFactory<?>>recording());
        registry.watch(ClusterSourceFactory.class, this.<ClusterSourceFactory<?>>recording());

        registry.add(second);
        registry.remove(first);
        registry.remove(first);
        watch.close();
        registry.remove(second);

        assertThat(events).containsExactly("+one", "+two", "-one");
        assertThat(registry.<AddOnFactory<?>>extensions(AddOnFactory.class)).isEmpty();
    }

    @Test
    void theSameTypeFromTwoPluginsIsRefusedNamingBoth() {
        registry.add(extension("p1", "one"));

        assertThatThrownBy(() -> registry.add(extension("p2", "one")))
                .hasMessage("plugin p2: brings AddOn one, which plugin p1 already brings; remove one of the two plugins");
        assertThat(registry.<AddOnFactory<?>>extensions(AddOnFactory.class)).extracting(Extension::pluginId).containsExactly("p1");
    }

    @Test
    void aListenerThatThrowsDoesNotKeepTheOthersFromHearing() {
        registry.watch(AddOnFactory.class, new ExtensionListener<AddOnFactory<?>>() {
            @Override
            public void added(Extension<AddOnFactory<?>> extension) {
                throw new IllegalStateException("planted; the log shows it");
            }

            @Override
            public void removed(Extension<AddOnFactory<?>> extension) {
                throw new NoClassDefFoundError("planted; the log shows it");
            }
        });
        registry.watch(AddOnFactory.class, this.<AddOnFactory<?>>recording());
        Extension<?> extension = extension("p", "one");

        registry.add(extension);
        registry.remove(extension);

        assertThat(events).containsExactly("+one", "-one");
    }

    private <F extends ExtensionFactory<?, ?>> ExtensionListener<F> recording() {
        return new ExtensionListener<>() {
            @Override
            public void added(Extension<F> extension) {
                events.add("+" + extension.factory().type());
            }

            @Override
            public void removed(Extension<F> extension) {
                events.add("-" + extension.type());
            }
        };
    }

    private static Extension<?> extension(String plugin, String type) {
        return new Extension<>(plugin, new Factory(type), new FakePluginContext(plugin, Path.of("unused")), "");
    }

    private record None() {
    }

    private record Factory(String type) implements AddOnFactory<None> {
        @Override
        public Class<None> configType() {
            return None.class;
        }

        @Override
        public AddOn<None> create(String name, None config, PluginContext context) {
            throw new UnsupportedOperationException();
        }
    }
}
