package io.roadstead.it;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** What the lab's web pods said to a number of requests, each on a connection of its own. */
record Answers(List<Answer> all) {

    private static final Pattern ANSWER = Pattern.compile("Hostname: (\\S+)\\s+RemoteAddr: (\\S+):(\\d+)");

    /** @param client address that the pod saw */
    record Answer(String pod, String client) {
    }

    /** Asks that often, one request after the other, from that host; a request without an answer within two seconds fails the test. */
    static Answers of(ScriptedLab lab, String host, String url, int requests) {
        var script = "i=0; while [ $i -lt " + requests + " ]; do curl -sS --fail --max-time 2 --noproxy '*' -g '" + url
                + "' || exit 1; i=$((i+1)); done";
        var output = lab.on(host, "sh", "-c", script);
        var answers = new ArrayList<Answer>();
        ANSWER.matcher(output).results().forEach(match -> answers.add(new Answer(match.group(1), match.group(2))));
        if (answers.size() != requests) {
            throw new AssertionError(answers.size() + " of " + requests + " requests were answered: " + output);
        }
        return new Answers(List.copyOf(answers));
    }

    /** Who answered. */
    Set<String> pods() {
        return new TreeSet<>(perPod().keySet());
    }

    /** Whom the pods saw. */
    Set<String> clients() {
        var clients = new TreeSet<String>();
        all.forEach(answer -> clients.add(answer.client()));
        return clients;
    }

    /** How often each answered. */
    Map<String, Integer> perPod() {
        var counts = new TreeMap<String, Integer>();
        all.forEach(answer -> counts.merge(answer.pod(), 1, Integer::sum));
        return counts;
    }
}
