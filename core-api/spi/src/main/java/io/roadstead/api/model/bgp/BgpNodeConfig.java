package io.roadstead.api.model.bgp;

import java.util.List;

import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.Resource;

/**
 * A CiliumBGPNodeConfig, of which the status is read: how a node said that its sessions are.
 *
 * @param meta     whose name is the node's
 * @param sessions empty when the node does not report, or has none
 */
public record BgpNodeConfig(ObjectMeta meta, List<Session> sessions) implements Resource {

    public static final String KIND = "CiliumBGPNodeConfig";

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
