package io.roadstead.api.model.planted;

import java.util.List;

/** Shares its list with whoever made it. */
public record SharedCollection(List<String> shared) {
}
