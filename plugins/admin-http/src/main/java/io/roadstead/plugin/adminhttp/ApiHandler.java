package io.roadstead.plugin.adminhttp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import com.fasterxml.jackson.core.JsonProcessingException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.ErrorKind;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.plugin.adminhttp.Endpoints.Endpoint;
import io.roadstead.plugin.adminhttp.Endpoints.Text;
import io.roadstead.plugin.adminhttp.ViewJson.Problem;

/** Answers requests, one per thread of Jetty's pool. Over TCP it only reads, since anybody may ask there; commands are POSTs over the socket, which is the owner's. */
final class ApiHandler extends Handler.Abstract {
    private static final Logger log = LoggerFactory.getLogger(ApiHandler.class);
    private static final String JSON = "application/json";
    private static final int MOST_STREAMS = 8;
    private static final List<HttpField> COMMON_HEADERS = List.of(
            new HttpField("X-Content-Type-Options", "nosniff"),
            new HttpField("X-Frame-Options", "DENY"),
            new HttpField("Referrer-Policy", "no-referrer"),
            new HttpField("Cross-Origin-Resource-Policy", "same-origin"),
            new HttpField(HttpHeader.CACHE_CONTROL, "no-store"));

    private final Endpoints endpoints;
    private final Duration timeout;
    private final ViewJson json = new ViewJson();
    private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();

    ApiHandler(Endpoints endpoints, Duration timeout) {
        this.endpoints = endpoints;
        this.timeout = timeout;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws JsonProcessingException {
        Answer answer;
        try {
            answer = answer(request);
        } catch (RoadsteadException e) {
            answer = refusal(e);
        } catch (RuntimeException e) {
            log.error("request failed path={}", request.getHttpURI().getPath(), e);
            answer = refusal(
                    new RoadsteadException(CommonErrorCode.INTERNAL, request.getHttpURI().getPath(), "the agent failed to answer: " + e,
                            "report it with the agent's log"));
        }
        begin(answer, response);
        if (answer.stream != null && request.getMethod().equals("GET")) {
            try {
                stream(answer.stream, request, response, callback);
                return true;
            } catch (RoadsteadException e) {
                answer = refusal(e);
                begin(answer, response);
            }
        }
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.body.remaining());
        response.write(true, request.getMethod().equals("HEAD") ? ByteBuffer.allocate(0) : answer.body, callback);
        return true;
    }

    private static void begin(Answer answer, Response response) {
        COMMON_HEADERS.forEach(response.getHeaders()::put);
        answer.headers.forEach(response.getHeaders()::put);
        response.setStatus(answer.status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.contentType);
    }

    /**
     * What goes out. The body is complete before the first byte of it goes, but for a stream.
     *
     * @param stream null unless events are to follow
     */
    private record Answer(int status, String contentType, Map<String, String> headers, ByteBuffer body, EventStream.@Nullable Wish stream) {
        Answer(int status, String contentType, Map<String, String> headers, ByteBuffer body) {
            this(status, contentType, headers, body, null);
        }
    }

    /** Headers now, events as they come. Fails while nothing has gone out yet when there are none to come. */
    private void stream(EventStream.Wish wish, Request request, Response response, Callback callback) {
        EventStream stream = new EventStream(wish.filter(), json, response, callback, getServer().getThreadPool(), streams::remove);
        Registration registration = (Registration) await("/v1/observe", timeout, wish.source().apply(stream::accept));
        request.addIdleTimeoutListener(idle -> {
            stream.touch();
            return false; // an observer may wait as long as it likes
        });
        streams.add(stream);
        stream.begin(registration);
    }

    @Override
    protected void doStop() throws Exception {
        streams.forEach(stream -> stream.end(new IOException("the interface is closing")));
        super.doStop();
    }

    private Answer answer(Request request) throws JsonProcessingException {
        checkHost(request);
        boolean reads = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
        if (!reads && !request.getMethod().equals("POST")) {
            return notAllowed(request, "GET, HEAD", "the interface only answers questions");
        }
        HttpFields headers = request.getHeaders();
        if (headers.getLongField(HttpHeader.CONTENT_LENGTH) > 0 || headers.contains(HttpHeader.TRANSFER_ENCODING)) {
            return problem(HttpStatus.PAYLOAD_TOO_LARGE_413, Map.of("Connection", "close"),
                    new Problem("BAD_REQUEST", request.getMethod(), "neither questions nor commands have a body", "send none"));
        }
        Endpoint endpoint = endpoints.find(request.getHttpURI().getDecodedPath());
        if (endpoint.command() == reads) {
            return endpoint.command() ? notAllowed(request, "POST", endpoint.path() + " changes something")
                    : notAllowed(request, "GET, HEAD", endpoint.path() + " only answers questions");
        }
        if (endpoint.command() && overTcp(request)) {
            throw new RoadsteadException(CommonErrorCode.PERMISSION, endpoint.path(), "is not to be had over TCP, where anybody may ask",
                    "use the agent's unix socket, as 'roadstead' does");
        }
        if (endpoint.patience().isPositive()) {
            request.addIdleTimeoutListener(idle -> false); // the client waits, and so does its connection
        }
        Object view = await(endpoint.path(), timeout.plus(endpoint.patience()),
                endpoint.answer().apply(Endpoints.query(endpoint, parameters(request))));
        return switch (view) {
            case EventStream.Wish wish -> stream(wish);
            case Text text -> new Answer(HttpStatus.OK_200, text.contentType(), Map.of(), StandardCharsets.UTF_8.encode(text.text()));
            case WebPage page -> new Answer(HttpStatus.OK_200, "text/html; charset=utf-8", Map.of("Content-Security-Policy", page.policy()),
                    StandardCharsets.UTF_8.encode(page.html()));
            default -> new Answer(HttpStatus.OK_200, JSON, Map.of(), ByteBuffer.wrap(json.write(view)));
        };
    }

    private Answer notAllowed(Request request, String allowed, String problem) throws JsonProcessingException {
        return problem(HttpStatus.METHOD_NOT_ALLOWED_405, Map.of("Allow", allowed),
                new Problem("BAD_REQUEST", request.getMethod(), problem, "use " + allowed.replaceAll(",.*", "")));
    }

    private static boolean overTcp(Request request) {
        return request.getConnectionMetaData().getLocalSocketAddress() instanceof InetSocketAddress;
    }

    private Answer stream(EventStream.Wish wish) {
        if (streams.size() >= MOST_STREAMS) {
            throw new RoadsteadException(CommonErrorCode.START_TIMEOUT, "observers", "there are " + MOST_STREAMS + " already",
                    "end one of them");
        }
        return new Answer(HttpStatus.OK_200, "application/x-ndjson", Map.of(), ByteBuffer.allocate(0), wish);
    }

    /** A page elsewhere whose name is made to lead here must not read us through a browser: the browser then says that name. */
    private static void checkHost(Request request) {
        if (overTcp(request)) {
            String host = String.valueOf(Request.getServerName(request));
            String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
            if (!bare.equalsIgnoreCase("localhost") && IpAddress.tryParse(bare).isEmpty()) {
                throw new RoadsteadException(CommonErrorCode.PERMISSION, "Host " + host, "is a name, and could be anybody's",
                        "ask by address or as localhost");
            }
        }
    }

    private static Map<String, List<String>> parameters(Request request) {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        try {
            Request.extractQueryParameters(request).forEach(field -> parameters.put(field.getName(), field.getValues()));
        } catch (RuntimeException e) { // whatever Jetty finds wrong with the encoding
            throw new RoadsteadException(CommonErrorCode.BAD_REQUEST, "query", "is not correctly encoded",
                    "encode it as UTF-8 with percent signs", e);
        }
        return parameters;
    }

    private static Object await(String path, Duration limit, CompletionStage<?> answer) {
        try {
            return answer.toCompletableFuture().get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new RoadsteadException(CommonErrorCode.START_TIMEOUT, path, "no answer within " + limit.toMillis() + " ms",
                    "ask again; if it stays, look into the agent's log for what its control loop does", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RoadsteadException(CommonErrorCode.START_TIMEOUT, path, "the agent is stopping", "start it again", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RoadsteadException known) {
                throw known;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private Answer refusal(RoadsteadException e) throws JsonProcessingException {
        int status = switch (e.code().name()) {
            case "NOT_FOUND" -> HttpStatus.NOT_FOUND_404;
            case "PERMISSION" -> HttpStatus.FORBIDDEN_403;
            default -> e.code().kind() == ErrorKind.USER ? HttpStatus.BAD_REQUEST_400
                    : e.code().kind() == ErrorKind.INTERNAL ? HttpStatus.INTERNAL_SERVER_ERROR_500 : HttpStatus.SERVICE_UNAVAILABLE_503;
        };
        return problem(status, Map.of(), new Problem(e.code().name(), e.subject(), e.problem(), e.remedy()));
    }

    private Answer problem(int status, Map<String, String> headers, Problem problem) throws JsonProcessingException {
        return new Answer(status, JSON, headers, ByteBuffer.wrap(json.write(problem)));
    }
}
