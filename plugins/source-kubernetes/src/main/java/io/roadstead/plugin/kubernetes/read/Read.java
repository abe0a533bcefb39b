package io.roadstead.plugin.kubernetes.read;

import java.util.Map;

import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.source.ResourceDecoder;

/**
 * One object as the server told it.
 *
 * @param key by its kind and metadata, whatever became of the rest
 */
record Read(ResourceKey key, Map<String, ?> document, ResourceDecoder.Result result) {
}
