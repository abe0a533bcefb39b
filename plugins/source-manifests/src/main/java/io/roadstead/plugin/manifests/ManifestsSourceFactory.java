package io.roadstead.plugin.manifests;

import jakarta.inject.Inject;
import org.pf4j.Extension;

import io.roadstead.api.plugin.PluginContext;
import io.roadstead.api.source.ClusterSource;
import io.roadstead.api.source.ClusterSourceFactory;
import io.roadstead.api.source.ResourceDecoder;

/** Source type {@code manifests}. */
@Extension
public final class ManifestsSourceFactory implements ClusterSourceFactory<ManifestsConfig> {
    private final ResourceDecoder decoder;

    @Inject
    public ManifestsSourceFactory(ResourceDecoder decoder) {
        this.decoder = decoder;
    }

    @Override
    public String type() {
        return "manifests";
    }

    @Override
    public Class<ManifestsConfig> configType() {
        return ManifestsConfig.class;
    }

    @Override
    public ClusterSource<ManifestsConfig> create(String name, ManifestsConfig config, PluginContext context) {
        return new ManifestsSource(config, context, decoder);
    }
}
