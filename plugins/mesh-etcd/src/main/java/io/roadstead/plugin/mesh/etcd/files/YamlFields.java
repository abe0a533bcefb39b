package io.roadstead.plugin.mesh.etcd.files;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;

/** The fields of one mapping in YAML. Names are matched as Go's JSON decoder does, without regard to case; null counts as absent. Refuses a wrong type by name. */
final class YamlFields {
    private static final BigDecimal NANOS_PER_SECOND = BigDecimal.valueOf(1_000_000_000L);
    private static final Map<String, Long> UNITS = Map.of("ns", 1L, "us", 1_000L, "µs", 1_000L, "ms", 1_000_000L, "s", 1_000_000_000L, "m",
            60_000_000_000L, "h", 3_600_000_000_000L);
    private static final Pattern DURATION_PART = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?)(ns|us|µs|ms|s|m|h)");

    private final String subject;
    private final String path;
    private final Map<String, Object> values = new LinkedHashMap<>();
    private final Map<String, String> names = new LinkedHashMap<>();

    private YamlFields(String subject, String path, Map<?, ?> map) {
        this.subject = subject;
        this.path = path;
        map.forEach((key, value) -> {
            if (value != null) {
                String name = String.valueOf(key);
                values.put(name.toLowerCase(Locale.ROOT), value);
                names.put(name.toLowerCase(Locale.ROOT), name);
            }
        });
    }

    /**
     * The fields at the top of a text.
     *
     * @param subject what the text is, for messages
     * @throws RoadsteadException when it is not YAML, or no mapping
     */
    static YamlFields parse(String subject, String text) {
        LoadSettings settings = LoadSettings.builder().setSchema(new CoreSchema()).build();
        try {
            Object root = new Load(settings).loadFromString(text);
            if (root instanceof Map<?, ?> map) {
                return new YamlFields(subject, "", map);
            }
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(Mark::getLine).orElse(0) + 1;
            // The library's own message quotes the text, which may be that of the password.
            throw new RoadsteadException(CommonErrorCode.CONFIG_SYNTAX, subject, "line " + line + " is not YAML",
                    "correct it");
        } catch (YamlEngineException | StackOverflowError e) { // the composer recurses without a limit of its own
            throw new RoadsteadException(CommonErrorCode.CONFIG_SYNTAX, subject, "is not YAML that can be read", "correct it");
        }
        throw new RoadsteadException(CommonErrorCode.CONFIG_SYNTAX, subject, "is not a mapping of keys to values",
                "begin it with endpoints:");
    }

    /** Names that are not among the known ones, as they were written. */
    List<String> unknown(Set<String> known) {
        return names.entrySet().stream().filter(entry -> !known.contains(entry.getKey())).map(Map.Entry::getValue).toList();
    }

    /** Empty when absent or the empty string. */
    Optional<String> text(String name) {
        Object value = values.get(name);
        if (value == null || value.equals("")) {
            return Optional.empty();
        }
        if (value instanceof String text) {
            return Optional.of(text);
        }
        throw wrong(name, "is not a text", "write it in quotes");
    }

    /** False when absent. */
    boolean flag(String name) {
        return switch (values.get(name)) {
            case null -> false;
            case Boolean flag -> flag;
            default -> throw wrong(name, "is neither true nor false", "write one of them without quotes");
        };
    }

    /** Empty when absent. A number counts nanoseconds, as Go's JSON has it; a text is Go's form, {@code 1m30s}. Never negative. */
    Optional<Duration> duration(String name) {
        return switch (values.get(name)) {
            case null -> Optional.empty();
            case Integer nanos when nanos >= 0 -> Optional.of(Duration.ofNanos(nanos));
            case Long nanos when nanos >= 0 -> Optional.of(Duration.ofNanos(nanos));
            case String text -> Optional.of(goDuration(text).orElseThrow(() -> noDuration(name)));
            default -> throw noDuration(name);
        };
    }

    private RoadsteadException noDuration(String name) {
        return wrong(name, "is not a duration", "write it like 5s, or as nanoseconds");
    }

    private static Optional<Duration> goDuration(String text) {
        if (text.equals("0")) {
            return Optional.of(Duration.ZERO);
        }
        Matcher matcher = DURATION_PART.matcher(text);
        BigDecimal nanos = BigDecimal.ZERO;
        int at = 0;
        while (at < text.length() && matcher.find(at) && matcher.start() == at) {
            long unit = UNITS.getOrDefault(matcher.group(2), 0L);
            nanos = nanos.add(new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit)));
            at = matcher.end();
        }
        if (at < text.length() || text.isEmpty()) {
            return Optional.empty();
        }
        BigInteger[] parts = nanos.toBigInteger().divideAndRemainder(NANOS_PER_SECOND.toBigInteger());
        return Optional.of(Duration.ofSeconds(parts[0].longValueExact(), parts[1].longValueExact()));
    }

    /** Empty when absent. */
    List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        for (Object element : list(name)) {
            if (!(element instanceof String text)) {
                throw wrong(name, "holds something else than texts", "write one per line, with '- ' before it");
            }
            texts.add(text);
        }
        return texts;
    }

    /** Mappings in a list; empty when absent. */
    List<YamlFields> mappings(String name) {
        List<YamlFields> mappings = new ArrayList<>();
        for (Object element : list(name)) {
            if (!(element instanceof Map<?, ?> map)) {
                throw wrong(name, "holds something else than mappings", "write keys and values below each '- '");
            }
            mappings.add(new YamlFields(subject, path + name + "[" + mappings.size() + "].", map));
        }
        return mappings;
    }

    private List<?> list(String name) {
        return switch (values.get(name)) {
            case null -> List.of();
            case List<?> list -> list;
            default -> throw wrong(name, "is not a list", "write one element per line, with '- ' before it");
        };
    }

    /** For a field that cannot be used. */
    RoadsteadException wrong(String name, String problem, String remedy) {
        return new RoadsteadException(CommonErrorCode.CONFIG_WRONG_TYPE, subject, path + name + " " + problem, remedy);
    }

    /** For a field that is missing. */
    RoadsteadException missing(String name, String remedy) {
        return new RoadsteadException(CommonErrorCode.CONFIG_MISSING_KEY, subject, path + name + " is missing", remedy);
    }

    /** Never the values. */
    @Override
    public String toString() {
        return subject + names.values().stream().collect(Collectors.joining(", ", " {", "}"));
    }
}
