package io.roadstead.api.model.pod;

import java.util.List;

import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.net.IpAddress;

/**
 * A core v1 Pod, as far as other clusters are told of it.
 *
 * @param addresses      {@code status.podIPs}, or {@code status.podIP} alone; empty until it has one
 * @param nodeName       empty until it is scheduled
 * @param serviceAccount empty when none is named
 * @param hostNetwork    whether its addresses are its node's
 * @param ended          whether its phase is Succeeded or Failed: its addresses may be another's
 */
public record Pod(ObjectMeta meta, List<IpAddress> addresses, String nodeName, String serviceAccount, boolean hostNetwork, boolean ended)
        implements Resource {

    public static final String KIND = "Pod";

    public Pod {
        addresses = List.copyOf(addresses);
    }

    @Override
    public String kind() {
        return KIND;
    }
}
