package io.roadstead.testkit.kubernetes;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Knows users by bearer tokens and by client certificates. Safe for any thread. */
final class Authenticator {

    private static final String BEARER = "Bearer ";

    private final Map<String, User> byToken = new ConcurrentHashMap<>();
    private final boolean open;

    /** @param open whether everyone is the administrator */
    Authenticator(boolean open) {
        this.open = open;
    }

    void add(String token, User user) {
        byToken.put(token, user);
    }

    void remove(String token) {
        byToken.remove(token);
    }

    /** Empty for whom it does not know. */
    Optional<User> authenticate(HttpRequest request) {
        if (open) {
            return Optional.of(User.admin());
        }
        var authorization = request.header("authorization");
        if (authorization.startsWith(BEARER)) {
            return Optional.ofNullable(byToken.get(authorization.substring(BEARER.length()).strip()));
        }
        return request.certificateName().isEmpty() ? Optional.empty()
                : Optional.of(new User(request.certificateName(), Set.of("system:authenticated")));
    }
}
