package io.roadstead.plugin.bgp.session;

import io.roadstead.api.config.Doc;
import io.roadstead.api.model.net.IpAddress;

/** Section {@code roadstead.peer-protocols.bgp}. */
@Doc("How this agent speaks BGP; instances and peers stand in roadstead.bgp")
public record BgpConfig(
        @Doc("address that instances with a local port listen on; :: is every IPv4 and IPv6 address") IpAddress listenAddress,
        @Doc("text that peers without graceful restart are told when the agent stops (RFC 9003), at most 255 octets; may be empty") String shutdownCommunication,
        @Doc("most received paths of equal cost that count as best, at least 1") int maximumPaths,
        @Doc("paths of equal cost may have different AS paths of the same length") boolean multipathRelax,
        @Doc("how often the own AS number may stand in the path of a received route that is used all the same, 0 to 10; nodes of one AS learn one another's Pod CIDRs from a router with 1") int allowOwnAs) {

    public BgpConfig {
        if (maximumPaths < 1) {
            throw new IllegalArgumentException("maximum-paths " + maximumPaths + " is less than 1");
        }
        if (allowOwnAs < 0 || allowOwnAs > 10) {
            throw new IllegalArgumentException("allow-own-as must be 0 to 10");
        }
    }
}
