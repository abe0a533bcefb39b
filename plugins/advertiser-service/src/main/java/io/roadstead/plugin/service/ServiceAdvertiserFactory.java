package io.roadstead.plugin.service;

import org.pf4j.Extension;

import io.roadstead.api.plugin.PluginContext;
import io.roadstead.api.route.RouteAdvertiser;
import io.roadstead.api.route.RouteAdvertiserFactory;

/** Makes the advertiser of type {@code service}. */
@Extension
public final class ServiceAdvertiserFactory implements RouteAdvertiserFactory<ServiceAdvertiserConfig> {

    @Override
    public String type() {
        return "service";
    }

    @Override
    public Class<ServiceAdvertiserConfig> configType() {
        return ServiceAdvertiserConfig.class;
    }

    @Override
    public RouteAdvertiser<ServiceAdvertiserConfig> create(String name, ServiceAdvertiserConfig config, PluginContext context) {
        return new ServiceAdvertiser(config);
    }
}
