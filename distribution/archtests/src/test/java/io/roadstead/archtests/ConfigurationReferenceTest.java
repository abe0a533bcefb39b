package io.roadstead.archtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.roadstead.api.plugin.ExtensionFactory;
import io.roadstead.kernel.config.ConfigReference;

/** Keeps {@code docs/configuration.md} what the records and the defaults of kernel and plugins say. */
class ConfigurationReferenceTest {

    private static final Path PAGE = Path.of("../../docs/configuration.md");

    @Test
    void thePageSaysWhatTheRecordsSay() throws IOException {
        List<ConfigReference.Section> sections = sections();
        String page = ConfigReference.markdown(sections);
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(PAGE, page);
        }

        assertThat(sections).extracting(ConfigReference.Section::path).contains("roadstead.source.manifests",
                "roadstead.advertisers.pod-cidr", "roadstead.advertisers.service", "roadstead.peer-protocols.bgp");
        assertThat(Files.readString(PAGE)).as("docs/configuration.md; -Dgolden.update=true writes it").isEqualTo(page);
    }

    /** Of every plugin on the class path with a factory. */
    private static List<ConfigReference.Section> sections() throws IOException {
        List<ConfigReference.Section> sections = new ArrayList<>();
        for (URL index : Collections.list(ConfigurationReferenceTest.class.getClassLoader().getResources("META-INF/extensions.idx"))) {
            for (String name : read(index).lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList()) {
                Optional<Class<? extends Record>> type = configType(load(name));
                if (type.isPresent()) {
                    URL defaults = URI.create(index.toString().replace("META-INF/extensions.idx", "reference.conf")).toURL();
                    sections.add(ConfigReference.Section.of(type.get(), read(defaults)));
                }
            }
        }
        return sections;
    }

    /** The C of the XFactory&lt;C&gt; that it implements; empty for what has no configuration. */
    private static Optional<Class<? extends Record>> configType(Class<?> extension) {
        if (!ExtensionFactory.class.isAssignableFrom(extension)) {
            return Optional.empty();
        }
        return Arrays.stream(extension.getGenericInterfaces()).flatMap(ConfigurationReferenceTest::arguments)
                .filter(argument -> argument instanceof Class<?> type && type.isRecord())
                .<Class<? extends Record>>map(argument -> ((Class<?>) argument).asSubclass(Record.class)).findFirst();
    }

    private static Stream<Type> arguments(Type type) {
        return type instanceof ParameterizedType parameterized ? Arrays.stream(parameterized.getActualTypeArguments()) : Stream.empty();
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, ConfigurationReferenceTest.class.getClassLoader());
        } catch (ClassNotFoundException missing) {
            throw new IllegalStateException(missing);
        }
    }

    private static String read(URL url) throws IOException {
        try (InputStream stream = url.openStream()) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
