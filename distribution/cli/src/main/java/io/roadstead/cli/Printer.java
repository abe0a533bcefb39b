package io.roadstead.cli;

import java.io.PrintWriter;
import java.util.function.Function;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import picocli.CommandLine.Option;

/** How a command prints: options that every client verb has. */
final class Printer {

    /** Output formats. */
    enum Format {
        SUMMARY, JSON, YAML
    }

    @Option(names = {"-o", "--output"}, paramLabel = "FORMAT", defaultValue = "summary",
            description = "summary, json or yaml. Default: ${DEFAULT-VALUE}")
    private Format format = Format.SUMMARY;

    private final PrintWriter out;
    private final PrintWriter err;

    Printer(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    /** Prints the answers, as a summary by the given function, and the failures on standard error. Returns the exit code. */
    int print(Agents.Answers answers, Function<Agents.Answers, String> summary) {
        if (!answers.bySocket().isEmpty()) {
            out.print(format == Format.SUMMARY ? summary.apply(answers) : structured(answers.merged()));
            out.flush();
        }
        answers.failures().forEach(failure -> err.println("roadstead: " + failure.text()));
        err.flush();
        return answers.exitCode();
    }

    /** Prints what no agent was asked for. */
    void print(JsonNode tree, String summary) {
        print(format == Format.SUMMARY ? summary : structured(tree));
    }

    /** Whether JSON or YAML is wanted. */
    boolean structured() {
        return format != Format.SUMMARY;
    }

    /** Prints text as it is. */
    void print(String text) {
        out.print(text);
        out.flush();
    }

    private String structured(JsonNode node) {
        ObjectMapper mapper = format == Format.JSON ? new JsonMapper() : new YAMLMapper();
        try {
            return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(node).stripTrailing() + "\n";
        } catch (JsonProcessingException e) {
            throw new CommandFailure(Exit.INTERNAL, "the answer cannot be printed: " + e.getOriginalMessage());
        }
    }
}
