package io.roadstead.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Runs commands a minute after the first of January 2026 began, against agents that answer what a test says. */
abstract class CliFixture {

    @TempDir
    private Path directory;
    private final List<CannedAgent> agents = new ArrayList<>();
    /** What standard input has. */
    byte[] in = {};
    final StringWriter out = new StringWriter();
    final StringWriter err = new StringWriter();

    @AfterEach
    final void close() {
        agents.forEach(CannedAgent::close);
    }

    /** Listens at a socket of that name until the test is over. */
    final void agent(String name, Map<String, String> answers) throws IOException {
        Map<String, List<String>> always = new HashMap<>();
        answers.forEach((path, answer) -> always.put(path, List.of(answer)));
        agentInTurn(name, always);
    }

    /** The same with an answer for each time that a path is asked. */
    final CannedAgent agentInTurn(String name, Map<String, List<String>> answers) throws IOException {
        CannedAgent agent = new CannedAgent(directory.resolve(name), answers);
        agents.add(agent);
        return agent;
    }

    final String socket(String name) {
        return directory.resolve(name).toString();
    }

    /** Asks whom the arguments name. */
    final int run(String... arguments) {
        return execute(Map.of(), arguments);
    }

    /** Asks all agents of the test. */
    final int runEverywhere(String... arguments) {
        return execute(Map.of("ROADSTEAD_SOCKET", socket("*.sock")), arguments);
    }

    private int execute(Map<String, String> environment, String... arguments) {
        InstantSource clock = InstantSource.fixed(Instant.parse("2026-01-01T00:01:00Z"));
        return Cli
                .commandLine(
                        new Commands.Terminal(environment, new ByteArrayInputStream(in), new PrintWriter(out), new PrintWriter(err), clock))
                .execute(arguments);
    }
}
