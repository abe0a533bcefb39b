package io.roadstead.api.config;

import java.nio.file.Path;
import java.util.List;

/**
 * Fills configuration records outside of an agent, as the tests of a plugin need it. The kernel's jar provides it to {@link java.util.ServiceLoader}.
 */
public interface ConfigRecordReader {
    /**
     * Reads one section.
     *
     * @param baseDirectory what relative paths are relative to
     * @param texts         HOCON, the strongest first; each is called by its place here in messages
     * @param path          of the section, {@code roadstead.advertisers.service}
     * @throws io.roadstead.api.error.RoadsteadException that names every problem
     */
    <R extends Record> R read(Path baseDirectory, List<String> texts, String path, Class<R> type);
}
