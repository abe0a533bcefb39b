/** Configuration records: documentation, secrets, and how a HOCON section becomes a record. */
@NullMarked
package io.roadstead.api.config;

import org.jspecify.annotations.NullMarked;
