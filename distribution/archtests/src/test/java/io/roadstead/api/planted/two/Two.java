package io.roadstead.api.planted.two;

import io.roadstead.api.planted.one.One;

/** Half of a cycle. */
public interface Two {
    One one();
}
