/** What a plugin is made of: factories found by the kernel, the context they get, handles they give back. */
@NullMarked
package io.roadstead.api.plugin;

import org.jspecify.annotations.NullMarked;
