package io.roadstead.plugin.manifests;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.meta.Condition;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Service;
import io.roadstead.yaml.YamlText;
import io.roadstead.yaml.YamlText.SyntaxException;

/**
 * What was decided for each Service, as a text with one line of JSON per Service in the order of their names: a damaged line loses one Service's decision and
 * no other's. Immutable.
 */
record Assignments(SortedMap<ResourceKey, Entry> entries, int damagedLines) {
    static final Assignments NONE = new Assignments(new TreeMap<>(), 0);

    /** One decision and its line. */
    record Entry(Service.Status status, List<DatedCondition> conditions, String line) {
    }

    static Assignments parse(byte[] content) {
        SortedMap<ResourceKey, Entry> entries = new TreeMap<>();
        int damaged = 0;
        for (String line : new String(content, StandardCharsets.UTF_8).split("\n", -1)) {
            if (!line.isEmpty()) {
                Optional<Map.Entry<ResourceKey, Entry>> parsed = parseLine(line);
                parsed.ifPresent(entry -> entries.put(entry.getKey(), entry.getValue()));
                damaged += parsed.isPresent() ? 0 : 1;
            }
        }
        return new Assignments(entries, damaged);
    }

    private static Optional<Map.Entry<ResourceKey, Entry>> parseLine(String line) {
        try {
            if (YamlText.read(line).getFirst().tree() instanceof Map<?, ?> tree && tree.get("namespace") instanceof String namespace
                    && tree.get("name") instanceof String name && tree.get("ingress") instanceof List<?> ingress) {
                List<IpAddress> addresses = new ArrayList<>();
                for (Object address : ingress) {
                    addresses.add(IpAddress.parse(String.valueOf(address)));
                }
                List<DatedCondition> conditions = DatedCondition.ofTrees(tree.get("conditions"));
                return Optional.of(Map.entry(new ResourceKey(Service.KIND, namespace, name),
                        new Entry(new Service.Status(addresses, conditions.stream().map(DatedCondition::condition).toList()), conditions,
                                line)));
            }
        } catch (SyntaxException | RuntimeException ignored) { // whatever is wrong with it: the line is damaged
        }
        return Optional.empty();
    }

    byte[] encode() {
        StringBuilder text = new StringBuilder();
        entries.values().forEach(entry -> text.append(entry.line).append('\n'));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    Service.@Nullable Status status(ResourceKey service) {
        Entry entry = entries.get(service);
        return entry == null ? null : entry.status;
    }

    /** The same with other decisions; a null one is taken out. */
    Assignments with(Map<ResourceKey, Service.@Nullable Status> changes, Instant now) {
        SortedMap<ResourceKey, Entry> changed = new TreeMap<>(entries);
        changes.forEach((key, status) -> {
            if (status == null) {
                changed.remove(key);
            } else {
                Entry before = entries.get(key);
                changed.put(key, entry(key, status, before == null ? List.of() : before.conditions, now));
            }
        });
        return new Assignments(changed, 0);
    }

    private static Entry entry(ResourceKey key, Service.Status status, List<DatedCondition> before, Instant now) {
        List<DatedCondition> conditions = DatedCondition.date(status.conditions(), before, now);
        StringBuilder line =
                new StringBuilder("{\"namespace\":").append(quote(key.namespace())).append(",\"name\":").append(quote(key.name()))
                        .append(",\"ingress\":[");
        String separator = "";
        for (IpAddress address : status.loadBalancerIngress()) {
            line.append(separator).append(quote(address.toString()));
            separator = ",";
        }
        line.append("],\"conditions\":[");
        separator = "";
        for (DatedCondition dated : conditions) {
            Condition condition = dated.condition();
            line.append(separator).append("{\"type\":").append(quote(condition.type())).append(",\"status\":")
                    .append(quote(condition.status().text()))
                    .append(",\"reason\":").append(quote(condition.reason())).append(",\"message\":").append(quote(condition.message()))
                    .append(",\"lastTransitionTime\":").append(quote(dated.since().toString())).append('}');
            separator = ",";
        }
        return new Entry(status, conditions, line.append("]}").toString());
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || c >= 0x7f && c < 0xa0 || c == '\u2028' || c == '\u2029' || c >= '\ufeff') { // what YAML wants escaped, too
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
