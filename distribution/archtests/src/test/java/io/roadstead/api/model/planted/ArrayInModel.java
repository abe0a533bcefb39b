package io.roadstead.api.model.planted;

/** Holds an array. */
@SuppressWarnings("ArrayRecordComponent") // planted
public record ArrayInModel(byte[] bytes) {
}
