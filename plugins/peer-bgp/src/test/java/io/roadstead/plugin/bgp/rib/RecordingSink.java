package io.roadstead.plugin.bgp.rib;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.PathAttributes;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;

/** A peer that believes what it is told and complains of what it need not have been told. */
final class RecordingSink implements UpdateSink {

    final Map<IpPrefix, PathAttributes> view = new HashMap<>();
    final List<String> messages = new ArrayList<>();
    final List<String> problems = new ArrayList<>();
    /** Messages that it still takes. */
    int budget = Integer.MAX_VALUE;
    /** A refresh was asked for. */
    boolean mayRepeat;
    boolean endOfRib;
    boolean refreshing;
    /** Attributes that do not fit a message. */
    PathAttributes tooLong;
    private final int prefixesPerMessage;
    /** Told before a refresh and not again in it. */
    private final Set<IpPrefix> unconfirmed = new HashSet<>();

    RecordingSink(int prefixesPerMessage) {
        this.prefixesPerMessage = prefixesPerMessage;
    }

    void forget() {
        view.clear();
        unconfirmed.clear();
        endOfRib = false;
        refreshing = false;
    }

    @Override
    public boolean writable() {
        return budget > 0;
    }

    @Override
    public boolean announce(AfiSafi family, PathAttributes attributes, PrefixSource prefixes) {
        if (attributes.equals(tooLong)) {
            return false;
        }
        for (IpPrefix prefix : take(prefixes, "+")) {
            unconfirmed.remove(prefix);
            if (attributes.equals(view.put(prefix, attributes)) && !mayRepeat) {
                problems.add(prefix + " announced again unchanged");
            }
        }
        return true;
    }

    @Override
    public void tooLong(IpPrefix one, int prefixes) {
        messages.add("too long " + prefixes);
    }

    @Override
    public void withdraw(AfiSafi family, PrefixSource prefixes) {
        for (IpPrefix prefix : take(prefixes, "-")) {
            if (view.remove(prefix) == null) {
                problems.add(prefix + " withdrawn but never announced");
            }
        }
    }

    @Override
    public void endOfRib(AfiSafi family) {
        budget--;
        messages.add("end-of-rib");
        if (endOfRib) {
            problems.add("second end-of-rib");
        }
        endOfRib = true;
    }

    @Override
    public void refreshMark(AfiSafi family, boolean end) {
        budget--;
        messages.add(end ? "refresh-end" : "refresh-begin");
        if (refreshing != end || !endOfRib) {
            problems.add("refresh mark out of order");
        }
        refreshing = !end;
        if (end) {
            view.keySet().removeAll(unconfirmed); // RFC 7313 §4.2
        }
        unconfirmed.clear();
        unconfirmed.addAll(end ? Set.of() : view.keySet());
    }

    private List<IpPrefix> take(PrefixSource prefixes, String sign) {
        budget--;
        List<IpPrefix> taken = new ArrayList<>();
        while (prefixes.hasNext() && taken.size() < prefixesPerMessage) {
            IpAddress address = prefixes.family() == AddressFamily.IPV4
                    ? IpAddress.ipv4((int) prefixes.low())
                    : IpAddress.ipv6(prefixes.high(), prefixes.low());
            taken.add(new IpPrefix(address, prefixes.length()));
            prefixes.next();
        }
        if (taken.isEmpty()) {
            problems.add("an empty message");
        }
        messages.add(sign + taken.stream().sorted().map(IpPrefix::toString).toList());
        return taken;
    }
}
