package io.roadstead.api.model.planted;

/** Neither record nor enum nor interface. */
public final class ClassInModel {
}
