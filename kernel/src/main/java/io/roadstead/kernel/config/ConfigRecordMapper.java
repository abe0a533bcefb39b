package io.roadstead.kernel.config;

import static io.roadstead.api.error.CommonErrorCode.CONFIG_MISSING_KEY;
import static io.roadstead.api.error.CommonErrorCode.CONFIG_OUT_OF_RANGE;
import static io.roadstead.api.error.CommonErrorCode.CONFIG_UNKNOWN_KEY;
import static io.roadstead.api.error.CommonErrorCode.CONFIG_WRONG_TYPE;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import org.jspecify.annotations.Nullable;

import io.roadstead.api.config.Secret;
import io.roadstead.api.error.ErrorCode;

/**
 * Fills a record from a section and finds everything that is wrong with it in one pass. Used once, by one thread.
 *
 * <p>
 * A component's key is its name in kebab case. A component may be absent when it is {@code @Nullable}, a list, a set or a map. In a map of records the key
 * {@code "*"} holds what its other entries have by default. A record with {@code static parse(String)} may also be written as a text. What a record's
 * constructor refuses is out of range; a message that begins with a key's name is reported at that key.
 */
final class ConfigRecordMapper {

    /** The entry of a map that is the default of the others. */
    static final String EACH = "*";

    private final ScalarReader scalars;
    private final SecretReader secrets;
    private final List<ConfigProblem> problems = new ArrayList<>();
    private final Set<String> secretPaths = new HashSet<>();

    ConfigRecordMapper(Path baseDirectory, Map<String, String> environment) {
        this.scalars = new ScalarReader(baseDirectory);
        this.secrets = new SecretReader(baseDirectory, environment);
    }

    /** The record, or its errors; each problem once. */
    <R extends Record> ConfigOutcome<R> map(ConfigObject section, String path, Class<R> type) {
        R value = record(section, path, type);
        return new ConfigOutcome<>(value, List.copyOf(new LinkedHashSet<>(problems)));
    }

    /** Paths of the values that must not be shown; complete after {@link #map}. */
    Set<String> secretPaths() {
        return Set.copyOf(secretPaths);
    }

    private <R extends Record> @Nullable R record(ConfigObject section, String path, Class<R> type) {
        int errorsBefore = errorCount();
        Map<String, ConfigValue> rest = new TreeMap<>(section);
        rest.remove(EACH);
        Set<String> known = new TreeSet<>();
        RecordComponent[] components = type.getRecordComponents();
        @Nullable
        Object[] arguments = new Object[components.length];
        int others = -1;
        for (int i = 0; i < components.length; i++) {
            RecordComponent component = components[i];
            String key = KeyNames.ofComponent(component.getName());
            if (component.isAnnotationPresent(OtherKeys.class)) {
                others = i;
            } else if (component.getType() == Secret.class) {
                known.addAll(SecretReader.keys(key));
                arguments[i] = secret(section, path, key, component, rest);
            } else {
                known.add(key);
                ConfigValue value = rest.remove(key);
                String valuePath = KeyNames.join(path, key);
                arguments[i] = value == null || value.valueType() == ConfigValueType.NULL
                        ? absent(component, section, valuePath)
                        : value(value, valuePath, component.getGenericType());
            }
        }
        if (others >= 0) {
            arguments[others] = sections(rest, path);
        } else {
            rest.forEach((key, value) -> unknownKey(key, value, path, known));
        }
        return errorCount() > errorsBefore ? null : construct(type, arguments, section, path);
    }

    private void unknownKey(String key, ConfigValue value, String path, Set<String> known) {
        String remedy = NearestName.of(key, known).map(nearest -> "did you mean '" + nearest + "'?")
                .orElseGet(() -> known.isEmpty() ? "this section takes no keys" : "the keys here are " + String.join(", ", known));
        error(CONFIG_UNKNOWN_KEY, value, KeyNames.join(path, key), "unknown key", remedy);
    }

    private @Nullable Object absent(RecordComponent component, ConfigObject section, String path) {
        Class<?> type = component.getType();
        if (type == List.class) {
            return List.of();
        } else if (type == Set.class) {
            return Set.of();
        } else if (type == Map.class) {
            return Map.of();
        }
        if (!isNullable(component)) {
            error(CONFIG_MISSING_KEY, section, path, "missing", "write " + ScalarReader.describe(component.getGenericType()));
        }
        return null;
    }

    static boolean isNullable(RecordComponent component) {
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    private @Nullable Secret secret(ConfigObject section, String path, String key, RecordComponent component,
            Map<String, ConfigValue> rest) {
        secretPaths.add(KeyNames.join(path, key));
        SecretReader.keys(key).forEach(rest::remove);
        return secrets.read(section, path, key, isNullable(component), problems);
    }

    private static Map<String, ConfigSection> sections(Map<String, ConfigValue> rest, String path) {
        Map<String, ConfigSection> sections = new LinkedHashMap<>();
        rest.forEach((key, value) -> {
            if (value instanceof ConfigObject object) {
                sections.put(key, new ConfigSection(KeyNames.join(path, key), object));
            }
        });
        return sections;
    }

    /** A value that is there; null when a problem was reported. */
    private @Nullable Object value(ConfigValue value, String path, Type type) {
        Class<?> raw = rawType(type);
        if (raw == List.class || raw == Set.class) {
            return elements(value, path, argument(type, 0), raw == Set.class);
        } else if (raw == Map.class) {
            return entries(value, path, argument(type, 1));
        } else if (raw == ConfigSection.class) {
            return value instanceof ConfigObject object ? new ConfigSection(path, object) : wrongType(value, path, type);
        } else if (ScalarReader.isSection(raw) && value instanceof ConfigObject object) {
            return record(object, path, raw.asSubclass(Record.class));
        }
        try {
            return scalars.read(value, type);
        } catch (ScalarReader.WrongTypeException wrong) {
            return wrongType(value, path, type);
        } catch (ScalarReader.BadValueException bad) {
            error(bad.code(), value, path, bad.problem(), bad.remedy());
            return null;
        }
    }

    private @Nullable Object wrongType(ConfigValue value, String path, Type type) {
        error(CONFIG_WRONG_TYPE, value, path, "found " + ScalarReader.found(value), "write " + ScalarReader.describe(type));
        return null;
    }

    private @Nullable Object elements(ConfigValue value, String path, Type elementType, boolean distinct) {
        if (!(value instanceof ConfigList list)) {
            error(CONFIG_WRONG_TYPE, value, path, "found " + ScalarReader.found(value), "write a list: [ … ]");
            return null;
        }
        List<Object> elements = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            Object element = value(list.get(i), path + "[" + i + "]", elementType);
            if (element == null) {
                continue; // reported; the others are looked at too
            }
            if (distinct && elements.contains(element)) {
                error(CONFIG_OUT_OF_RANGE, list.get(i), path + "[" + i + "]", "stands twice", "remove one");
            }
            elements.add(element);
        }
        return distinct ? Collections.unmodifiableSet(new LinkedHashSet<>(elements)) : List.copyOf(elements);
    }

    private @Nullable Object entries(ConfigValue value, String path, Type valueType) {
        if (!(value instanceof ConfigObject object)) {
            error(CONFIG_WRONG_TYPE, value, path, "found " + ScalarReader.found(value), "write a section: { … }");
            return null;
        }
        Map<String, Object> entries = new LinkedHashMap<>();
        Class<?> raw = rawType(valueType);
        if (ScalarReader.isSection(raw) || raw == ConfigSection.class) {
            ConfigValue each = object.get(EACH);
            new TreeMap<>(object).forEach((key, entry) -> {
                if (!key.equals(EACH) && entry.valueType() != ConfigValueType.NULL) {
                    put(entries, key, value(each == null ? entry : entry.withFallback(each).withOrigin(entry.origin()),
                            KeyNames.join(path, key), valueType));
                }
            });
        } else {
            // An unquoted key with dots, app.kubernetes.io/name, nests in HOCON; here it is meant as one key.
            new TreeMap<>(flat(object)).forEach((key, entry) -> put(entries, key, value(entry, KeyNames.join(path, key), valueType)));
        }
        return Collections.unmodifiableMap(entries);
    }

    private static Map<String, ConfigValue> flat(ConfigObject object) {
        Map<String, ConfigValue> flat = new LinkedHashMap<>();
        object.toConfig().entrySet().forEach(entry -> flat.put(String.join(".", ConfigUtil.splitPath(entry.getKey())), entry.getValue()));
        return flat;
    }

    private static void put(Map<String, Object> entries, String key, @Nullable Object value) {
        if (value != null) {
            entries.put(key, value);
        }
    }

    private <R extends Record> @Nullable R construct(Class<R> type, @Nullable Object[] arguments, ConfigObject section, String path) {
        Class<?>[] types = Arrays.stream(type.getRecordComponents()).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Constructor<R> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException refused) {
            if (!(refused.getCause() instanceof IllegalArgumentException reason)) {
                throw new IllegalStateException("the constructor of " + type.getName() + " failed", refused.getCause());
            }
            refused(String.valueOf(reason.getMessage()), section, path);
            return null;
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(type.getName() + " is not a usable record", impossible);
        }
    }

    private void refused(String message, ConfigObject section, String path) {
        int space = message.indexOf(' ');
        String key = space < 0 ? "" : message.substring(0, space);
        ConfigValue value = section.get(key);
        if (value == null) {
            error(CONFIG_OUT_OF_RANGE, section, path, message, "");
        } else {
            error(CONFIG_OUT_OF_RANGE, value, KeyNames.join(path, key), message, "");
        }
    }

    private void error(ErrorCode code, ConfigValue at, String path, String problem, String remedy) {
        problems.add(ConfigProblem.error(code, Origins.text(at.origin()), path, problem, remedy));
    }

    private int errorCount() {
        return (int) problems.stream().filter(problem -> problem.severity() == ConfigProblem.Severity.ERROR).count();
    }

    static Class<?> rawType(Type type) {
        return (Class<?>) (type instanceof ParameterizedType parameterized ? parameterized.getRawType() : type);
    }

    static Type argument(Type type, int index) {
        if (type instanceof ParameterizedType parameterized) {
            return parameterized.getActualTypeArguments()[index];
        }
        throw new IllegalStateException(type + " must state what it holds");
    }

    /** A section that nobody wrote. */
    static ConfigObject empty(String origin) {
        return ConfigValueFactory.fromMap(Map.of(), origin);
    }
}
