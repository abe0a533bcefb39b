/** Rendezvous hashing with bounded shares: each slot goes to the backend that scores highest there and has room. */
@NullMarked
package io.roadstead.plugin.rendezvous;

import org.jspecify.annotations.NullMarked;
