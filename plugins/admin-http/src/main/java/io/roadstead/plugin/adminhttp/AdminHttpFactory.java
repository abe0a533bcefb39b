package io.roadstead.plugin.adminhttp;

import jakarta.inject.Inject;
import org.pf4j.Extension;

import io.roadstead.api.maintenance.NodeMaintenance;
import io.roadstead.api.plugin.AddOn;
import io.roadstead.api.plugin.AddOnFactory;
import io.roadstead.api.plugin.PluginContext;
import io.roadstead.api.view.KernelViews;

/** Add-on type {@code admin-http}. */
@Extension
public final class AdminHttpFactory implements AddOnFactory<AdminHttpConfig> {
    private final KernelViews views;
    private final NodeMaintenance maintenance;

    @Inject
    public AdminHttpFactory(KernelViews views, NodeMaintenance maintenance) {
        this.views = views;
        this.maintenance = maintenance;
    }

    @Override
    public String type() {
        return "admin-http";
    }

    @Override
    public Class<AdminHttpConfig> configType() {
        return AdminHttpConfig.class;
    }

    @Override
    public AddOn<AdminHttpConfig> create(String name, AdminHttpConfig config, PluginContext context) {
        return new AdminHttp(config, views, maintenance);
    }
}
