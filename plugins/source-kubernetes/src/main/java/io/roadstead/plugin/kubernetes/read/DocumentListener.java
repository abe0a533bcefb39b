package io.roadstead.plugin.kubernetes.read;

import java.util.Map;

import io.roadstead.api.model.meta.ResourceKey;

/** Sees the documents of those kinds that have a status of ours, before what was decoded of them is told to the kernel. Called on the source's loop. */
public interface DocumentListener {
    /** An object as the server has it now. */
    void seen(Map<String, ?> document);

    /** An object that is no more, or not followed any more. */
    void gone(ResourceKey key);
}
