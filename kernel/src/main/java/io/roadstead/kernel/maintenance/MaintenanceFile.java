package io.roadstead.kernel.maintenance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.kernel.maintenance.Remembered.Command;

/** The file in the agent's state directory that keeps a maintenance over restarts: a line {@code key=value} per fact. Blocks; one call at a time. */
public final class MaintenanceFile {

    private static final String DRAINED = "drained-by-command";
    private static final String BEGUN = "begun";

    private final Path file;

    /** @param stateDirectory exists */
    public MaintenanceFile(Path stateDirectory) {
        this.file = stateDirectory.resolve("maintenance");
    }

    /**
     * What was remembered last; nothing when there is no file.
     *
     * @throws RoadsteadException INPUT_OUTPUT when it cannot be read or understood
     */
    Remembered read() {
        Map<String, String> facts = new HashMap<>();
        try {
            for (String line : Files.readAllLines(file)) {
                int equals = line.indexOf('=');
                if (equals > 0) {
                    facts.put(line.substring(0, equals), line.substring(equals + 1));
                } else if (!line.isEmpty()) {
                    throw unreadable("has the line '" + line + "'", null);
                }
            }
            String reason = facts.get(DRAINED);
            String begun = facts.get(BEGUN);
            return new Remembered(reason == null ? null : new Command(reason), begun == null ? null : Instant.parse(begun));
        } catch (NoSuchFileException none) {
            return Remembered.NOTHING;
        } catch (IOException | DateTimeException bad) {
            throw unreadable("cannot be read: " + bad.getMessage(), bad);
        }
    }

    private RoadsteadException unreadable(String problem, @Nullable Exception cause) {
        return new RoadsteadException(CommonErrorCode.INPUT_OUTPUT, file.toString(),
                problem + "; a 'roadstead node drain' of an earlier run is not known",
                "say 'roadstead node drain' or 'roadstead node undrain' again, which replaces it", cause);
    }

    /**
     * Replaces what is remembered; on the disk when it returns.
     *
     * @throws RoadsteadException INPUT_OUTPUT when it cannot be written; what was remembered is unchanged then
     */
    void write(Remembered facts) {
        StringBuilder text = new StringBuilder();
        if (facts.command() != null) {
            text.append(DRAINED).append('=').append(facts.command().reason()).append('\n');
        }
        if (facts.begun() != null) {
            text.append(BEGUN).append('=').append(facts.begun()).append('\n');
        }
        Path partial = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.write(partial, text.toString().getBytes(StandardCharsets.UTF_8), StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            throw new RoadsteadException(CommonErrorCode.INPUT_OUTPUT, file.toString(),
                    "cannot be written: " + failed + "; a restart of the agent would not know of this change",
                    "make room on the disk, or the directory writable for the agent's user, and say it again", failed);
        }
    }
}
