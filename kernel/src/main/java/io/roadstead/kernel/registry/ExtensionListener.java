package io.roadstead.kernel.registry;

import io.roadstead.api.plugin.ExtensionFactory;

/** Makes and ends instances as extensions come and go. Called on the lifecycle loop. */
public interface ExtensionListener<F extends ExtensionFactory<?, ?>> {
    /** A plugin has started. Instances that cannot be made are the listener's to report; what it throws is logged. */
    void added(Extension<F> extension);

    /** The plugin is about to unload. Returns only after every instance made from it is closed and no reference to it is kept. */
    void removed(Extension<F> extension);
}
