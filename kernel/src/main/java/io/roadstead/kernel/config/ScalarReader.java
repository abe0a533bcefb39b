package io.roadstead.kernel.config;

import static io.roadstead.api.error.CommonErrorCode.CONFIG_OUT_OF_RANGE;
import static io.roadstead.api.error.CommonErrorCode.CONFIG_WRONG_TYPE;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;

import io.roadstead.api.config.Doc;
import io.roadstead.api.error.ErrorCode;

/** Reads texts, numbers and words. Paths are relative to the directory of the configuration file, wherever they were written. */
final class ScalarReader {

    private static final String DURATION = "a duration with its unit, like 9s, 500ms or 2m";

    private final Path baseDirectory;

    ScalarReader(Path baseDirectory) {
        this.baseDirectory = baseDirectory;
    }

    /**
     * @throws WrongTypeException when it is not what {@link #describe} says
     * @throws BadValueException  when it is, but cannot be used
     */
    Object read(ConfigValue value, Type type) {
        if (value instanceof ConfigObject || value instanceof ConfigList) {
            throw new WrongTypeException();
        }
        String text = value.atKey("it").getString("it"); // as it was written: 1.10 stays 1.10
        Class<?> raw = ConfigRecordMapper.rawType(type);
        if (raw == String.class) {
            return text;
        } else if (raw == boolean.class || raw == Boolean.class) {
            return bool(value);
        } else if (raw == int.class || raw == Integer.class) {
            return (int) whole(text, Integer.MIN_VALUE, Integer.MAX_VALUE);
        } else if (raw == long.class || raw == Long.class) {
            return whole(text, Long.MIN_VALUE, Long.MAX_VALUE);
        } else if (raw == double.class || raw == Double.class) {
            return number(text).doubleValue();
        } else if (raw == Duration.class) {
            return duration(value, text);
        } else if (raw == Path.class) {
            return path(text);
        } else if (raw.isEnum()) {
            return constant(text, raw);
        }
        return parsed(value, text, raw);
    }

    private static boolean bool(ConfigValue value) {
        try {
            return value.atKey("it").getBoolean("it");
        } catch (ConfigException.WrongType wrong) {
            throw new WrongTypeException();
        }
    }

    private static long whole(String text, long least, long most) {
        BigDecimal number = number(text);
        if (number.stripTrailingZeros().scale() > 0) {
            throw new WrongTypeException();
        }
        if (number.compareTo(BigDecimal.valueOf(least)) < 0 || number.compareTo(BigDecimal.valueOf(most)) > 0) {
            throw new BadValueException(CONFIG_OUT_OF_RANGE, text + " is not in " + least + " to " + most, "");
        }
        return number.longValueExact();
    }

    private static BigDecimal number(String text) {
        try {
            return new BigDecimal(text.strip());
        } catch (NumberFormatException wrong) {
            throw new WrongTypeException();
        }
    }

    private static Duration duration(ConfigValue value, String text) {
        Duration duration;
        try {
            if (text.strip().matches("-?[0-9.]+")) {
                // The library would take milliseconds, which nobody means by "hold = 9".
                throw new BadValueException(CONFIG_WRONG_TYPE, "found " + text + " without a unit", "write " + DURATION);
            }
            duration = text.startsWith("P") ? Duration.parse(text) : value.atKey("it").getDuration("it");
        } catch (DateTimeParseException | ConfigException.WrongType | ConfigException.BadValue wrong) {
            throw new WrongTypeException();
        }
        if (duration.isNegative()) {
            throw new BadValueException(CONFIG_OUT_OF_RANGE, text + " is negative", "write " + DURATION);
        }
        return duration;
    }

    private Path path(String text) {
        try {
            return baseDirectory.resolve(text).normalize();
        } catch (InvalidPathException wrong) {
            throw new WrongTypeException();
        }
    }

    private static Object constant(String text, Class<?> type) {
        for (Object constant : type.getEnumConstants()) {
            if (letters(KeyNames.ofConstant((Enum<?>) constant)).equals(letters(text))) {
                return constant;
            }
        }
        String remedy = NearestName.of(text, constants(type)).map(nearest -> "did you mean '" + nearest + "'?")
                .orElseGet(() -> "write " + words(type));
        throw new BadValueException(CONFIG_OUT_OF_RANGE, "found '" + text + "'", remedy);
    }

    /** Kubernetes' own spellings, NotIn and LoadBalancerIP, are understood as well. */
    private static String letters(String word) {
        return word.replaceAll("[-_]", "").toLowerCase(Locale.ROOT);
    }

    static List<String> constants(Class<?> type) {
        return Arrays.stream(type.getEnumConstants()).map(constant -> KeyNames.ofConstant((Enum<?>) constant)).toList();
    }

    private static String words(Class<?> type) {
        return constants(type).stream().collect(Collectors.joining(" or "));
    }

    private static Object parsed(ConfigValue value, String text, Class<?> type) {
        Method parse = parser(type).orElseThrow(() -> type.isRecord()
                ? new WrongTypeException()
                : new IllegalStateException(type.getName() + " cannot be configured: it has no public static parse(String)"));
        try {
            return parse.invoke(null, text);
        } catch (InvocationTargetException refused) {
            if (refused.getCause() instanceof IllegalArgumentException reason) {
                boolean number = value.valueType() == ConfigValueType.NUMBER;
                throw new BadValueException(number ? CONFIG_OUT_OF_RANGE : CONFIG_WRONG_TYPE, String.valueOf(reason.getMessage()), "");
            }
            throw new IllegalStateException(type.getName() + ".parse failed", refused.getCause());
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static Optional<Method> parser(Class<?> type) {
        try {
            Method parse = type.getDeclaredMethod("parse", String.class);
            parse.setAccessible(true);
            return Modifier.isStatic(parse.getModifiers()) && parse.getReturnType() == type ? Optional.of(parse) : Optional.empty();
        } catch (NoSuchMethodException ignored) { // empty is the answer
            return Optional.empty();
        }
    }

    /** Whether a type is written as a section; a value type of the model is not, although it is a record. */
    static boolean isSection(Class<?> type) {
        return type.isRecord()
                && (parser(type).isEmpty()
                        || Arrays.stream(type.getRecordComponents()).anyMatch(part -> part.isAnnotationPresent(Doc.class)));
    }

    /** What is to be written, with its article. */
    static String describe(Type type) {
        Class<?> raw = ConfigRecordMapper.rawType(type);
        if (raw.isEnum()) {
            return words(raw);
        } else if (raw == Map.class || raw == ConfigSection.class || isSection(raw)) {
            return "a section: { … }";
        }
        return switch (raw.getSimpleName()) {
            case "String" -> "a text";
            case "boolean", "Boolean" -> "true or false";
            case "int", "Integer", "long", "Long" -> "a whole number";
            case "double", "Double" -> "a number";
            case "Duration" -> DURATION;
            case "Path" -> "a path";
            case "IpAddress" -> "an IP address";
            case "IpPrefix" -> "a prefix like 10.0.0.0/8";
            case "AsNumber" -> "an AS number";
            case "RouterId" -> "a router id, written like an IPv4 address";
            case "List", "Set" -> "a list: [ … ]";
            default -> "a " + KeyNames.ofComponent(raw.getSimpleName()).replace('-', ' ');
        };
    }

    /** As a person would write it. */
    static String render(ConfigValue value) {
        boolean plain = value.valueType() == ConfigValueType.STRING && value.unwrapped().toString().matches("[A-Za-z0-9][A-Za-z0-9._/-]*");
        return plain ? value.unwrapped().toString() : value.render(ConfigRenderOptions.concise().setJson(false));
    }

    /** What was found, for a message. */
    static String found(ConfigValue value) {
        return switch (value.valueType()) {
            case OBJECT -> "a section";
            case LIST -> "a list";
            case NULL -> "null";
            case NUMBER -> "the number " + value.render();
            case BOOLEAN -> "the word " + value.render();
            case STRING -> "the text '" + value.unwrapped() + "'";
        };
    }

    /** Not a value of the type at all. */
    static final class WrongTypeException extends RuntimeException {
        WrongTypeException() {
            super(null, null, false, false);
        }
    }

    /** A value that says what is wrong with it. */
    static final class BadValueException extends RuntimeException {
        private final transient ErrorCode code;
        private final String problem;
        private final String remedy;

        BadValueException(ErrorCode code, String problem, String remedy) {
            super(problem, null, false, false);
            this.code = code;
            this.problem = problem;
            this.remedy = remedy;
        }

        ErrorCode code() {
            return code;
        }

        String problem() {
            return problem;
        }

        String remedy() {
            return remedy;
        }
    }
}
