package io.roadstead.plugin.planted;

/** Prints. */
public final class Prints {
    private Prints() {
    }

    static void print() {
        System.out.println();
    }
}
