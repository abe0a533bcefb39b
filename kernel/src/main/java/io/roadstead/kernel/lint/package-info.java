/** What is probably not meant in the cluster's objects: each is acceptable alone, together they do not do what somebody wanted. */
@NullMarked
package io.roadstead.kernel.lint;

import org.jspecify.annotations.NullMarked;
