package io.roadstead.plugin.healthcheck;

import org.pf4j.Extension;

import io.roadstead.api.plugin.AddOn;
import io.roadstead.api.plugin.AddOnFactory;
import io.roadstead.api.plugin.PluginContext;

/** Add-on type {@code health-check-node-port}. */
@Extension
public final class HealthCheckFactory implements AddOnFactory<HealthCheckConfig> {

    @Override
    public String type() {
        return "health-check-node-port";
    }

    @Override
    public Class<HealthCheckConfig> configType() {
        return HealthCheckConfig.class;
    }

    @Override
    public AddOn<HealthCheckConfig> create(String name, HealthCheckConfig config, PluginContext context) {
        return new HealthCheckAddOn(config, context.loop(name), context.clock());
    }
}
