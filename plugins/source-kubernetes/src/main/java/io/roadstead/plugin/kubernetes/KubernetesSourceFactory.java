package io.roadstead.plugin.kubernetes;

import jakarta.inject.Inject;
import org.pf4j.Extension;

import io.roadstead.api.plugin.PluginContext;
import io.roadstead.api.source.ClusterSource;
import io.roadstead.api.source.ClusterSourceFactory;
import io.roadstead.api.source.ResourceDecoder;

/** Source type {@code kubernetes}. */
@Extension
public final class KubernetesSourceFactory implements ClusterSourceFactory<KubernetesConfig> {
    private final ResourceDecoder decoder;

    @Inject
    public KubernetesSourceFactory(ResourceDecoder decoder) {
        this.decoder = decoder;
    }

    @Override
    public String type() {
        return "kubernetes";
    }

    @Override
    public Class<KubernetesConfig> configType() {
        return KubernetesConfig.class;
    }

    @Override
    public ClusterSource<KubernetesConfig> create(String name, KubernetesConfig config, PluginContext context) {
        return new KubernetesSource(config, context, decoder);
    }
}
