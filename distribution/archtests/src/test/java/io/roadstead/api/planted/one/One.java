package io.roadstead.api.planted.one;

import io.roadstead.api.planted.two.Two;

/** Half of a cycle. */
public interface One {
    Two two();
}
