package io.roadstead.plugin.bgp.session;

import java.net.NoRouteToHostException;

/** Says in words what a socket reported. */
final class Failures {

    private Failures() {
    }

    /** Like {@code connection refused}, without Netty's and Java's class names. */
    static String text(Throwable cause) {
        if (cause instanceof NoRouteToHostException) {
            return "no route to host"; // Netty's own has no message, to which it puts the address: "null: /192.168.10.200:179"
        }
        String message = cause.getMessage();
        if (message == null || message.isEmpty()) {
            return cause.getClass().getSimpleName();
        }
        // Netty: "finishConnect(..) failed with error(-111): Connection refused: /127.0.0.1:179"
        String text = message.replaceFirst("^\\w+\\(\\.\\.\\) failed(?: with error\\(-?\\d+\\))?: ", "").replaceFirst(": \\S*/\\S+$", "");
        return text.isEmpty() ? message : Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }
}
