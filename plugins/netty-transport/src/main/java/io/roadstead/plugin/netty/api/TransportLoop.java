package io.roadstead.plugin.netty.api;

import io.netty.channel.EventLoop;

import io.roadstead.api.time.Loop;

/** A loop that also carries channels. */
public interface TransportLoop extends Loop {
    /** The event loop that it is. */
    EventLoop eventLoop();
}
