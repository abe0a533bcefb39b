package io.roadstead.plugin.kubernetes.read;

import org.jspecify.annotations.Nullable;

import io.roadstead.plugin.kubernetes.client.ConnectionException;

/**
 * Why a kind cannot be read now.
 *
 * @param code of the answer; 0 when there was none
 */
record Trouble(int code, String problem, String remedy) {
    static final int UNAUTHORIZED = 401;
    static final int FORBIDDEN = 403;
    static final int NOT_FOUND = 404;
    static final int GONE = 410;

    /** Nobody answered. */
    static Trouble unreachable(String reason) {
        return new Trouble(0, reason, "");
    }

    static Trouble of(ConnectionException unusable) {
        return new Trouble(0, String.valueOf(unusable.getMessage()), unusable.remedy());
    }

    static Trouble of(Target target, Signal.Declined declined) {
        return switch (declined.code()) {
            case UNAUTHORIZED ->
                    new Trouble(UNAUTHORIZED, "the API server does not accept the agent's credentials", "correct or renew them");
            case FORBIDDEN ->
                    new Trouble(FORBIDDEN, "the agent may not read " + target.kind().plural() + where(target.namespace()), rule(target));
            case NOT_FOUND ->
                    new Trouble(NOT_FOUND, "the API server does not serve " + target.kind().plural() + " of " + target.apiVersion(), "");
            default -> new Trouble(declined.code(), "the API server answers " + declined.code() + ": " + declined.message(), "");
        };
    }

    /** Whether nobody answered. */
    boolean unreachable() {
        return code == 0;
    }

    private static String where(@Nullable String namespace) {
        return namespace == null ? "" : " in namespace " + namespace;
    }

    private static String rule(Target target) {
        return "add to the agent's " + (target.namespace() == null ? "ClusterRole" : "Role in namespace " + target.namespace())
                + " the rule {apiGroups: [\"" + target.kind().group() + "\"], resources: [\"" + target.kind().plural()
                + "\"], verbs: [\"list\", \"watch\"]}";
    }
}
