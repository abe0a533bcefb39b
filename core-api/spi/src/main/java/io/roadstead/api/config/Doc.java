package io.roadstead.api.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a configuration key means; the configuration reference is generated from it. Every component of a configuration record has one. */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.TYPE})
public @interface Doc {
    /** One sentence: the meaning, with unit and range where the type does not say them. */
    String value();

    /** An example value as HOCON; empty when the default says enough. */
    String example() default "";
}
