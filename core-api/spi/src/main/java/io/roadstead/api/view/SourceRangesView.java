package io.roadstead.api.view;

import io.roadstead.api.lb.Frontend;
import io.roadstead.api.lb.SourceRanges;

/** Who may connect to a frontend. */
public record SourceRangesView(Frontend frontend, String service, SourceRanges ranges) {
}
