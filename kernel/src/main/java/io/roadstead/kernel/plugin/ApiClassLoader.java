package io.roadstead.kernel.plugin;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

import org.jspecify.annotations.Nullable;

/** The parent of every plugin's loader: of the kernel's class path it shows the API and nothing else, neither classes nor resources. */
final class ApiClassLoader extends ClassLoader {

    static {
        registerAsParallelCapable();
    }

    private static final List<String> API = List.of("io.roadstead.api.", "org.pf4j.", "org.slf4j.", "jakarta.inject.", "org.jspecify.");
    private static final List<String> GUICE = List.of("com.google.inject.", "com.google.common.", "org.aopalliance.");

    private final ClassLoader kernel;
    private final boolean guice;

    /** @param guice whether Guice is part of what is shown: for plugins that bring a module */
    ApiClassLoader(ClassLoader kernel, boolean guice) {
        super(guice ? "api+guice" : "api", getPlatformClassLoader());
        this.kernel = kernel;
        this.guice = guice;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        if (shown(name)) {
            return kernel.loadClass(name);
        }
        throw new ClassNotFoundException(name);
    }

    @Override
    protected @Nullable URL findResource(String name) {
        return shown(name.replace('/', '.')) ? kernel.getResource(name) : null;
    }

    @Override
    protected Enumeration<URL> findResources(String name) throws IOException {
        return shown(name.replace('/', '.')) ? kernel.getResources(name) : Collections.emptyEnumeration();
    }

    private boolean shown(String name) {
        return API.stream().anyMatch(name::startsWith) || guice && GUICE.stream().anyMatch(name::startsWith);
    }
}
