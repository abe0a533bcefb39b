package io.roadstead.api.planted;

import com.typesafe.config.Config;

/** core-api with HOCON in a signature. */
public interface KnowsHocon {
    /** Breaks rules 1, 2 and 7. */
    Config config();
}
