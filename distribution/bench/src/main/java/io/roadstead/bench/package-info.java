/** JMH benchmarks of hot code; never on anybody's class path. */
@NullMarked
package io.roadstead.bench;

import org.jspecify.annotations.NullMarked;
