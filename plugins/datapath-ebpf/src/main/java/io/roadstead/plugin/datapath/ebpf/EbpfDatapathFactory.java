package io.roadstead.plugin.datapath.ebpf;

import jakarta.inject.Inject;
import org.pf4j.Extension;

import io.roadstead.api.lb.Datapath;
import io.roadstead.api.lb.DatapathFactory;
import io.roadstead.api.plugin.PluginContext;

/** Datapath type {@code ebpf}. */
@Extension
public final class EbpfDatapathFactory implements DatapathFactory<EbpfConfig> {

    @Inject
    public EbpfDatapathFactory() {
        // pf4j makes it
    }

    @Override
    public String type() {
        return "ebpf";
    }

    @Override
    public Class<EbpfConfig> configType() {
        return EbpfConfig.class;
    }

    @Override
    public Datapath<EbpfConfig> create(String name, EbpfConfig config, PluginContext context) {
        return new EbpfDatapath(config, context);
    }
}
