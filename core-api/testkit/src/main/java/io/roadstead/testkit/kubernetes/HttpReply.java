package io.roadstead.testkit.kubernetes;

import java.io.IOException;
import java.util.Map;

/** The answer to one request: at once, or as a stream of chunks. */
interface HttpReply {

    void send(int status, Map<String, String> headers, byte[] body) throws IOException;

    /** Begins a stream; each {@link #chunk} of it is sent at once. */
    void begin(int status, Map<String, String> headers) throws IOException;

    void chunk(byte[] bytes) throws IOException;

    /** Ends a stream as it should end. */
    void finish() throws IOException;

    /** Ends the connection without another word. */
    void abort();

    /** Runs when the client goes while a stream lasts. */
    void onClientGone(Runnable action);
}
