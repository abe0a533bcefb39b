package io.roadstead.kernel.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.plugin.ApiVersion;
import io.roadstead.kernel.plugin.PluginManifest.Dependency;

/** Reads and checks the manifest of a plugin, a jar or a directory with one jar and {@code lib/}. Stateless. */
final class ManifestReader {

    private static final Set<String> KEYS = Set.of("Plugin-Id", "Plugin-Version", "Plugin-Requires", "Plugin-Dependencies", "Plugin-Class",
            "Plugin-Guice-Module", "Plugin-Description", "Plugin-Provider", "Plugin-License");
    private static final Pattern OURS = Pattern.compile("(?i)(plugin|roadstead)-.*");
    private static final Pattern ID = Pattern.compile("[a-z0-9]+([.-][a-z0-9]+)*");
    private static final String API = ApiVersion.CURRENT;

    private final Versions versions = new Versions();

    /** The jar that carries the manifest: the file itself, or the only jar directly in the directory. */
    static Path mainJar(Path plugin, String subject) {
        if (!Files.isDirectory(plugin)) {
            return plugin;
        }
        List<Path> jars = jars(plugin, subject);
        if (jars.size() != 1) {
            throw new RoadsteadException(CommonErrorCode.PLUGIN_UNREADABLE, subject, "has " + jars.size() + " jars directly in it, not one",
                    "keep the plugin's jar there and its libraries in lib/");
        }
        return jars.getFirst();
    }

    /** Jars directly in a directory, by name; none when there is no directory. */
    static List<Path> jars(Path directory, String subject) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(ManifestReader::isJar).sorted().toList();
        } catch (IOException e) {
            throw new RoadsteadException(CommonErrorCode.PLUGIN_UNREADABLE, subject, "cannot be read: " + e.getMessage(),
                    "make it readable for the agent's user", e);
        }
    }

    static boolean isJar(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".jar") && !name.startsWith(".");
    }

    PluginManifest read(Path plugin, String subject) {
        Path jar = mainJar(plugin, subject);
        for (Path library : jars(plugin.resolve("lib"), subject)) {
            open(library, subject + "/lib/" + library.getFileName());
        }
        Attributes attributes = open(jar, subject);
        for (Object name : new HashSet<>(attributes.keySet())) {
            if (OURS.matcher(name.toString()).matches() && !KEYS.contains(name.toString())) {
                throw manifest(subject, "unknown manifest entry " + name,
                        "known are " + String.join(", ", KEYS.stream().sorted().toList()));
            }
        }
        String id = required(attributes, "Plugin-Id", subject);
        if (!ID.matcher(id).matches()) {
            throw manifest(subject, "Plugin-Id " + id + " is not made of lower-case letters, digits, dots and dashes",
                    "call it " + id.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-"));
        }
        String version = required(attributes, "Plugin-Version", subject);
        if (!Versions.isVersion(version)) {
            throw manifest(subject, "Plugin-Version " + version + " is not a semantic version", "write it like 1.0.0");
        }
        return new PluginManifest(id, version, requires(attributes, subject), dependencies(attributes, subject),
                attributes.getValue("Plugin-Class"), attributes.getValue("Plugin-Guice-Module"));
    }

    private String requires(Attributes attributes, String subject) {
        String requires = required(attributes, "Plugin-Requires", subject);
        String remedy = "write Plugin-Requires: >=" + API + " & <" + (Integer.parseInt(API.substring(0, API.indexOf('.'))) + 1) + ".0.0";
        String problem = versions.problemOf(requires);
        if (!problem.isEmpty()) {
            throw new RoadsteadException(CommonErrorCode.PLUGIN_API_RANGE, subject, "Plugin-Requires " + requires + " " + problem, remedy);
        }
        if (!versions.checkVersionConstraint(API, requires)) {
            throw new RoadsteadException(CommonErrorCode.PLUGIN_API_RANGE, subject,
                    "is made for core-api " + requires + ", but this agent has " + API, "use a version of the plugin that fits this agent");
        }
        return requires;
    }

    private List<Dependency> dependencies(Attributes attributes, String subject) {
        List<Dependency> dependencies = new ArrayList<>();
        String text = attributes.getValue("Plugin-Dependencies");
        for (String part : text == null ? new String[0] : text.split(",")) {
            String[] words = part.strip().split("@", 2);
            String id = words[0].strip();
            if (id.endsWith("?")) {
                throw manifest(subject, "optional dependency " + id,
                        "optional dependencies do not exist; leave it out or make it mandatory");
            }
            if (!ID.matcher(id).matches()) {
                throw manifest(subject, "Plugin-Dependencies has " + part.strip() + ", which is not id@range",
                        "write it like netty-transport@>=1.0.0 & <2.0.0");
            }
            String range = words.length == 1 ? null : words[1].strip();
            String problem = range == null ? "" : versions.problemOf(range);
            if (!problem.isEmpty()) {
                throw manifest(subject, "the range of dependency " + id + "@" + range + " " + problem, "write it like >=1.0.0 & <2.0.0");
            }
            dependencies.add(new Dependency(id, range));
        }
        return dependencies;
    }

    private static Attributes open(Path jar, String subject) {
        try (JarFile file = new JarFile(jar.toFile())) {
            Manifest manifest = file.getManifest();
            return manifest == null ? new Attributes() : manifest.getMainAttributes();
        } catch (IOException | SecurityException e) {
            throw new RoadsteadException(CommonErrorCode.PLUGIN_UNREADABLE, subject, "is not a complete jar: " + e.getMessage(),
                    "copy it again; a file that is still being written is read again when it changes", e);
        }
    }

    private static String required(Attributes attributes, String key, String subject) {
        String value = attributes.getValue(key);
        if (value == null || value.isBlank()) {
            throw manifest(subject, attributes.isEmpty() ? "has no manifest" : "its manifest has no " + key,
                    "build it as a plugin jar with " + key);
        }
        return value.strip();
    }

    private static RoadsteadException manifest(String subject, String problem, String remedy) {
        return new RoadsteadException(CommonErrorCode.PLUGIN_MANIFEST, subject, problem, remedy);
    }
}
