package io.roadstead.plugin.podcidr;

import org.pf4j.Extension;

import io.roadstead.api.plugin.PluginContext;
import io.roadstead.api.route.RouteAdvertiser;
import io.roadstead.api.route.RouteAdvertiserFactory;

/** Makes the advertiser of type {@code pod-cidr}. */
@Extension
public final class PodCidrAdvertiserFactory implements RouteAdvertiserFactory<PodCidrConfig> {

    @Override
    public String type() {
        return "pod-cidr";
    }

    @Override
    public Class<PodCidrConfig> configType() {
        return PodCidrConfig.class;
    }

    @Override
    public RouteAdvertiser<PodCidrConfig> create(String name, PodCidrConfig config, PluginContext context) {
        return new PodCidrAdvertiser();
    }
}
