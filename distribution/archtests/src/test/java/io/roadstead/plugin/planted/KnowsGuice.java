package io.roadstead.plugin.planted;

import com.google.inject.Injector;

/** Guice outside a module. */
public interface KnowsGuice {
    Injector injector();
}
