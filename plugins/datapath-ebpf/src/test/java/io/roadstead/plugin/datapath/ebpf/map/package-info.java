@NullMarked
package io.roadstead.plugin.datapath.ebpf.map;

import org.jspecify.annotations.NullMarked;
