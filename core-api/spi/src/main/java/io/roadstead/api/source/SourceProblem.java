package io.roadstead.api.source;

/**
 * Something wrong with a source's input. What it is about is refused alone, and keeps its last good content where it had one.
 *
 * @param origin  file and line, or object
 * @param field   path within the object, like {@code spec.blocks[0].cidr}; empty when not about one
 * @param problem one clause
 * @param remedy  one clause; may be empty
 * @param kept    whether an earlier content is still in force
 */
public record SourceProblem(String origin, String field, String problem, String remedy, boolean kept) {
}
