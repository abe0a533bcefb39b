@NullMarked
package io.roadstead.plugin.datapath.ebpf;

import org.jspecify.annotations.NullMarked;
