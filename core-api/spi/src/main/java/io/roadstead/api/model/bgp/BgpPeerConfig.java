package io.roadstead.api.model.bgp;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.config.Secret;
import io.roadstead.api.model.meta.LabelSelector;
import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.Resource;

/**
 * A CiliumBGPPeerConfig: how to talk to a kind of peer.
 *
 * @param peerPort        1 to 65535, default 179
 * @param sourceInterface null means the route to the peer decides
 * @param authSecretRef   name of a Secret in the BGP secrets namespace with key {@code password}; null means no TCP MD5
 * @param gracefulRestart null or disabled means off
 * @param ebgpMultihop    TTL, 1 to 255; 1 means directly connected
 * @param families        empty means both unicast families without any advertisement
 * @param password       Roadstead's: TCP MD5 password from the configuration file; wins over authSecretRef; null means none
 */
public record BgpPeerConfig(ObjectMeta meta, int peerPort, @Nullable String sourceInterface, BgpTimers timers,
        @Nullable String authSecretRef,
        @Nullable GracefulRestart gracefulRestart, int ebgpMultihop, List<Family> families, @Nullable Secret password) implements Resource {

    public static final String KIND = "CiliumBGPPeerConfig";

    public BgpPeerConfig {
        families = List.copyOf(families);
        BgpClusterConfig.checkPort("transport.peerPort", peerPort);
        if (ebgpMultihop < 1 || ebgpMultihop > 255) {
            throw new IllegalArgumentException("ebgpMultihop " + ebgpMultihop + " is not in 1 to 255");
        }
    }

    /** As a Cilium resource states it: without Roadstead's own fields. */
    public BgpPeerConfig(ObjectMeta meta, int peerPort, @Nullable String sourceInterface, BgpTimers timers, @Nullable String authSecretRef,
            @Nullable GracefulRestart gracefulRestart, int ebgpMultihop, List<Family> families) {
        this(meta, peerPort, sourceInterface, timers, authSecretRef, gracefulRestart, ebgpMultihop, families, null);
    }

    /** What a peer without reference gets: port 179, default timers, both families, no advertisements. */
    public static BgpPeerConfig defaults() {
        return new BgpPeerConfig(ObjectMeta.of("", "default"), 179, null, BgpTimers.DEFAULT, null, null, 1, List.of());
    }

    @Override
    public String kind() {
        return KIND;
    }

    /**
     * Graceful restart as restarting speaker (RFC 4724).
     *
     * @param restartTime 1 to 4095 whole seconds, default 120
     */
    public record GracefulRestart(boolean enabled, Duration restartTime) {
        public GracefulRestart {
            BgpTimers.check("restartTimeSeconds", restartTime, 1, 4095);
        }
    }

    /**
     * One family.
     *
     * @param advertisements selects CiliumBGPAdvertisement objects by label; null means advertise nothing
     */
    public record Family(AfiSafi afiSafi, @Nullable LabelSelector advertisements) {
    }
}
