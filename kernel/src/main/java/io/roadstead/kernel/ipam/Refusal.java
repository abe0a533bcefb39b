package io.roadstead.kernel.ipam;

import java.util.Locale;

/**
 * Why a Service did not get an address.
 *
 * @param message for people: what is in the way, and the remedy
 */
record Refusal(Why why, String message) {

    /** The reasons of the Service's condition, named as Cilium names them. */
    enum Why {
        NO_POOL, POOL_SELECTOR_MISMATCH, ALREADY_ALLOCATED, ALREADY_ALLOCATED_INCOMPATIBLE_SERVICE, OUT_OF_IPS;

        /** As it stands in the condition. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
