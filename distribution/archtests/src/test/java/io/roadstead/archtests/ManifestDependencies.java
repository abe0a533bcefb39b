package io.roadstead.archtests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.stream.Collectors;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;

/** Which plugin may use which other one's {@code api} package, read from the manifests of the built jars. */
final class ManifestDependencies {

    private record Plugin(String id, Set<String> dependencies) {
    }

    /**
     * By the fourth part of the package: {@code io.roadstead.plugin.bgp.session} is {@code bgp}; and the fifth where several plugins do one thing, as in
     * {@code io.roadstead.plugin.mesh.etcd}.
     */
    private final Map<String, Plugin> bySlice;

    private ManifestDependencies(Map<String, Plugin> bySlice) {
        this.bySlice = bySlice;
    }

    /** Reads the manifest of each plugin's jar; classes from a directory have none, and may use no other plugin. */
    static ManifestDependencies of(JavaClasses classes) {
        Map<String, Plugin> bySlice = new HashMap<>();
        for (JavaClass type : classes) {
            String slice = slice(type);
            if (!slice.isEmpty() && !bySlice.containsKey(slice)) {
                type.getSource().ifPresent(source -> readPlugin(source.getUri(), slice, bySlice));
            }
        }
        return new ManifestDependencies(bySlice);
    }

    boolean allows(JavaClass origin, JavaClass target) {
        Plugin consumer = bySlice.get(slice(origin));
        Plugin provider = bySlice.get(slice(target));
        return consumer != null && provider != null && consumer.dependencies().contains(provider.id());
    }

    /** Whether both classes belong to one plugin. */
    static boolean sameSlice(JavaClass one, JavaClass other) {
        return slice(one).equals(slice(other));
    }

    /** How many plugins have a manifest: zero would mean that nothing was checked. */
    int plugins() {
        return bySlice.size();
    }

    private static void readPlugin(URI uri, String slice, Map<String, Plugin> bySlice) {
        if (!uri.getScheme().equals("jar")) {
            return;
        }
        try {
            JarURLConnection connection = (JarURLConnection) uri.toURL().openConnection();
            Manifest manifest = connection.getManifest();
            if (manifest != null) {
                Attributes attributes = manifest.getMainAttributes();
                String dependencies = attributes.getValue("Plugin-Dependencies");
                bySlice.put(slice,
                        new Plugin(String.valueOf(attributes.getValue("Plugin-Id")), ids(dependencies == null ? "" : dependencies)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> ids(String dependencies) {
        return Arrays.stream(dependencies.split(","))
                .map(text -> text.replaceAll("@.*", "").strip())
                .filter(id -> !id.isEmpty())
                .collect(Collectors.toSet());
    }

    private static String slice(JavaClass type) {
        String[] parts = type.getPackageName().split("\\.");
        if (parts.length <= 3 || !type.getPackageName().startsWith("io.roadstead.plugin.")) {
            return "";
        }
        return parts[3].equals("mesh") && parts.length > 4 ? parts[3] + "." + parts[4] : parts[3];
    }
}
