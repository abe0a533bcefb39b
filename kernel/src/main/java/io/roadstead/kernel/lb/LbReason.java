package io.roadstead.kernel.lb;

import io.roadstead.api.route.ReasonCode;

/** Why a Service, or a part of one, is not balanced as its owner wrote. */
public enum LbReason implements ReasonCode {
    FRONTEND_TAKEN("an older Service has this address and port"),
    UNUSABLE_ADDRESS("the address cannot be a frontend's or a backend's"),
    UNSUPPORTED_PROTOCOL("the protocol is not balanced"),
    BACKEND_TAKEN("another cluster's backend has the address and port of one that comes first, and does not count"),
    BAD_ANNOTATION("the annotation cannot be used and does not count"),
    BAD_SOURCE_RANGE("the source range is no prefix and lets nobody in"),
    UNKNOWN_DISTRIBUTION("the traffic distribution is not known and does not count"),
    ALGORITHM_MISSING("no loaded plugin provides the algorithm, the default one is used"),
    DISPATCH_MISSING("no loaded plugin provides the dispatch mode, the default one is used"),
    DISPATCH_UNSUPPORTED("the datapath cannot do what the dispatch mode needs, the default one is used"),
    ALGORITHM_FAILED("the algorithm failed"),
    NO_ALGORITHM("no algorithm can be used: the datapath keeps what it has"),
    NO_DISPATCH("no dispatch mode can be used: the datapath keeps what it has");

    private final String text;

    LbReason(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }
}
