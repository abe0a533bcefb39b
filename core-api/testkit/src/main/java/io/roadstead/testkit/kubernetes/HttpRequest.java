package io.roadstead.testkit.kubernetes;

import java.util.Map;

/**
 * One request as it came.
 *
 * @param path decoded
 * @param query decoded; of a name that comes twice the last value
 * @param headers by lower-case name
 * @param certificateName common name of the client's certificate; empty without one
 */
@SuppressWarnings("ArrayRecordComponent") // requests are not compared, and their bodies not changed
record HttpRequest(String method, String path, Map<String, String> query, Map<String, String> headers, byte[] body,
        String certificateName) {

    HttpRequest {
        query = Map.copyOf(query);
        headers = Map.copyOf(headers);
    }

    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /** Empty when it is absent. */
    String parameter(String name) {
        return query.getOrDefault(name, "");
    }

    boolean flag(String name) {
        return parameter(name).equals("true") || parameter(name).equals("1");
    }

    /** The media type without its parameters. */
    String contentType() {
        return header("content-type").split(";", 2)[0].strip();
    }
}
