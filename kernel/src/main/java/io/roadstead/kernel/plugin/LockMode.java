package io.roadstead.kernel.plugin;

/** What {@code plugins.lock} means. */
public enum LockMode {
    /** A plugin whose id is in the lock must be the one that is locked; others load and are shown as unlisted. */
    PINNED,
    /** Only what is in the lock loads. */
    ENFORCE,
    /** The lock is not read. */
    OFF
}
