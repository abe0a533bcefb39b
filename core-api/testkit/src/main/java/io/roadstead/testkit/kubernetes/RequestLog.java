package io.roadstead.testkit.kubernetes;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Every request since the start, or since it was last cleared, in the order of the answers. A watch is in it from its beginning. Safe for any thread. */
public final class RequestLog {

    private final List<LoggedRequest> requests = new ArrayList<>();
    private final List<Consumer<LoggedRequest>> listeners = new CopyOnWriteArrayList<>();

    RequestLog() {
    }

    void add(LoggedRequest request) {
        synchronized (requests) {
            requests.add(request);
        }
        listeners.forEach(listener -> listener.accept(request));
    }

    /** Tells of every request from now on, on the thread that answers it, before it is answered. */
    public void listen(Consumer<LoggedRequest> listener) {
        listeners.add(listener);
    }

    public List<LoggedRequest> all() {
        synchronized (requests) {
            return List.copyOf(requests);
        }
    }

    public List<ApiRequest> matching(Predicate<ApiRequest> wanted) {
        return all().stream().map(LoggedRequest::request).filter(wanted).toList();
    }

    public long count(Predicate<ApiRequest> wanted) {
        return matching(wanted).size();
    }

    /** Requests that would have changed something, whatever became of them. */
    public List<ApiRequest> writes() {
        return matching(ApiRequest::isWrite);
    }

    /** Requests that RBAC refused. */
    public List<ApiRequest> denied() {
        return all().stream().filter(logged -> logged.status() == 403).map(LoggedRequest::request).toList();
    }

    public void clear() {
        synchronized (requests) {
            requests.clear();
        }
    }
}
