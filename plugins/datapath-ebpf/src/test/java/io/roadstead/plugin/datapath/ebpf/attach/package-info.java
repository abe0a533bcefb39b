@NullMarked
package io.roadstead.plugin.datapath.ebpf.attach;

import org.jspecify.annotations.NullMarked;
