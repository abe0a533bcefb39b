/** Plugins: reading, checking, resolving, loading, starting, and taking back all of it. The only package that knows pf4j's manager and Guice. */
@NullMarked
package io.roadstead.kernel.plugin;

import org.jspecify.annotations.NullMarked;
