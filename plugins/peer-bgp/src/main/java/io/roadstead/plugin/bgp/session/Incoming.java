package io.roadstead.plugin.bgp.session;

import java.util.function.Consumer;

import io.roadstead.plugin.bgp.codec.BgpError;
import io.roadstead.plugin.bgp.codec.BgpMessage;

/** Owns an accepted connection until it has come to the session's loop. */
record Incoming(Consumer<BgpChannel> taker) implements BgpChannel.Owner {

    @Override
    public void opened(BgpChannel source) {
        taker.accept(source);
    }

    @Override
    public void received(BgpChannel source, BgpMessage message) {
        source.close();
    }

    @Override
    public void refused(BgpChannel source, BgpError error) {
        source.close();
    }

    @Override
    public void writabilityChanged(BgpChannel source) {
        // nothing was written yet
    }

    @Override
    public void closed(BgpChannel source, String cause) {
        // gone before it was taken
    }
}
