package io.roadstead.plugin.mesh.etcd.client;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;
import java.util.Optional;

import io.grpc.Status;
import org.jspecify.annotations.Nullable;

import io.roadstead.api.error.RoadsteadException;

/** What went wrong, in words, with a remedy. */
final class Failures {

    private static final int MOST_CAUSES = 10;

    private Failures() {
    }

    /** Why a connection could not be made or was lost. */
    static String connection(Throwable failure) {
        if (failure instanceof RoadsteadException known) {
            return String.valueOf(known.getMessage());
        }
        Optional<TlsFailure> tls = TlsFailure.of(failure);
        if (tls.isPresent()) {
            return tls.get().text();
        }
        Status status = Status.fromThrowable(failure);
        Throwable cause = root(failure);
        String text = text(status, cause);
        if (isUnknownHost(failure)) {
            return "its name cannot be looked up; correct the endpoint, or see that the DNS server answers";
        } else if (cause instanceof ConnectException) {
            return "no connection (" + text + "); see that etcd runs there and that nothing on the way refuses the port";
        } else if (cause instanceof ClosedChannelException || text.contains("Connection reset")) {
            return "the server closed the connection; see that etcd runs there, and that it speaks http or https as the endpoint says";
        }
        return switch (status.getCode()) {
            case UNAUTHENTICATED, PERMISSION_DENIED -> denied(text);
            case DEADLINE_EXCEEDED -> "no answer in time; see that etcd is healthy and that the network drops nothing";
            case INVALID_ARGUMENT -> text + "; correct user name and password";
            default -> text;
        };
    }

    /** Why a read was refused. */
    static String read(Status status) {
        return status.getCode() == Status.Code.PERMISSION_DENIED ? denied(text(status, null)) : text(status, null);
    }

    /** Why a write was refused. */
    static String write(String key, int bytes, Status status) {
        String text = text(status, null);
        if (isFull(status)) {
            return text.contains("space")
                    ? "the store is full (" + text + "); compact and defragment it, or raise its quota, then disarm its alarm"
                    : "the store takes no more for now (" + text + "); see what else writes to it";
        } else if (text.contains("too large") || text.contains("larger than max")) {
            return key + " has " + bytes + " bytes, more than etcd takes; raise --max-request-bytes, or make what it describes smaller";
        } else if (status.getCode() == Status.Code.PERMISSION_DENIED) {
            return key + " may not be written (" + text + "); grant the certificate's user readwrite on it";
        }
        return key + ": " + text;
    }

    /** Whether no write is taken until someone has made room. */
    static boolean isFull(Status status) {
        return status.getCode() == Status.Code.RESOURCE_EXHAUSTED
                && !text(status, null).toLowerCase(Locale.ROOT).contains("message larger");
    }

    private static String denied(String text) {
        return "not permitted (" + text + "); grant the user, which is the certificate's common name, a role that may read it";
    }

    private static String text(Status status, @Nullable Throwable cause) {
        String description = status.getDescription();
        if (cause != null && cause.getMessage() != null && (description == null || description.equals("io exception"))) {
            return cause.getMessage();
        }
        return description == null ? status.getCode().name().toLowerCase(Locale.ROOT).replace('_', ' ')
                : description.lines().findFirst().orElse(""); // below it gRPC lists Netty's handlers
    }

    /** Netty gives the DNS server's fault as the cause. */
    private static boolean isUnknownHost(Throwable failure) {
        @Nullable
        Throwable each = failure;
        for (int i = 0; i < MOST_CAUSES && each != null; i++) {
            if (each instanceof UnknownHostException) {
                return true;
            }
            each = each.getCause();
        }
        return false;
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        for (int i = 0; i < MOST_CAUSES && root.getCause() != null; i++) {
            root = root.getCause();
        }
        return root;
    }
}
