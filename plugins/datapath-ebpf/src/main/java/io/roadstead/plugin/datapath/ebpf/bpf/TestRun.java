package io.roadstead.plugin.datapath.ebpf.bpf;

/**
 * What became of a packet in a test.
 *
 * @param returnCode of the program
 * @param packet     as the program left it; not to be changed
 * @param nanos      of one run, on average
 */
@SuppressWarnings("ArrayRecordComponent") // packets are compared by assertions, never by equals
public record TestRun(int returnCode, byte[] packet, long nanos) {
}
