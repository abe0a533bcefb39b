package io.roadstead.api.model.bgp;

import java.util.List;

import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.Resource;

/**
 * A CiliumBGPNodeConfig, of which the status is read: how a node said that its sessions are, and whether it is being taken out of service.
 *
 * @param meta     whose name is the node's
 * @param sessions empty when the node does not report, or has none
 * @param draining by the condition {@link #DRAINING}
 */
public record BgpNodeConfig(ObjectMeta meta, List<Session> sessions, boolean draining) implements Resource {

    public static final String KIND = "CiliumBGPNodeConfig";
    /** The type of the condition by which a node says that it is being taken out of service. */
    public static final String DRAINING = "roadstead.io/Draining";

    public BgpNodeConfig {
        sessions = List.copyOf(sessions);
    }

    @Override
    public String kind() {
        return KIND;
    }

    /** One neighbour of one instance, by their names. */
    public record Session(String instance, String peer, SessionState state) {
    }
}
