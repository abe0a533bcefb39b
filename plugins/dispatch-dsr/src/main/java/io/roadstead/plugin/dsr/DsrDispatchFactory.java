package io.roadstead.plugin.dsr;

import org.pf4j.Extension;

import io.roadstead.api.lb.DispatchMode;
import io.roadstead.api.lb.DispatchModeFactory;
import io.roadstead.api.plugin.PluginContext;

/** Makes the dispatch mode of type {@code dsr}. */
@Extension
public final class DsrDispatchFactory implements DispatchModeFactory<DsrConfig> {

    @Override
    public String type() {
        return "dsr";
    }

    @Override
    public Class<DsrConfig> configType() {
        return DsrConfig.class;
    }

    @Override
    public DispatchMode<DsrConfig> create(String name, DsrConfig config, PluginContext context) {
        return new DsrDispatch(config);
    }
}
