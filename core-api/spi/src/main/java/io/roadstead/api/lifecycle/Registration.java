package io.roadstead.api.lifecycle;

/** Something handed to another part that must be taken back. The kernel closes what a plugin left open when it unloads. */
@FunctionalInterface
public interface Registration extends AutoCloseable {
    /** Takes it back. Idempotent; throws nothing checked. */
    @Override
    void close();
}
