package io.roadstead.quickstart;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.JsonNode;

/** What the router would put into its kernel: prefixes with the next hops of their best paths. */
record RouterTable(SortedMap<String, SortedSet<String>> nextHops) {

    /** From the answer of {@code bgp routes available -o json}. */
    static RouterTable of(JsonNode routes) {
        SortedMap<String, SortedSet<String>> nextHops = new TreeMap<>();
        for (JsonNode route : routes) {
            if (route.path("best").asBoolean() || route.path("multipath").asBoolean()) {
                nextHops.computeIfAbsent(route.path("prefix").asText(), _ -> new TreeSet<>())
                        .add(route.path("attributes").path("next-hop").asText());
            }
        }
        return new RouterTable(nextHops);
    }

    static RouterTable empty() {
        return new RouterTable(new TreeMap<>());
    }

    /** The same with exactly these next hops for a prefix; with none, without the prefix. */
    RouterTable with(String prefix, Machine... via) {
        SortedMap<String, SortedSet<String>> changed = new TreeMap<>(nextHops);
        changed.remove(prefix);
        for (Machine machine : via) {
            changed.computeIfAbsent(prefix, _ -> new TreeSet<>()).add(machine.address());
        }
        return new RouterTable(changed);
    }

    /** What another table has less and more: {@code - 172.16.1.1/32 via 192.0.2.1} and {@code + …}; empty when they are equal. */
    List<String> changesTo(RouterTable other) {
        Set<String> before = lines();
        Set<String> after = other.lines();
        List<String> changes = new ArrayList<>();
        before.stream().filter(line -> !after.contains(line)).forEach(line -> changes.add("- " + line));
        after.stream().filter(line -> !before.contains(line)).forEach(line -> changes.add("+ " + line));
        return changes;
    }

    private Set<String> lines() {
        Set<String> lines = new TreeSet<>();
        for (Map.Entry<String, SortedSet<String>> entry : nextHops.entrySet()) {
            entry.getValue().forEach(
                    nextHop -> lines.add("%-15s via %-14s %s".formatted(entry.getKey(), nextHop, machine(nextHop)).stripTrailing()));
        }
        return lines;
    }

    private static String machine(String address) {
        return Machine.NODES.stream().filter(machine -> machine.address().equals(address)).map(machine -> "(" + machine.name() + ")")
                .findFirst()
                .orElse("");
    }
}
