/** What other programs' resources are in those that Roadstead reads. */
@NullMarked
package io.roadstead.cli.migrate;

import org.jspecify.annotations.NullMarked;
