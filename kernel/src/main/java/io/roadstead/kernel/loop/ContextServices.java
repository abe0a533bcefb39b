package io.roadstead.kernel.loop;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

import io.roadstead.kernel.metrics.MetricsRegistry;

/**
 * What every plugin's context is made from.
 *
 * @param random         safe for any thread
 * @param stateDirectory the agent's own; a plugin's is {@code plugins/<id>} in it
 */
public record ContextServices(String nodeName, InstantSource clock, RandomGenerator random, MetricsRegistry metrics, DirectoryWatch watch,
        Path stateDirectory) {
}
