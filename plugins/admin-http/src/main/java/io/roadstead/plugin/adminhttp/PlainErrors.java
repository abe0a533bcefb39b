package io.roadstead.plugin.adminhttp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** The answer where Jetty itself refuses a request that is not HTTP: our shape, without a word of what was sent. */
final class PlainErrors implements Request.Handler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String body = "{\"code\":\"BAD_REQUEST\",\"subject\":\"request\",\"problem\":\"" + HttpStatus.getMessage(response.getStatus())
                + "\",\"remedy\":\"send a plain HTTP request\"}";
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.write(true, ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)), callback);
        return true;
    }
}
