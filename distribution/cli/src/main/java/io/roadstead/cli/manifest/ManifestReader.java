package io.roadstead.cli.manifest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.roadstead.kernel.lint.LintRule.Severity;
import io.roadstead.yaml.KubernetesObject;
import io.roadstead.yaml.YamlText;
import io.roadstead.yaml.YamlText.Document;
import io.roadstead.yaml.YamlText.SyntaxException;

/** Reads what the command line names: files, directories as the agent's manifest source reads them, standard input. */
public final class ManifestReader {

    /** As the manifest source's default. */
    static final int MAX_BYTES = 64 << 20;

    private static final String STANDARD_INPUT = "-";

    private final InputStream standardInput;
    private final List<Manifest> manifests = new ArrayList<>();
    private final List<Remark> remarks = new ArrayList<>();

    private ManifestReader(InputStream standardInput) {
        this.standardInput = standardInput;
    }

    /**
     * What was read.
     *
     * @param remarks what could not be read, and why; all are errors
     */
    public record Result(List<Manifest> manifests, List<Remark> remarks) {
        public Result {
            manifests = List.copyOf(manifests);
            remarks = List.copyOf(remarks);
        }
    }

    /** @param names files, directories, or {@code -} for standard input */
    public static Result read(List<String> names, InputStream standardInput) {
        ManifestReader reader = new ManifestReader(standardInput);
        names.forEach(reader::read);
        return new Result(reader.manifests, reader.remarks);
    }

    private void read(String name) {
        try {
            if (name.equals(STANDARD_INPUT)) {
                content("standard input", standardInput);
                return;
            }
            Path path = Path.of(name);
            if (Files.isDirectory(path)) {
                directory(name, path);
            } else {
                file(name, path);
            }
        } catch (InvalidPathException e) {
            unreadable(name, "is not the name of a file", "");
        } catch (IOException e) {
            unreadable(name, "cannot be read: " + e.getMessage(), "");
        }
    }

    /** Its files, not those of directories in it. */
    private void directory(String name, Path directory) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, ManifestReader::isManifest)) {
            stream.forEach(files::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        } catch (AccessDeniedException e) {
            unreadable(name, "may not be listed", "run this as a user who may read it");
            return;
        }
        if (files.isEmpty()) {
            unreadable(name, "has no file *.yaml, *.yml or *.json",
                    "name the directory that has them; directories in it are not looked into");
        }
        files.sort(null);
        for (Path file : files) {
            file(file.toString(), file);
        }
    }

    private static boolean isManifest(Path path) {
        String name = path.getFileName().toString();
        return !name.startsWith(".") && (name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json"))
                && Files.isRegularFile(path);
    }

    private void file(String name, Path file) throws IOException {
        try (InputStream stream = Files.newInputStream(file)) {
            content(name, stream);
        } catch (NoSuchFileException e) {
            unreadable(name, "does not exist", "");
        } catch (AccessDeniedException e) {
            unreadable(name, "may not be read", "run this as a user who may read it");
        }
    }

    private void content(String origin, InputStream stream) throws IOException {
        byte[] bytes = stream.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            unreadable(origin, "has more than " + MAX_BYTES + " bytes", "split it");
            return;
        }
        try {
            for (Document document : YamlText.read(YamlText.decode(bytes))) {
                KubernetesObject.allOf(document).forEach(object -> object(origin, object));
            }
        } catch (SyntaxException e) {
            remarks.add(new Remark(Severity.ERROR, "SYNTAX", origin, e.line() + 1, "", "", e.problem(), "nothing of the file was read"));
        }
    }

    private void object(String origin, KubernetesObject object) {
        Map<String, ?> tree = object.tree();
        if (tree == null) {
            remarks.add(
                    new Remark(Severity.ERROR, "NO_OBJECT", origin, object.line() + 1, "", "", KubernetesObject.NOT_ONE, object.remedy()));
        } else {
            manifests.add(new Manifest(origin, tree, object));
        }
    }

    private void unreadable(String origin, String problem, String remedy) {
        remarks.add(new Remark(Severity.ERROR, "UNREADABLE", origin, 0, "", "", problem, remedy));
    }
}
