package io.roadstead.kernel.route;

import io.roadstead.api.model.bgp.BgpAdvertisement;

/**
 * An item of an advertisement that a peer gets.
 *
 * @param nodeExcluded whether its node selector excludes this node
 */
record PlannedEntry(EntryKey key, BgpAdvertisement.Entry entry, boolean nodeExcluded) {
}
