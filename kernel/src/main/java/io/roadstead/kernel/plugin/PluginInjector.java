package io.roadstead.kernel.plugin;

import java.lang.reflect.Constructor;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

import com.google.inject.Binder;
import com.google.inject.ConfigurationException;
import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Module;
import com.google.inject.Stage;
import com.google.inject.spi.Message;
import jakarta.inject.Inject;
import org.jspecify.annotations.Nullable;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.metrics.Metrics;
import io.roadstead.api.plugin.PluginContext;

/**
 * Makes one plugin's objects. Its injector is a sibling of all others and has no parent, since a parent keeps a child's classes after the child has gone; what the
 * kernel and other plugins offer is bound by instance. A class with a constructor without parameters needs no injector, and the injector is made on demand.
 */
final class PluginInjector {

    private final String subject;
    private final ClassLoader loader;
    private final @Nullable String module;
    private final Map<Class<?>, Object> offered;
    private @Nullable Injector injector;

    /** @param offered services of the kernel, and what the declared dependencies export */
    PluginInjector(PluginManifest manifest, ClassLoader loader, PluginContext context, Map<Class<?>, Object> offered) {
        this.subject = "plugin " + manifest.id();
        this.loader = loader;
        this.module = manifest.guiceModule();
        this.offered = new HashMap<>(offered);
        this.offered.put(PluginContext.class, context);
        this.offered.put(InstantSource.class, context.clock());
        this.offered.put(RandomGenerator.class, context.random());
        this.offered.put(Metrics.class, context.metrics());
    }

    Object make(Class<?> type) throws ReflectiveOperationException {
        List<Constructor<?>> constructors = Arrays.asList(type.getDeclaredConstructors());
        if (constructors.stream().anyMatch(constructor -> constructor.isAnnotationPresent(Inject.class))) {
            try {
                return injector().getInstance(type);
            } catch (ConfigurationException e) {
                throw unsatisfied(e.getErrorMessages(), e);
            } catch (CreationException e) {
                throw unsatisfied(e.getErrorMessages(), e);
            }
        }
        for (Constructor<?> constructor : constructors) {
            if (constructor.getParameterCount() == 0) {
                constructor.setAccessible(true);
                return constructor.newInstance();
            }
        }
        throw new RoadsteadException(CommonErrorCode.PLUGIN_FAILED, subject,
                type.getName() + " has no constructor that the kernel can call",
                "annotate one with jakarta.inject.Inject, or give it one without parameters");
    }

    private Injector injector() throws ReflectiveOperationException {
        Injector made = injector;
        if (made == null) {
            List<Module> modules = new ArrayList<>();
            modules.add(this::bindOffered);
            if (module != null) {
                modules.add((Module) loader.loadClass(module).getConstructor().newInstance());
            }
            made = Guice.createInjector(Stage.PRODUCTION, modules);
            injector = made;
        }
        return made;
    }

    private void bindOffered(Binder binder) {
        binder.disableCircularProxies();
        binder.requireExactBindingAnnotations();
        binder.requireAtInjectOnConstructors();
        offered.forEach((type, instance) -> bind(binder, type, instance));
    }

    private static <T> void bind(Binder binder, Class<T> type, Object instance) {
        binder.bind(type).toInstance(type.cast(instance));
    }

    private RoadsteadException unsatisfied(Collection<Message> messages, Exception cause) {
        Message first = messages.iterator().next();
        return new RoadsteadException(CommonErrorCode.PLUGIN_FAILED, subject,
                first.getCause() == null ? first.getMessage().lines().findFirst().orElse("").replaceFirst("\\.$", "")
                        : first.getCause().toString(),
                "it can have " + String.join(", ", offered.keySet().stream().map(Class::getSimpleName).sorted().toList())
                        + ", its own classes, and what a plugin in its Plugin-Dependencies exports",
                cause);
    }
}
