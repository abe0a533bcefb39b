/** Datapath {@code proxy}: carries connections and datagrams in userspace, on any system and without privileges. */
@NullMarked
package io.roadstead.plugin.proxy;

import org.jspecify.annotations.NullMarked;
