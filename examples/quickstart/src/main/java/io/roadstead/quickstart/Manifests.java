package io.roadstead.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The directory of manifests that the nodes watch, one file per object: applying an object puts it in place of the one with its kind and name. */
final class Manifests {

    private static final Pattern SEPARATOR = Pattern.compile("(?m)^---$");
    private static final Pattern KIND = Pattern.compile("(?m)^kind: (\\S+)$");
    private static final Pattern NAME = Pattern.compile("(?m)^metadata:\n  name: (\\S+)$");

    private final Path directory;
    private final UnaryOperator<String> adaptation;

    /** Files pass through the adaptation. */
    Manifests(Path directory, UnaryOperator<String> adaptation) {
        this.directory = directory;
        this.adaptation = adaptation;
    }

    void applyFile(Path file) throws IOException {
        apply(Files.readString(file));
    }

    /** Any number of objects, in block style as kubectl prints it. */
    void apply(String yaml) throws IOException {
        for (String object : SEPARATOR.split(adaptation.apply(yaml))) {
            // A name with a dot in front is not read: nobody sees half a file.
            Path draft = Files.writeString(directory.resolve(".draft"), object);
            Files.move(draft, directory.resolve(fileName(object)), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static String fileName(String object) {
        return first(KIND, object).toLowerCase(Locale.ROOT) + "-" + first(NAME, object) + ".yaml";
    }

    private static String first(Pattern pattern, String object) {
        Matcher matcher = pattern.matcher(object);
        if (!matcher.find()) {
            throw new WalkFailure("not a manifest, " + pattern + " is not in: " + object);
        }
        return matcher.group(1);
    }
}
