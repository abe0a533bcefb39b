package io.roadstead.kernel.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.plugin.ExtensionFactory;

/** The extensions of the plugins that run now. Confined to the lifecycle loop. */
public final class ExtensionRegistry {

    private static final Logger log = LoggerFactory.getLogger(ExtensionRegistry.class);

    private final List<Extension<?>> extensions = new ArrayList<>();
    private final List<Watch<?>> watches = new ArrayList<>();

    /**
     * Tells the listener of all extensions of a kind: of those that are there at once, of others when they come.
     *
     * @param kind the extension point's interface, {@code RouteAdvertiserFactory.class} for an {@code ExtensionListener<RouteAdvertiserFactory<?>>}
     */
    public <F extends ExtensionFactory<?, ?>> Registration watch(Class<? super F> kind, ExtensionListener<F> listener) {
        Watch<F> watch = new Watch<>(kind, listener);
        watches.add(watch);
        List.copyOf(extensions).forEach(watch::added);
        return () -> watches.remove(watch);
    }

    /** The extensions of a kind, in the order in which their plugins started. */
    public <F extends ExtensionFactory<?, ?>> List<Extension<F>> extensions(Class<? super F> kind) {
        return extensions.stream().flatMap(extension -> ExtensionRegistry.<F>narrow(kind, extension).stream()).toList();
    }

    /** Adds an extension; refuses one whose type another plugin has already brought for the same extension point. */
    public void add(Extension<?> extension) {
        String type = extension.type();
        for (Extension<?> other : extensions) {
            if (other.type().equals(type) && kind(other).equals(kind(extension))) {
                throw new RoadsteadException(CommonErrorCode.PLUGIN_DUPLICATE, "plugin " + extension.pluginId(),
                        "brings " + name(extension) + ", which plugin " + other.pluginId() + " already brings",
                        "remove one of the two plugins");
            }
        }
        extensions.add(extension);
        List.copyOf(watches).forEach(watch -> watch.added(extension));
    }

    /** Takes an extension back: returns when no listener uses it any more. */
    public void remove(Extension<?> extension) {
        if (extensions.remove(extension)) {
            List.copyOf(watches).reversed().forEach(watch -> watch.removed(extension));
        }
    }

    /** {@code RouteAdvertiser pod-cidr}. */
    public static String name(Extension<?> extension) {
        return kind(extension) + " " + extension.type();
    }

    private static String kind(Extension<?> extension) {
        return kind(extension.factory().getClass()).map(Class::getSimpleName).orElse("Extension").replaceFirst("Factory$", "");
    }

    /** The extension point: the interface that directly extends {@link ExtensionFactory}. */
    private static Optional<Class<?>> kind(Class<?> type) {
        for (Class<?> parent : type.getInterfaces()) {
            if (parent == ExtensionFactory.class) {
                return Optional.of(type);
            }
            Optional<Class<?>> found = kind(parent);
            if (found.isPresent()) {
                return found;
            }
        }
        return type.getSuperclass() == null ? Optional.empty() : kind(type.getSuperclass());
    }

    /** Sound, since a kind is an interface whose only variable, the configuration, the wildcard in F leaves open. */
    @SuppressWarnings("unchecked")
    private static <F extends ExtensionFactory<?, ?>> Optional<Extension<F>> narrow(Class<? super F> kind, Extension<?> extension) {
        return kind.isInstance(extension.factory()) ? Optional.of((Extension<F>) extension) : Optional.empty();
    }

    private record Watch<F extends ExtensionFactory<?, ?>>(Class<? super F> kind, ExtensionListener<F> listener) {
        private void added(Extension<?> extension) {
            ExtensionRegistry.<F>narrow(kind, extension).ifPresent(narrowed -> guard(narrowed, () -> listener.added(narrowed)));
        }

        private void removed(Extension<?> extension) {
            ExtensionRegistry.<F>narrow(kind, extension).ifPresent(narrowed -> guard(narrowed, () -> listener.removed(narrowed)));
        }

        private void guard(Extension<F> extension, Runnable call) {
            try {
                extension.run(call);
            } catch (RoadsteadException e) {
                log.error("extension failed plugin={} kind={}", extension.pluginId(), kind.getSimpleName(), e);
            }
        }
    }
}
