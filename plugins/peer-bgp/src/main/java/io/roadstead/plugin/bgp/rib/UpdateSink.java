package io.roadstead.plugin.bgp.rib;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.PathAttributes;
import io.roadstead.api.model.net.IpPrefix;

/** Where an {@link AdjRibOut} says its changes, one message a call. */
public interface UpdateSink {

    /** Whether it takes one more message now. */
    boolean writable();

    /** Takes as many prefixes as one message holds; false, and none taken, when the attributes do not fit any message. */
    boolean announce(AfiSafi family, PathAttributes attributes, PrefixSource prefixes);

    /** What {@link #announce} could not take is given up until its attributes change: this prefix and all that share them. */
    void tooLong(IpPrefix one, int prefixes);

    /** Takes as many prefixes as one message holds. */
    void withdraw(AfiSafi family, PrefixSource prefixes);

    /** All that was wanted at the start has been said (RFC 4724 §2). */
    void endOfRib(AfiSafi family);

    /** Everything is being said again from here on, or has been (RFC 7313 §4). */
    void refreshMark(AfiSafi family, boolean end);
}
