package io.roadstead.plugin.kubernetes.read;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.json.JsonFactory;

import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.source.ResourceDecoder;
import io.roadstead.plugin.kubernetes.client.Connection;

/** Reads one answer into signals, and decodes its objects, on the HTTP loop. */
final class AnswerReader implements Connection.Answer, JsonDocuments.Receiver {
    private static final int LONGEST_ERROR_BYTES = 1 << 16;
    private static final int OK = 200;

    private final Common common;
    private final Kind kind;
    private final String apiVersion;
    private final boolean watch;
    private final Consumer<Signal> signals;
    private final JsonDocuments documents;
    private final ByteArrayOutputStream error = new ByteArrayOutputStream();
    private int code;
    private Duration retryAfter = Duration.ZERO;
    private boolean told;
    private boolean failed;

    /** What all answers share; used on the HTTP loop only. */
    record Common(JsonFactory json, Texts texts, ResourceDecoder decoder) {
    }

    AnswerReader(Common common, Target target, boolean watch, Consumer<Signal> signals) {
        this.common = common;
        this.kind = target.kind();
        this.apiVersion = target.apiVersion();
        this.watch = watch;
        this.signals = signals;
        this.documents = new JsonDocuments(common.json, Trim.of(kind), common.texts, this);
    }

    @Override
    public void head(int status, @Nullable String retry) {
        code = status;
        retryAfter = seconds(retry);
        if (status == OK) {
            signals.accept(new Signal.Begun());
        }
    }

    @Override
    public void body(ByteBuffer bytes) {
        if (code != OK) {
            byte[] chunk = new byte[Math.min(bytes.remaining(), LONGEST_ERROR_BYTES - error.size())];
            bytes.get(chunk);
            error.writeBytes(chunk);
            return;
        }
        told = false;
        documents.feed(bytes);
        if (!told) {
            signals.accept(new Signal.Heard());
        }
    }

    @Override
    public void end(@Nullable Throwable failure) {
        if (failed) {
            return;
        }
        if (code != 0 && code != OK) {
            signals.accept(declined(error.toString(StandardCharsets.UTF_8)));
        } else if (failure != null) {
            signals.accept(new Signal.Ended(reason(failure)));
        } else {
            signals.accept(new Signal.Ended(documents.complete() ? null : "the answer breaks off"));
        }
    }

    @Override
    public void item(Map<String, Object> object) {
        object.putIfAbsent("apiVersion", apiVersion); // elements of a list leave out what the list says
        object.putIfAbsent("kind", kind.kindName());
        tell(new Signal.Item(read(object)));
    }

    @Override
    public void document(Map<String, Object> document) {
        if (watch) {
            event(document);
        } else if (document.get("metadata") instanceof Map<?, ?> metadata && metadata.containsKey("resourceVersion")) {
            tell(new Signal.Page(text(metadata.get("resourceVersion")), text(metadata.get("continue"))));
        } else {
            tell(new Signal.Document(document));
        }
    }

    private void event(Map<String, Object> document) {
        String type = text(document.get("type"));
        Map<?, ?> object = map(document.get("object"));
        switch (type) {
            case "ADDED", "MODIFIED" -> tell(new Signal.Changed(read(cast(object)), version(object)));
            case "DELETED" -> tell(new Signal.Deleted(read(cast(object)), version(object)));
            case "BOOKMARK" -> tell(new Signal.Bookmark(version(object)));
            case "ERROR" -> {
                failed = true;
                tell(new Signal.Declined(object.get("code") instanceof Number number ? number.intValue() : 0, text(object.get("message")),
                        Duration.ZERO));
            }
            default -> throw new MalformedException("unknown event '" + type + "'");
        }
    }

    private void tell(Signal signal) {
        told = true;
        signals.accept(signal);
    }

    private Read read(Map<String, ?> object) {
        Map<?, ?> metadata = map(object.get("metadata"));
        String name = text(metadata.get("name"));
        ResourceKey key = new ResourceKey(kind.kindName(), text(metadata.get("namespace")), name.isEmpty() ? "?" : name);
        return new Read(key, object, decode(key, object));
    }

    private ResourceDecoder.Result decode(ResourceKey key, Map<String, ?> object) {
        try {
            return common.decoder.decode(object);
        } catch (RuntimeException unforeseen) {
            // One object must not end the list of all others again and again.
            return new ResourceDecoder.Result.Refused(Optional.of(key),
                    List.of(new ResourceDecoder.Fault("", "cannot be read: " + unforeseen, "report this with the object's text")));
        }
    }

    private Signal declined(String body) {
        String[] message = {body.strip()};
        try {
            JsonDocuments status = new JsonDocuments(common.json, Trim.NOTHING, common.texts, new JsonDocuments.Receiver() {
                @Override
                public void item(Map<String, Object> object) {
                    // no list is looked for
                }

                @Override
                public void document(Map<String, Object> document) {
                    message[0] = text(document.get("message"));
                }
            });
            status.feed(ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)));
        } catch (MalformedException ignored) {
            // proxies answer in texts of their own, which are taken as they are
        }
        String line = message[0].lines().findFirst().orElse("");
        return new Signal.Declined(code, line, retryAfter);
    }

    private static Duration seconds(@Nullable String retryAfter) {
        try {
            return retryAfter == null ? Duration.ZERO : Duration.ofSeconds(Math.clamp(Long.parseLong(retryAfter.strip()), 0, 3600));
        } catch (NumberFormatException ignored) {
            return Duration.ZERO; // a date: no API server sends one, and clocks may differ
        }
    }

    private static String reason(Throwable failure) {
        if (failure instanceof ConnectException) {
            return "the connection is refused or cannot be made";
        }
        String message = failure.getMessage();
        // Others than these may quote what they stumbled over: a kubeconfig that is read again, with its tokens.
        boolean harmless = failure instanceof IOException || failure instanceof MalformedException;
        return !harmless || message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
    }

    private static String version(Map<?, ?> object) {
        return text(map(object.get("metadata")).get("resourceVersion"));
    }

    private static String text(@Nullable Object value) {
        return value instanceof String text ? text : "";
    }

    private static Map<?, ?> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }

    @SuppressWarnings("unchecked") // JsonDocuments makes no other keys
    private static Map<String, ?> cast(Map<?, ?> object) {
        return (Map<String, ?>) object;
    }
}
