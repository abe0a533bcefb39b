package io.roadstead.plugin.proxy;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

import io.roadstead.api.lb.Datapath;
import io.roadstead.api.lb.DispatchMode;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.lb.LocalNode;
import io.roadstead.api.lb.ProxyDispatch;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.plugin.InstanceStatus;
import io.roadstead.plugin.netty.EpollOrNioTransport;
import io.roadstead.plugin.netty.api.NettyTransport;
import io.roadstead.plugin.proxy.relay.ProxyConfig;
import io.roadstead.testkit.FakePluginContext;

/** A datapath on two loops of its own, with real sockets and the test's seconds. */
public final class ProxyBox implements AutoCloseable {

    public static final Duration SOON = Duration.ofSeconds(10);
    public static final ProxyConfig CONFIG = new ProxyConfig(false, Duration.ofSeconds(2), 3, Duration.ofHours(1), Duration.ofMinutes(2),
            Duration.ofSeconds(60), Duration.ofMinutes(5), 50_000, 0, 10_000, 262_144, 1 << 20);
    static final LocalNode NODE =
            new LocalNode("node-1", List.of(IpAddress.parse("192.0.2.1")), List.of(IpPrefix.parse("10.1.0.0/24")), "", 7);

    final FakePluginContext context = new FakePluginContext("datapath-proxy", Path.of("target", "state"));
    final SecondsTransport transport;
    final ProxyDatapath datapath;

    public ProxyBox() {
        this(CONFIG);
    }

    public ProxyBox(ProxyConfig config) {
        this(EpollOrNioTransport.best(2, Thread.ofPlatform().daemon().factory()), config);
    }

    /** Over epoll or, as on other systems, not. */
    static ProxyBox over(boolean epoll, ProxyConfig config) {
        ThreadFactory threads = Thread.ofPlatform().daemon().factory();
        return new ProxyBox(epoll ? EpollOrNioTransport.best(2, threads) : EpollOrNioTransport.nio(2, threads), config);
    }

    /** On a transport that is closed by whoever made it. */
    static ProxyBox on(NettyTransport transport) {
        return new ProxyBox(transport, CONFIG);
    }

    private ProxyBox(NettyTransport real, ProxyConfig config) {
        transport = new SecondsTransport(real);
        Datapath<ProxyConfig> made = new ProxyDatapathFactory(transport).create("proxy", config, context);
        datapath = (ProxyDatapath) made;
        datapath.localNode(NODE);
        datapath.dispatchModes(modes());
        transport.settle();
    }

    /** {@code snat} hides the client, {@code dsr} tells of it; {@code foreign} is nothing for a proxy. */
    static Map<String, DispatchMode<?>> modes() {
        return Map.of("snat", new Mode(ProxyDispatch.ClientAddress.HIDDEN), "dsr", new Mode(ProxyDispatch.ClientAddress.PROXY_PROTOCOL_V2),
                "foreign", new ForeignMode());
    }

    /** Replaces everything and waits until all of it listens. */
    public void serve(States... wanted) {
        List<FrontendState> states = new ArrayList<>();
        for (States each : wanted) {
            states.add(each.build());
        }
        datapath.replace(states);
        eventually(SOON, () -> {
            assertThat(problems()).isEmpty();
            assertThat(await(datapath.entries()).stream().filter(entry -> !entry.flags().contains("not-listening"))).hasSize(states.size());
        });
        transport.settle();
    }

    public List<String> problems() {
        return datapath.status().problems();
    }

    long counter(String name) {
        return await(datapath.counters()).stream().filter(counter -> counter.reason().equals(name)).findFirst()
                .orElseThrow(() -> new AssertionError("no counter " + name)).packets();
    }

    static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        datapath.close();
        transport.close();
    }

    /** No configuration. */
    public record None() {
    }

    private record Mode(ClientAddress clientAddress) implements DispatchMode<None>, ProxyDispatch {
        @Override
        public Set<Need> needs() {
            return Set.of();
        }

        @Override
        public String label() {
            return "TEST";
        }

        @Override
        public boolean reconfigure(None config) {
            return true;
        }

        @Override
        public InstanceStatus status() {
            return InstanceStatus.ok("");
        }

        @Override
        public void close() {
            // holds nothing
        }
    }

    private record ForeignMode() implements DispatchMode<None> {
        @Override
        public Set<Need> needs() {
            return Set.of();
        }

        @Override
        public String label() {
            return "TEST";
        }

        @Override
        public boolean reconfigure(None config) {
            return true;
        }

        @Override
        public InstanceStatus status() {
            return InstanceStatus.ok("");
        }

        @Override
        public void close() {
            // holds nothing
        }
    }
}
