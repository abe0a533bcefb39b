package io.roadstead.plugin.bgp.session;

import java.time.Duration;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.config.Secret;
import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.BgpTimers;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.RouterId;
import io.roadstead.api.peer.PeerId;
import io.roadstead.api.peer.PeerSpec;

/** Specifications for tests, one changed field at a time. */
final class Specs {

    private PeerId id = new PeerId("instance-65001", "tor");
    private long localAsn = 65001;
    private String routerId = "192.0.2.1";
    private @Nullable Integer localPort;
    private String peerAddress = "192.0.2.2";
    private int peerPort = 179;
    private long peerAsn = 65000;
    private @Nullable String localAddress;
    private @Nullable String sourceInterface;
    private Duration connectRetry = Duration.ofSeconds(5);
    private Duration hold = Duration.ofSeconds(9);
    private Duration keepalive = Duration.ofSeconds(3);
    private @Nullable String password;
    private @Nullable Duration restartTime;
    private int ebgpMultihop = 1;
    private Set<AfiSafi> families = Set.of(AfiSafi.IPV4_UNICAST);
    private boolean passive;

    static Specs specs() {
        return new Specs();
    }

    Specs id(String instance, String peer) {
        id = new PeerId(instance, peer);
        return this;
    }

    Specs localAsn(long value) {
        localAsn = value;
        return this;
    }

    Specs routerId(String value) {
        routerId = value;
        return this;
    }

    Specs localPort(@Nullable Integer value) {
        localPort = value;
        return this;
    }

    Specs peer(String address, int port) {
        peerAddress = address;
        peerPort = port;
        return this;
    }

    Specs peerAsn(long value) {
        peerAsn = value;
        return this;
    }

    Specs localAddress(@Nullable String value) {
        localAddress = value;
        return this;
    }

    Specs sourceInterface(@Nullable String value) {
        sourceInterface = value;
        return this;
    }

    Specs connectRetry(int seconds) {
        connectRetry = Duration.ofSeconds(seconds);
        return this;
    }

    Specs timers(int holdSeconds, int keepaliveSeconds) {
        hold = Duration.ofSeconds(holdSeconds);
        keepalive = Duration.ofSeconds(keepaliveSeconds);
        return this;
    }

    Specs password(@Nullable String value) {
        password = value;
        return this;
    }

    Specs restartTime(int seconds) {
        restartTime = Duration.ofSeconds(seconds);
        return this;
    }

    Specs ebgpMultihop(int value) {
        ebgpMultihop = value;
        return this;
    }

    Specs families(AfiSafi... values) {
        families = Set.of(values);
        return this;
    }

    Specs passive() {
        passive = true;
        return this;
    }

    PeerSpec build() {
        return new PeerSpec(id, new AsNumber(localAsn), RouterId.parse(routerId), localPort, IpAddress.parse(peerAddress), peerPort,
                new AsNumber(peerAsn), localAddress == null ? null : IpAddress.parse(localAddress), sourceInterface,
                new BgpTimers(connectRetry, hold, keepalive), password == null ? null : Secret.of(password), restartTime, ebgpMultihop,
                families,
                passive);
    }
}
