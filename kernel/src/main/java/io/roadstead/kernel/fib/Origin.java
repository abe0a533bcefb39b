package io.roadstead.kernel.fib;

/** Where a wanted route comes from. */
enum Origin {
    DIRECT("direct"), BGP("bgp");

    private final String text;

    Origin(String text) {
        this.text = text;
    }

    /** For views and metrics. */
    String text() {
        return text;
    }
}
