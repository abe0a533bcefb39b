/**
 * What the maps of {@code roadstead/abi.h} hold: exact layouts, numbers and places, and the writer that turns frontends into entries. Knows maps by their
 * interface only; everything but {@link io.roadstead.plugin.datapath.ebpf.map.Catalog} belongs to the datapath's loop.
 */
@NullMarked
package io.roadstead.plugin.datapath.ebpf.map;

import org.jspecify.annotations.NullMarked;
