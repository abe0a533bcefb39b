package io.roadstead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import io.roadstead.testkit.lab.CommandResult;
import io.roadstead.testkit.lab.ManagedProcess;

/** What passed a device of a host, recorded by tcpdump and read by tshark. */
final class Capture implements AutoCloseable {

    /** All headers, also within a tunnel: whole packets would leave room for some thirty in tcpdump's own buffer, which a burst on two CPUs overruns. */
    private static final String SNAPSHOT_BYTES = "512";
    private static final String BUFFER_KIB = "16384";

    private final ManagedProcess tcpdump;
    private final Path file;

    private Capture(ManagedProcess tcpdump, Path file) {
        this.tcpdump = tcpdump;
        this.file = file;
    }

    /** Returns when it records. */
    static Capture start(ScriptedLab lab, String host, String device, String filter) {
        var file = lab.directory(host).resolve(device + ".pcap");
        var tcpdump = lab.start(host, "tcpdump", "-Z", "root", "-n", "-U", "--immediate-mode", "-s", SNAPSHOT_BYTES, "-B", BUFFER_KIB, "-i",
                device, "-w", file.toString(), filter);
        tcpdump.awaitOutput(Duration.ofSeconds(20), "listening on");
        return new Capture(tcpdump, file);
    }

    /** Ends the recording, and gives a row for each packet that the display filter takes: the values of the fields, several of one field joined by a comma. */
    List<List<String>> rows(String displayFilter, String... fields) {
        tcpdump.terminate();
        tcpdump.awaitExit(Duration.ofSeconds(20));
        assertThat(tcpdump.output()).as("a capture that lost packets proves nothing").containsPattern("(?m)^0 packets dropped by kernel");
        var command =
                Stream.concat(Stream.of("tshark", "-n", "-r", file.toString(), "-Y", displayFilter, "-T", "fields", "-E", "separator=|"),
                        Arrays.stream(fields).flatMap(field -> Stream.of("-e", field))).toList();
        return CommandResult.of(command).successfulOutput().lines().map(line -> List.of(line.split("\\|", -1))).toList();
    }

    @Override
    public void close() {
        tcpdump.close();
    }
}
