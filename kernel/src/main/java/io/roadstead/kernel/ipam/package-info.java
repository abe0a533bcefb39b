/**
 * Load-balancer addresses: which Service gets which address of which pool. An address that a Service has is never moved by a restart, by a change of leader or by
 * anything that is done to a pool; it goes when its Service goes, leaves our responsibility, asks for another one, or is edited so that it can no longer share it.
 */
@NullMarked
package io.roadstead.kernel.ipam;

import org.jspecify.annotations.NullMarked;
