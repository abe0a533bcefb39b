package io.roadstead.api.route;

/** Why something was decided. Implemented by enums; plugins bring their own. */
public interface ReasonCode {
    /** Upper snake case; stable: it is a metrics label and is matched by scripts. */
    String name();

    /** One clause for people, without the subject. */
    String text();
}
