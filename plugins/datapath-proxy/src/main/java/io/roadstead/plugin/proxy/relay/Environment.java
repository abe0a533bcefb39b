package io.roadstead.plugin.proxy.relay;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

import io.roadstead.api.lb.LocalNode;
import io.roadstead.api.lb.ProxyDispatch.ClientAddress;
import io.roadstead.plugin.netty.api.NettyTransport;

/**
 * What all sockets of a datapath share. The suppliers answer at once, from any thread, with what is in force now.
 *
 * @param modes how each dispatch mode tells backends of the client, by its name
 */
public record Environment(NettyTransport transport, List<Worker> workers, AtomicInteger turn, Supplier<ProxyConfig> config,
        Supplier<LocalNode> node, Supplier<Map<String, ClientAddress>> modes, RandomGenerator random, Traffic traffic, FlowFeed feed) {

    /** The workers in turn. */
    public Worker nextWorker() {
        return workers.get(Math.floorMod(turn.getAndIncrement(), workers.size()));
    }
}
