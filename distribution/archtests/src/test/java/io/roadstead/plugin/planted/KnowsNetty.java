package io.roadstead.plugin.planted;

import io.netty.buffer.ByteBuf;

/** Netty in a plugin that has no business with it. */
public interface KnowsNetty {
    ByteBuf buffer();
}
