/**
 * Tests against real peers: network namespaces, processes with an end, and FRR, BIRD and GoBGP as peers that answer the same questions.
 */
@NullMarked
package io.roadstead.testkit.lab;

import org.jspecify.annotations.NullMarked;
