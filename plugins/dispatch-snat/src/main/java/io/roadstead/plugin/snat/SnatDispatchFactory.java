package io.roadstead.plugin.snat;

import org.pf4j.Extension;

import io.roadstead.api.lb.DispatchMode;
import io.roadstead.api.lb.DispatchModeFactory;
import io.roadstead.api.plugin.PluginContext;

/** Makes the dispatch mode of type {@code snat}. */
@Extension
public final class SnatDispatchFactory implements DispatchModeFactory<SnatConfig> {

    @Override
    public String type() {
        return "snat";
    }

    @Override
    public Class<SnatConfig> configType() {
        return SnatConfig.class;
    }

    @Override
    public DispatchMode<SnatConfig> create(String name, SnatConfig config, PluginContext context) {
        return new SnatDispatch();
    }
}
