package io.roadstead.testkit;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

import io.roadstead.api.plugin.ApiVersion;

/**
 * Makes real plugin jars from source text: compiled against the test's class path, with pf4j's annotation processor, hence with {@code extensions.idx}. Any manifest
 * and any content can be had, so that bad plugins can be made too.
 */
public final class PluginJarBuilder {

    private final Map<String, String> manifest = new LinkedHashMap<>();
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final Map<String, byte[]> resources = new TreeMap<>();
    private final List<Path> classPath = new ArrayList<>();

    private PluginJarBuilder() {
    }

    /** A plugin of version 1.0.0 for the core-api of the class path. */
    public static PluginJarBuilder plugin(String id) {
        int major = Integer.parseInt(ApiVersion.CURRENT.substring(0, ApiVersion.CURRENT.indexOf('.')));
        return new PluginJarBuilder().manifest("Plugin-Id", id).version("1.0.0")
                .requires(">=" + ApiVersion.CURRENT + " & <" + (major + 1) + ".0.0");
    }

    /** A jar without any manifest entry: a library. */
    public static PluginJarBuilder library() {
        return new PluginJarBuilder();
    }

    public PluginJarBuilder version(String version) {
        return manifest("Plugin-Version", version);
    }

    /** Range of core-api versions. */
    public PluginJarBuilder requires(String range) {
        return manifest("Plugin-Requires", range);
    }

    /** {@code id@range}, several separated by commas. */
    public PluginJarBuilder dependencies(String dependencies) {
        return manifest("Plugin-Dependencies", dependencies);
    }

    /** Sets a main attribute of the manifest. */
    public PluginJarBuilder manifest(String name, String value) {
        manifest.put(name, value);
        return this;
    }

    /** Leaves a main attribute out. */
    public PluginJarBuilder without(String name) {
        manifest.remove(name);
        return this;
    }

    /** Adds a class or interface by its full name. */
    public PluginJarBuilder source(String className, String code) {
        sources.put(className, code);
        return this;
    }

    /** Adds a file. */
    public PluginJarBuilder resource(String path, String text) {
        return resource(path, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds a file of any content. */
    public PluginJarBuilder resource(String path, byte[] content) {
        resources.put(path, content.clone());
        return this;
    }

    /** Compiles against this jar too: another plugin's, or a library's. */
    public PluginJarBuilder compileAgainst(Path jar) {
        classPath.add(jar);
        return this;
    }

    /** Writes the jar, atomically, and returns its path. */
    public Path writeTo(Path jar) {
        try {
            Files.createDirectories(jar.toAbsolutePath().getParent());
            Path partial = Files.createTempFile("plugin", ".jar");
            try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(partial))) {
                if (!manifest.isEmpty()) {
                    Manifest content = new Manifest();
                    content.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
                    manifest.forEach((name, value) -> content.getMainAttributes().putValue(name, value));
                    out.putNextEntry(new JarEntry("META-INF/MANIFEST.MF"));
                    content.write(out);
                    out.closeEntry();
                }
                Map<String, byte[]> files = new TreeMap<>(compile());
                files.putAll(resources);
                for (Map.Entry<String, byte[]> file : files.entrySet()) {
                    out.putNextEntry(new JarEntry(file.getKey()));
                    out.write(file.getValue());
                    out.closeEntry();
                }
            }
            Path sibling = jar.resolveSibling("." + jar.getFileName() + ".partial");
            Files.move(partial, sibling, StandardCopyOption.REPLACE_EXISTING);
            return Files.move(sibling, jar, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a directory plugin: this jar directly in it, the libraries' jars in {@code lib/}. Returns the directory. */
    public Path writeDirectory(Path directory, Map<String, PluginJarBuilder> libraries) {
        libraries.forEach((name, library) -> compileAgainst(library.writeTo(directory.resolve("lib").resolve(name))));
        writeTo(directory.resolve(directory.getFileName() + ".jar"));
        return directory;
    }

    private Map<String, byte[]> compile() throws IOException {
        if (sources.isEmpty()) {
            return Map.of();
        }
        Path output = Files.createTempDirectory("plugin-classes");
        try {
            String path = Stream.concat(Stream.of(System.getProperty("java.class.path")), classPath.stream().map(Path::toString))
                    .collect(Collectors.joining(File.pathSeparator));
            List<JavaFileObject> units = sources.entrySet().stream()
                    .<JavaFileObject>map(source -> new Source(source.getKey(), source.getValue()))
                    .toList();
            StringWriter messages = new StringWriter();
            List<String> options = List.of("-d", output.toString(), "-cp", path, "-parameters", "-processor",
                    "org.pf4j.processor.ExtensionAnnotationProcessor");
            if (!ToolProvider.getSystemJavaCompiler().getTask(messages, null, null, options, null, units).call()) {
                throw new IllegalArgumentException("the plugin's source does not compile:\n" + messages);
            }
            try (Stream<Path> files = Files.walk(output)) {
                Map<String, byte[]> classes = new TreeMap<>();
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    classes.put(output.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
                }
                return classes;
            }
        } finally {
            try (Stream<Path> files = Files.walk(output)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String code;

        private Source(String className, String code) {
            super(URI.create("string:///" + className.replace('.', '/') + Kind.SOURCE.extension), Kind.SOURCE);
            this.code = code;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return code;
        }
    }
}
