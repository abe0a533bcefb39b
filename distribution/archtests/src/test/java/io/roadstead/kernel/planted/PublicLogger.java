package io.roadstead.kernel.planted;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A logger that others can use. */
public final class PublicLogger {
    public static final Logger LOG = LoggerFactory.getLogger(PublicLogger.class);

    private PublicLogger() {
    }
}
