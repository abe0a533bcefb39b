package io.roadstead.it;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.roadstead.testkit.lab.Eventually;
import io.roadstead.testkit.lab.ManagedProcess;

/** Requests of one curl in a pod, one after the other at a fixed rate, each on a connection of its own; none is tried twice. */
final class CurlLoad implements AutoCloseable {

    private static final Pattern LINE = Pattern.compile("(?m)^(?:Hostname: (\\S+)|code (\\d+) ?(.*))$");

    private final ManagedProcess curl;

    private CurlLoad(ManagedProcess curl) {
        this.curl = curl;
    }

    /** Starts; lasts until it is closed. A request fails when it is not answered with 200 within two seconds. */
    static CurlLoad start(ScriptedLab lab, String pod, String url, int perSecond) {
        return new CurlLoad(lab.start(pod, "curl", "-s", "--no-buffer", "--noproxy", "*", "--rate", perSecond + "/s", "--max-time", "2",
                "-H", "Connection: close", "-w", "code %{http_code} %{errormsg}\\n", url + "?[1-1000000]"));
    }

    /** How many were answered so far. */
    int answered() {
        return pods(0).size();
    }

    /** What became of those that were not answered as they should, in curl's words. */
    List<String> failures() {
        return LINE.matcher(curl.output()).results().filter(line -> line.group(2) != null && !line.group(2).equals("200"))
                .map(line -> line.group(2) + " " + line.group(3)).toList();
    }

    /** Who answered, from that answer on. */
    Set<String> podsSince(int answer) {
        return new TreeSet<>(pods(answer));
    }

    /** Waits for that many more answers, and says who gave them. */
    Set<String> next(int answers) {
        var from = answered();
        Eventually.eventually(Duration.ofSeconds(60), this::answered, count -> count >= from + answers);
        return podsSince(from);
    }

    private List<String> pods(int from) {
        var pods = LINE.matcher(curl.output()).results().map(line -> line.group(1)).filter(pod -> pod != null)
                .collect(Collectors.toCollection(ArrayList::new));
        return pods.subList(Math.min(from, pods.size()), pods.size());
    }

    @Override
    public void close() {
        curl.close();
    }
}
