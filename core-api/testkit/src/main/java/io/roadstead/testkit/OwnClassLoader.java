package io.roadstead.testkit;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Loads the classes of some packages of the test's class path anew and everything else from the test, as the kernel does for a plugin: so a plugin's own
 * module can prove with {@link UnloadLeakCheck} that nothing keeps its classes.
 */
public final class OwnClassLoader extends URLClassLoader {
    static {
        registerAsParallelCapable();
    }

    private final List<String> packages;

    /** @param packages prefixes like {@code io.roadstead.plugin.manifests.}: the plugin's, and those of the libraries that it brings */
    public OwnClassLoader(String... packages) {
        super("plugin", classPath(), OwnClassLoader.class.getClassLoader());
        this.packages = List.of(packages);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (packages.stream().noneMatch(name::startsWith)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? findClass(name) : loaded;
        }
    }

    private static URL[] classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator)).map(entry -> {
            try {
                return Path.of(entry).toUri().toURL();
            } catch (MalformedURLException e) {
                throw new IllegalStateException(e);
            }
        }).toArray(URL[]::new);
    }
}
