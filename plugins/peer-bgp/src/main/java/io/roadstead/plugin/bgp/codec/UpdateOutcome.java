package io.roadstead.plugin.bgp.codec;

import java.util.List;

import io.roadstead.api.model.bgp.AfiSafi;

/** What became of an UPDATE: the ladder of RFC 7606 §2 from mild to strong. The strongest that any of its errors asks for wins. */
public sealed interface UpdateOutcome {

    /** Nothing wrong. */
    UpdateOutcome ACCEPTED = new Accepted();

    /** The faults, in the order in which they stand in the message. */
    List<AttributeFault> faults();

    /** Used as it came. */
    record Accepted() implements UpdateOutcome {
        @Override
        public List<AttributeFault> faults() {
            return List.of();
        }
    }

    /** Used without the faulty attributes. */
    record AttributeDiscard(List<AttributeFault> faults) implements UpdateOutcome {
        public AttributeDiscard {
            faults = List.copyOf(faults);
        }
    }

    /** Every announced prefix has become a withdrawn one. */
    record TreatAsWithdraw(List<AttributeFault> faults) implements UpdateOutcome {
        public TreatAsWithdraw {
            faults = List.copyOf(faults);
        }
    }

    /**
     * The prefixes of one family cannot be told (RFC 4760 §7): all that the peer sent of it is to be dropped, and what it sends of it until the session ends is to be
     * ignored. The other family of the message holds.
     */
    record AfiSafiDisable(AfiSafi family, List<AttributeFault> faults) implements UpdateOutcome {
        public AfiSafiDisable {
            faults = List.copyOf(faults);
        }
    }

    /** The message cannot be understood; {@link MessageDecoder} turns it into {@link DecodeResult.Refused}. */
    record SessionReset(BgpError error, List<AttributeFault> faults) implements UpdateOutcome {
        public SessionReset {
            faults = List.copyOf(faults);
        }
    }
}
