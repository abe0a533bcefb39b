package com.example.healthcheck;

import io.roadstead.api.plugin.PluginContext;
import io.roadstead.api.route.RouteAdvertiser;
import io.roadstead.api.route.RouteAdvertiserFactory;

import org.pf4j.Extension;

/** What the agent finds in the jar: makes the advertiser. */
@Extension
public final class HealthCheckAdvertiserFactory implements RouteAdvertiserFactory<HealthCheckConfig> {

    @Override
    public String type() {
        return "health-check";
    }

    @Override
    public Class<HealthCheckConfig> configType() {
        return HealthCheckConfig.class;
    }

    @Override
    public RouteAdvertiser<HealthCheckConfig> create(String name, HealthCheckConfig config, PluginContext context) {
        return new HealthCheckAdvertiser(config, context::loop);
    }
}
