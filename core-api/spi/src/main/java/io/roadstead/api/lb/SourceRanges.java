package io.roadstead.api.lb;

import java.util.List;

import io.roadstead.api.model.net.IpPrefix;

/**
 * Who may connect.
 *
 * @param prefixes none means everybody
 * @param deny     whether the prefixes are kept out instead of let in
 */
public record SourceRanges(List<IpPrefix> prefixes, boolean deny) {

    /** Everybody may connect. */
    public static final SourceRanges EVERYBODY = new SourceRanges(List.of(), false);

    public SourceRanges {
        prefixes = List.copyOf(prefixes);
    }
}
