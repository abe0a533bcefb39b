/** What a plugin's tests need: manual time, a fake context, golden files, plugin jars made from source text, and the check that a plugin unloads. */
@NullMarked
package io.roadstead.testkit;

import org.jspecify.annotations.NullMarked;
