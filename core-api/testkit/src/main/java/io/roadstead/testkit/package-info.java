/** Contract tests per extension point, manual time, fakes and golden files. For tests only. */
@NullMarked
package io.roadstead.testkit;

import org.jspecify.annotations.NullMarked;
