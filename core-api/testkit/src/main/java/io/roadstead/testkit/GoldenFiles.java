package io.roadstead.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Compares text with a file that lies beside the test: {@code src/test/resources/<package of the test>/<name>}. Run the test with {@code -Dgolden.update=true} to
 * write the files anew, then review the difference.
 */
public final class GoldenFiles {

    private GoldenFiles() {
    }

    /** Fails with the difference, or, where there is no such file yet, with how to make it. */
    public static void assertMatches(Class<?> test, String name, String actual) {
        Path file = Path.of("src", "test", "resources").resolve(test.getPackageName().replace('.', '/')).resolve(name);
        try {
            if (Boolean.getBoolean("golden.update")) {
                Files.createDirectories(file.getParent());
                Files.writeString(file, actual);
            }
            assertThat(file).as("golden file; -Dgolden.update=true writes it").exists();
            assertThat(actual).as("difference to %s; -Dgolden.update=true accepts it", file).isEqualTo(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
