package io.roadstead.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;

import io.roadstead.api.config.ConfigRecordReader;
import io.roadstead.api.config.Doc;
import io.roadstead.api.error.RoadsteadException;

/**
 * The two tests that every configuration record has, and a third for what it refuses. Needs the kernel's jar in scope test.
 */
public final class ConfigRecordAssertions {

    /** What relative paths in these tests are relative to. */
    public static final Path BASE = Path.of("/base");

    private ConfigRecordAssertions() {
    }

    /**
     * The {@code reference.conf} beside the record alone gives that record.
     *
     * @param path of the section, {@code roadstead.advertisers.service}
     */
    public static <R extends Record> void assertDefaults(Class<R> type, String path, R expected) {
        assertThat(reader().read(BASE, List.of(defaults(type)), path, type)).isEqualTo(expected);
        assertDocumented(type);
    }

    /** That HOCON (as in a user's file, from {@code roadstead} on), sets every key, to what differs from its default. */
    public static <R extends Record> void assertFullMapping(String hocon, String path, R expected) {
        @SuppressWarnings("unchecked")
        Class<R> type = (Class<R>) expected.getClass();
        R actual = reader().read(BASE, List.of(hocon, defaults(type)), path, type);

        assertThat(actual).isEqualTo(expected);
        for (RecordComponent component : type.getRecordComponents()) {
            String without = "the text sets " + component.getName() + " to what it is anyway";
            assertThat(differsFromDefault(component, actual, path, type)).as(without).isTrue();
        }
    }

    /** That HOCON is refused with a message that contains each of these. */
    public static <R extends Record> void assertRefused(String hocon, String path, Class<R> type, String... messageParts) {
        assertThatThrownBy(() -> reader().read(BASE, List.of(hocon, defaults(type)), path, type)).isInstanceOf(RoadsteadException.class)
                .hasMessageContainingAll(messageParts);
    }

    private static <R extends Record> boolean differsFromDefault(RecordComponent component, R actual, String path, Class<R> type) {
        R byDefault;
        try {
            byDefault = reader().read(BASE, List.of(defaults(type)), path, type);
        } catch (RoadsteadException ignored) { // it has keys without default: nothing to compare with
            return true;
        }
        try {
            component.getAccessor().setAccessible(true);
            return !Objects.equals(component.getAccessor().invoke(actual), component.getAccessor().invoke(byDefault));
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void assertDocumented(Class<? extends Record> type) {
        assertThat(Arrays.stream(type.getRecordComponents()).filter(component -> !component.isAnnotationPresent(Doc.class))
                .map(RecordComponent::getName)).as("components without @Doc").isEmpty();
    }

    private static ConfigRecordReader reader() {
        return ServiceLoader.load(ConfigRecordReader.class).findFirst()
                .orElseThrow(() -> new IllegalStateException("add the artifact io.roadstead:kernel with scope test"));
    }

    /** Of the jar or directory that the record comes from: others on the class path have one of the same name. */
    private static String defaults(Class<?> type) {
        URL place = type.getProtectionDomain().getCodeSource().getLocation();
        String text = place.toString();
        try (InputStream stream =
                URI.create(text.endsWith("/") ? text + "reference.conf" : "jar:" + text + "!/reference.conf").toURL().openStream()) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException("no reference.conf beside " + type.getName(), broken);
        }
    }
}
