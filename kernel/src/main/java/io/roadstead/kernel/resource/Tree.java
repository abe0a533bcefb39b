package io.roadstead.kernel.resource;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.meta.LabelSelector;
import io.roadstead.api.source.ResourceDecoder.Fault;

/**
 * A value in a document, and where it stands. Reading it never throws: what is wrong is noted with its path and a harmless value is returned, so that one
 * pass finds every fault of an object. An explicit null counts as absent, as in Kubernetes.
 */
public final class Tree {

    private final String path;
    private final @Nullable Object value;
    private final List<Fault> faults;

    private Tree(String path, @Nullable Object value, List<Fault> faults) {
        this.path = path;
        this.value = value;
        this.faults = faults;
    }

    /** A whole document; faults are added to that list. */
    public static Tree root(Map<String, ?> document, List<Fault> faults) {
        return new Tree("", document, faults);
    }

    /** The field of that name; absent when this is absent. */
    public Tree at(String key) {
        return new Tree(path.isEmpty() ? key : path + "." + key, value instanceof Map<?, ?> map ? map.get(key) : null, faults);
    }

    /** Whether there is a value other than null. */
    public boolean present() {
        return value != null;
    }

    /** Notes that something is wrong with this value. */
    public void fault(String problem, String remedy) {
        faults.add(new Fault(path, problem, remedy));
    }

    /** Refuses fields other than these, naming the one that was probably meant. */
    public void only(String... known) {
        if (!(value instanceof Map<?, ?> map)) {
            return;
        }
        Set<String> names = new HashSet<>(Arrays.asList(known));
        for (Object key : map.keySet()) {
            String field = String.valueOf(key);
            if (!names.contains(field)) {
                String nearest = Words.nearest(field, Arrays.asList(known));
                at(field).fault("unknown field", nearest.isEmpty() ? "remove it" : "did you mean '" + nearest + "'?");
            }
        }
    }

    /** A text that must be there. */
    public String text() {
        if (value == null) {
            fault("is missing", "");
            return "";
        }
        return text("");
    }

    /** A text, or that one when absent. */
    public String text(String absent) {
        return switch (value) {
            case null -> absent;
            case String text -> text;
            case Number number -> notText(number);
            case Boolean flag -> notText(flag);
            default -> {
                fault("is not a text", "");
                yield absent;
            }
        };
    }

    private String notText(Object scalar) {
        fault("is not a text", "write \"" + scalar + "\" in quotes");
        return "";
    }

    /** A text of 1 to 255 characters. */
    public String name() {
        String name = text();
        if (value instanceof String && (name.isEmpty() || name.length() > 255)) {
            fault("has " + name.length() + " characters, not 1 to 255", "");
        }
        return name;
    }

    /** A whole number within bounds; {@code absent} when absent or wrong. */
    public long number(long least, long most, long absent) {
        Long number = numberOrNull(least, most);
        return number == null ? absent : number;
    }

    /** As {@link #number}, for fields that fit an int. */
    public int integer(int least, int most, int absent) {
        return (int) number(least, most, absent);
    }

    /** As {@link #number}; null when absent or wrong. */
    public @Nullable Long numberOrNull(long least, long most) {
        if (value == null) {
            return null;
        }
        BigInteger whole = wholeNumber(value);
        if (whole == null) {
            fault("is not a whole number", value instanceof String ? "write it without quotes" : "");
            return null;
        }
        if (whole.compareTo(BigInteger.valueOf(least)) < 0 || whole.compareTo(BigInteger.valueOf(most)) > 0) {
            fault(whole + " is not in " + least + " to " + most, "");
            return null;
        }
        return whole.longValue();
    }

    /** As {@link #numberOrNull}, for fields that fit an int. */
    public @Nullable Integer integerOrNull(int least, int most) {
        Long number = numberOrNull(least, most);
        return number == null ? null : number.intValue();
    }

    private static @Nullable BigInteger wholeNumber(Object number) {
        return switch (number) {
            case BigInteger big -> big;
            case Double real when real == Math.rint(real) && Math.abs(real) < 1L << 53 -> BigInteger.valueOf(real.longValue());
            case Double _,Float _ -> null;
            case Number other -> BigInteger.valueOf(other.longValue());
            default -> null;
        };
    }

    /** True or false; {@code absent} when absent or wrong. */
    public boolean flag(boolean absent) {
        if (value == null || value instanceof Boolean) {
            return value == null ? absent : (Boolean) value;
        }
        fault("is not true or false", "");
        return absent;
    }

    /** True, false, or null when absent. */
    public @Nullable Boolean flagOrNull() {
        return value == null ? null : (Boolean) flag(false);
    }

    /** A text that the parser takes; its complaint becomes the fault. Null when absent or wrong. */
    public <T> @Nullable T parsed(Function<String, T> parser) {
        if (value == null) {
            return null;
        }
        int before = faults.size();
        String text = text("");
        if (faults.size() > before) {
            return null;
        }
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException refused) {
            fault(String.valueOf(refused.getMessage()), "");
            return null;
        }
    }

    /** One of the words. Null when absent or wrong. */
    public <T> @Nullable T word(List<T> allowed, Function<T, String> textOf) {
        if (value == null) {
            return null;
        }
        String text = text("");
        for (T candidate : allowed) {
            if (textOf.apply(candidate).equals(text)) {
                return candidate;
            }
        }
        if (value instanceof String) {
            String nearest = Words.nearest(text, allowed.stream().map(textOf).toList());
            fault("'" + text + "' is none of " + allowed.stream().map(textOf).collect(Collectors.joining(", ")),
                    nearest.isEmpty() ? "" : "did you mean '" + nearest + "'?");
        }
        return null;
    }

    /** As {@link #word}, with a default. */
    public <T> T word(List<T> allowed, Function<T, String> textOf, T absent) {
        T word = word(allowed, textOf);
        return word == null ? absent : word;
    }

    /** The items of a list; none when absent. */
    public List<Tree> items() {
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof Collection<?> list)) {
            fault("is not a list", "");
            return List.of();
        }
        List<Tree> items = new ArrayList<>(list.size());
        for (Object item : list) {
            items.add(new Tree(path + "[" + items.size() + "]", item, faults));
        }
        return items;
    }

    /** The items, each decoded; what a constructor refuses becomes a fault of the item. Wrong items are left out. */
    public <T> List<T> items(Function<Tree, @Nullable T> decode) {
        List<T> decoded = new ArrayList<>();
        for (Tree item : items()) {
            T result = item.make(decode);
            if (result != null) {
                decoded.add(result);
            }
        }
        return decoded;
    }

    /** Items that must be maps with distinct {@code name}s, and as many as that. */
    <T> List<T> named(int least, int most, Function<Tree, @Nullable T> decode) {
        List<Tree> items = items();
        if ((value == null || value instanceof Collection) && (items.size() < least || items.size() > most)) {
            fault("has " + items.size() + " items, not " + least + (most == Integer.MAX_VALUE ? " or more" : " to " + most), "");
        }
        Set<Object> names = new HashSet<>();
        for (Tree item : items) {
            Tree name = item.at("name");
            if (name.value != null && !names.add(name.value)) {
                name.fault("'" + name.value + "' stands twice", "names must be distinct");
            }
        }
        return items(item -> item.object(decode));
    }

    /** A map, decoded. Null when absent or wrong. */
    public <T> @Nullable T object(Function<Tree, @Nullable T> decode) {
        if (value == null) {
            return null;
        }
        if (!(value instanceof Map)) {
            fault("is not a map", "");
            return null;
        }
        return make(decode);
    }

    private <T> @Nullable T make(Function<Tree, @Nullable T> decode) {
        int before = faults.size();
        try {
            T result = decode.apply(this);
            return faults.size() == before ? result : null;
        } catch (IllegalArgumentException refused) {
            if (faults.size() == before) { // else it stumbled over a value that is a fault already
                fault(String.valueOf(refused.getMessage()), "");
            }
            return null;
        }
    }

    /** A map of texts in its order. */
    public Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            for (Object key : map.keySet()) {
                texts.put(String.valueOf(key), new Tree(path + "[" + key + "]", map.get(key), faults).text(""));
            }
        } else if (value != null) {
            fault("is not a map", "");
        }
        return texts;
    }

    /** A metav1.LabelSelector; null when absent or wrong. */
    public @Nullable LabelSelector selector() {
        return Common.selector(this);
    }

    /** Names of the fields in their order; none when it is no map. */
    public List<String> fields() {
        return value instanceof Map<?, ?> map ? map.keySet().stream().map(String::valueOf).toList() : List.of();
    }

    /** A number or a text, as text; empty when absent. */
    String scalar() {
        return value instanceof Number number ? number.toString() : text("");
    }
}
