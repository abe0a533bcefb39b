package io.roadstead.kernel.planted;

import com.fasterxml.jackson.core.JsonFactory;

/** JSON outside of its rooms. */
final class KnowsJson {

    JsonFactory factory() {
        return new JsonFactory();
    }
}
