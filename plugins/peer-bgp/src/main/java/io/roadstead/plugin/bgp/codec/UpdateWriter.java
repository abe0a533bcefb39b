package io.roadstead.plugin.bgp.codec;

import io.netty.buffer.ByteBuf;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.PathAttributes;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.plugin.bgp.rib.PrefixSource;
import io.roadstead.plugin.bgp.rib.UpdateSink;

/** Puts what an Adj-RIB-Out says into a buffer, until that holds as much as it was asked for and the last message over it. */
public final class UpdateWriter implements UpdateSink {

    private final UpdateEncoder encoder;
    private final ByteBuf out;
    private final int wantedBytes;
    private int updates;
    private int refreshMarks;

    public UpdateWriter(UpdateEncoder encoder, ByteBuf out, int wantedBytes) {
        this.encoder = encoder;
        this.out = out;
        this.wantedBytes = wantedBytes;
    }

    /** UPDATEs written, End-of-RIB included. */
    public int updates() {
        return updates;
    }

    /** ROUTE-REFRESH messages written. */
    public int refreshMarks() {
        return refreshMarks;
    }

    @Override
    public boolean writable() {
        return out.readableBytes() < wantedBytes;
    }

    @Override
    public boolean announce(AfiSafi family, PathAttributes attributes, PrefixSource prefixes) {
        boolean fits = encoder.announce(out, family, attributes, prefixes);
        updates += fits ? 1 : 0;
        return fits;
    }

    @Override
    public void tooLong(IpPrefix one, int prefixes) {
        // nothing was written
    }

    @Override
    public void withdraw(AfiSafi family, PrefixSource prefixes) {
        encoder.withdraw(out, family, prefixes);
        updates++;
    }

    @Override
    public void endOfRib(AfiSafi family) {
        encoder.endOfRib(out, family);
        updates++;
    }

    @Override
    public void refreshMark(AfiSafi family, boolean end) {
        MessageEncoder.routeRefresh(out, BgpMessage.RouteRefresh.of(family,
                end ? BgpMessage.RouteRefresh.Kind.END : BgpMessage.RouteRefresh.Kind.BEGIN));
        refreshMarks++;
    }
}
