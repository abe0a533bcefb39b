package io.roadstead.plugin.healthcheck;

/** Answers requests of one port. Called on the loop; returns at once. */
@FunctionalInterface
interface Responder {
    /** @param path as in the request line, with its query */
    Answer answer(String path);
}
