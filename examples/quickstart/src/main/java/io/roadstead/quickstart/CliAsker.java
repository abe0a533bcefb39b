package io.roadstead.quickstart;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;

/** The real command line, in this process. */
final class CliAsker implements Asker {

    private static final JsonMapper JSON = new JsonMapper();

    @Override
    public String text(String socket, String... command) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        run(socket, out, err, List.of(command));
        return out.toString() + err;
    }

    @Override
    public JsonNode json(String socket, String... command) {
        StringWriter out = new StringWriter();
        List<String> words = new ArrayList<>(List.of(command));
        words.addAll(List.of("-o", "json"));
        try {
            return run(socket, out, new StringWriter(), words) == 0 ? JSON.readTree(out.toString()) : MissingNode.getInstance();
        } catch (IOException e) {
            throw new WalkFailure("roadstead " + String.join(" ", command) + " answered something that is not JSON: " + e.getMessage());
        }
    }

    private static int run(String socket, StringWriter out, StringWriter err, List<String> command) {
        return io.roadstead.cli.Main.execute(Map.of("ROADSTEAD_SOCKET", socket), new PrintWriter(out), new PrintWriter(err),
                command.toArray(String[]::new));
    }
}
