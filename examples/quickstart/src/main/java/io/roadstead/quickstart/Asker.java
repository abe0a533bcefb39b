package io.roadstead.quickstart;

import com.fasterxml.jackson.databind.JsonNode;

/** Asks agents by the commands that a user has. */
interface Asker {

    /** What a command prints; its complaint when it fails. The socket may be a glob. */
    String text(String socket, String... command);

    /** What a command answers; missing when it fails, as while an agent is starting. */
    JsonNode json(String socket, String... command);
}
