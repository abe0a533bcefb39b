package io.roadstead.kernel.config;

import java.util.List;
import java.util.Map;

import io.roadstead.api.config.Doc;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.kernel.fib.FibSettings;
import io.roadstead.kernel.fib.FibSettings.Direct;

/** The section {@code roadstead.routes}. */
public record RoutesConfig(
        @Doc("What installs routes for this node's own packets: netlink, the type of another route installer, or none. Its own keys stand in the section of that name.") String installer,
        @Doc("Pod CIDRs routed through the nodes themselves, where these are on a link of this one: none; mesh: of nodes of other clusters; all: of this cluster's nodes, too.") Direct direct,
        @Doc(value = "Import policy: routes learned from BGP peers within these prefixes are installed, where no direct route is. Default: none.",
                example = "[ \"10.0.0.0/8\" ]") List<IpPrefix> learned,
        @Doc("The installers' own sections, by type.") @OtherKeys Map<String, ConfigSection> sections) {

    /** Whether none are installed. */
    public boolean isNone() {
        return installer.equals("none");
    }

    /** For the controller. */
    public FibSettings settings() {
        return new FibSettings(direct, learned);
    }
}
