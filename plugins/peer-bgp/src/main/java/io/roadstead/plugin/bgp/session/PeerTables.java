package io.roadstead.plugin.bgp.session;

import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.PathAttributes;
import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.peer.PeerSession.Direction;
import io.roadstead.api.peer.PeerStatus.FamilyStatus;
import io.roadstead.api.peer.RouteDelta;
import io.roadstead.api.peer.RouteEntry;
import io.roadstead.plugin.bgp.codec.BgpMessage;
import io.roadstead.plugin.bgp.codec.MessageEncoder;
import io.roadstead.plugin.bgp.codec.Negotiation;
import io.roadstead.plugin.bgp.codec.UpdateEncoder;
import io.roadstead.plugin.bgp.codec.UpdateOutcome;
import io.roadstead.plugin.bgp.rib.AdjRibIn;
import io.roadstead.plugin.bgp.rib.AdjRibOut;
import io.roadstead.plugin.bgp.rib.ImportChecks;
import io.roadstead.plugin.bgp.rib.OutboundAttributes;
import io.roadstead.plugin.bgp.rib.PathSource;
import io.roadstead.plugin.bgp.rib.PrefixSource;
import io.roadstead.plugin.bgp.rib.RouteChange;
import io.roadstead.plugin.bgp.rib.UpdateSink;

/** The routes of a session: what came in, what is to go out, and how it goes. What is wanted outlives connections. Confined to the session's loop. */
final class PeerTables {

    /** Messages in one turn of the loop, so that timers and other sessions have theirs. */
    private static final int BUDGET_MESSAGES = 128;

    private final InstantSource clock;
    private final InstanceRibs ribs;
    private final Counters counters;
    private final Consumer<String> unsaid;
    private final Map<AfiSafi, AdjRibIn> in = new EnumMap<>(AfiSafi.class);
    private final Map<AfiSafi, AdjRibOut> out = new EnumMap<>(AfiSafi.class);
    private final Set<AfiSafi> endOfRibReceived = EnumSet.noneOf(AfiSafi.class);
    /** RFC 4760 §7: what the peer says of them is ignored until the session ends. */
    private final Set<AfiSafi> disabled = EnumSet.noneOf(AfiSafi.class);
    private @Nullable Up up;

    /** @param unsaid told in words of routes that the peer is not told */
    PeerTables(InstantSource clock, InstanceRibs ribs, Counters counters, Consumer<String> unsaid) {
        this.clock = clock;
        this.ribs = ribs;
        this.counters = counters;
        this.unsaid = unsaid;
        for (AfiSafi family : AfiSafi.values()) {
            in.put(family, new AdjRibIn(family));
            out.put(family, new AdjRibOut(family));
        }
    }

    /** The session is up: the peer knows nothing, and what goes out is said in the words of this connection. */
    void connected(Channel channel, Negotiation negotiation, PathSource source, ImportChecks checks, IpAddress local) {
        up = new Up(channel, negotiation, new UpdateEncoder(negotiation.codec()), source, checks);
        OutboundAttributes outbound = new OutboundAttributes(checks.localAsn(), negotiation.codec().internal(), local,
                Addresses.beside(local, AddressFamily.IPV4).orElse(null), Addresses.beside(local, AddressFamily.IPV6).orElse(null),
                !negotiation.codec().extendedNextHop().isEmpty());
        for (AfiSafi family : negotiation.codec().families()) {
            out(family).connected(route -> outbound.of(family, route), true);
        }
    }

    void disconnected() {
        Up was = up;
        up = null;
        endOfRibReceived.clear();
        disabled.clear();
        out.values().forEach(AdjRibOut::disconnected);
        in.forEach((family, table) -> {
            List<RouteChange> changes = table.clear(clock.instant());
            if (was != null) {
                ribs.apply(was.source, family, changes);
            }
        });
    }

    void replace(AfiSafi family, Map<IpPrefix, RouteAttributes> routes) {
        out(family).replace(routes);
    }

    void update(AfiSafi family, RouteDelta delta) {
        out(family).update(delta);
    }

    /** Carries a message out; gives the families whose End-of-RIB it was and what was wrong with it. */
    Received received(BgpMessage.Update update) {
        Up session = up;
        if (session == null) {
            return new Received(null, "");
        }
        Instant now = clock.instant();
        for (BgpMessage.Withdrawal withdrawal : update.withdrawn()) {
            if (usable(session, withdrawal.family())) {
                ribs.apply(session.source, withdrawal.family(), in(withdrawal.family()).withdraw(withdrawal.prefixes(), now));
            }
        }
        for (BgpMessage.Announcement announcement : update.announced()) {
            if (usable(session, announcement.family())) {
                String ineligible = session.checks.ineligible(announcement.attributes());
                ribs.apply(session.source, announcement.family(),
                        in(announcement.family()).announce(announcement.attributes(), announcement.prefixes(), ineligible, now));
            }
        }
        AfiSafi endOfRib = update.endOfRib();
        if (endOfRib != null && usable(session, endOfRib)) {
            endOfRibReceived.add(endOfRib);
        }
        return new Received(endOfRib, fault(session, update.outcome(), now));
    }

    private String fault(Up session, UpdateOutcome outcome, Instant now) {
        return switch (outcome) {
            case UpdateOutcome.Accepted _,UpdateOutcome.SessionReset _ -> "";
            case UpdateOutcome.AttributeDiscard discard -> {
                counters.attributeDiscarded(discard.faults().size());
                yield "UPDATE with attributes discarded: " + discard.faults().getFirst().detail();
            }
            case UpdateOutcome.TreatAsWithdraw withdraw -> {
                counters.treatedAsWithdraw();
                yield "UPDATE treated as withdrawal: " + withdraw.faults().getFirst().detail();
            }
            case UpdateOutcome.AfiSafiDisable disable -> {
                disabled.add(disable.family());
                ribs.apply(session.source, disable.family(), in(disable.family()).clear(now));
                yield disable.family() + " ignored until the session ends: " + disable.faults().getFirst().detail();
            }
        };
    }

    /** RFC 2918, RFC 7313. */
    void refresh(BgpMessage.RouteRefresh refresh) {
        AfiSafi family = refresh.family().orElse(null);
        Up session = up;
        if (session == null || family == null || !session.negotiation.codec().families().contains(family)) {
            return;
        }
        switch (refresh.kind()) {
            case REQUEST -> out(family).refresh(session.negotiation.enhancedRouteRefresh());
            case BEGIN -> in(family).markStale();
            case END -> ribs.apply(session.source, family, in(family).removeStale(clock.instant()));
        }
    }

    /** Says what is left to say as far as the peer takes it and the budget goes; true when to go on in another turn. */
    boolean drain() {
        Up session = up;
        if (session == null) {
            return false;
        }
        Sink sink = new Sink(session);
        boolean quiet = true;
        for (AfiSafi family : session.negotiation.codec().families()) {
            quiet &= out(family).drain(sink, clock.instant());
        }
        if (sink.written > 0) {
            session.channel.flush();
        }
        return !quiet && session.channel.isWritable();
    }

    List<RouteEntry> entries(Direction direction, AfiSafi family) {
        return switch (direction) {
            case RECEIVED -> in(family).entries();
            case ADVERTISED -> out(family).entries();
        };
    }

    FamilyStatus status(AfiSafi family) {
        AdjRibIn received = in(family);
        AdjRibOut advertised = out(family);
        return new FamilyStatus(up != null && up.negotiation.codec().families().contains(family), received.size(), received.accepted(),
                advertised.advertised(), advertised.pending(), endOfRibReceived.contains(family), advertised.endOfRibSent());
    }

    private boolean usable(Up session, AfiSafi family) {
        return session.negotiation.codec().families().contains(family) && !disabled.contains(family);
    }

    private AdjRibIn in(AfiSafi family) {
        return Objects.requireNonNull(in.get(family));
    }

    private AdjRibOut out(AfiSafi family) {
        return Objects.requireNonNull(out.get(family));
    }

    /** What came of an UPDATE: End-of-RIB of a family or null, and a fault in words or nothing. */
    record Received(@Nullable AfiSafi endOfRib, String fault) {
    }

    private record Up(Channel channel, Negotiation negotiation, UpdateEncoder encoder, PathSource source, ImportChecks checks) {
    }

    /** Writes without flushing, until the channel has enough or the budget is used up. */
    private final class Sink implements UpdateSink {
        private final Up session;
        private int written;

        private Sink(Up session) {
            this.session = session;
        }

        @Override
        public boolean writable() {
            return written < BUDGET_MESSAGES && session.channel.isWritable();
        }

        @Override
        public boolean announce(AfiSafi family, PathAttributes attributes, PrefixSource prefixes) {
            ByteBuf message = session.channel.alloc().buffer();
            if (!session.encoder.announce(message, family, attributes, prefixes)) {
                message.release();
                return false;
            }
            write(message);
            return true;
        }

        @Override
        public void tooLong(IpPrefix one, int prefixes) {
            unsaid.accept(
                    one + (prefixes == 1 ? "" : " and " + (prefixes - 1) + " more") + " not advertised: the attributes fit no message of "
                            + session.negotiation.codec().maxSent() + " octets; advertise with fewer communities");
        }

        @Override
        public void withdraw(AfiSafi family, PrefixSource prefixes) {
            encode(message -> session.encoder.withdraw(message, family, prefixes));
        }

        @Override
        public void endOfRib(AfiSafi family) {
            encode(message -> session.encoder.endOfRib(message, family));
        }

        @Override
        public void refreshMark(AfiSafi family, boolean end) {
            BgpMessage.RouteRefresh mark = BgpMessage.RouteRefresh.of(family,
                    end ? BgpMessage.RouteRefresh.Kind.END : BgpMessage.RouteRefresh.Kind.BEGIN);
            ByteBuf message = session.channel.alloc().buffer();
            MessageEncoder.routeRefresh(message, mark);
            session.channel.write(message, session.channel.voidPromise());
            counters.sent(mark);
            written++;
        }

        private void encode(Consumer<ByteBuf> encoder) {
            ByteBuf message = session.channel.alloc().buffer();
            encoder.accept(message);
            write(message);
        }

        private void write(ByteBuf message) {
            session.channel.write(message, session.channel.voidPromise());
            counters.sentUpdates(1);
            written++;
        }
    }
}
