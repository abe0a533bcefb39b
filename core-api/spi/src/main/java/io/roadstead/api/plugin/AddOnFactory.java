package io.roadstead.api.plugin;

/**
 * Extension point: something that runs beside the agent's own job, like its admin interface. The kernel makes and starts one instance per factory, with the
 * configuration section {@code roadstead.add-ons.<type>}.
 */
public interface AddOnFactory<C extends Record> extends ExtensionFactory<C, AddOn<C>> {
}
