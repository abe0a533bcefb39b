package io.roadstead.kernel.mesh.schema;

/** Text from outside within a message: short, and on one line. */
final class Quoted {

    private static final int MOST = 64;

    private Quoted() {
    }

    static String text(String value) {
        StringBuilder shown = new StringBuilder("'");
        value.codePoints().limit(MOST).map(point -> Character.isISOControl(point) ? '?' : point).forEach(shown::appendCodePoint);
        return shown.append(value.codePointCount(0, value.length()) > MOST ? "…'" : "'").toString();
    }
}
