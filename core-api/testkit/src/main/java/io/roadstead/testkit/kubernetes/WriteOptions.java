package io.roadstead.testkit.kubernetes;

/**
 * How a write was asked for.
 *
 * @param fieldManager who writes
 * @param strict whether unknown fields refuse the write instead of being dropped
 * @param force whether an apply takes fields from others
 * @param mayCreate whether the writer may make an object that an apply names and that is not there
 */
record WriteOptions(String fieldManager, boolean strict, boolean dryRun, boolean force, boolean mayCreate) {

    /** For what a test writes past the API's front door. */
    static WriteOptions of(String fieldManager) {
        return new WriteOptions(fieldManager, false, false, true, true);
    }
}
