package io.roadstead.plugin.netty;

import io.roadstead.api.error.ErrorCode;
import io.roadstead.api.error.ErrorKind;

/** The codes of this plugin. */
enum TransportErrorCode implements ErrorCode {
    /** A socket option that only the native transport has. */
    SOCKET_OPTION_UNSUPPORTED;

    @Override
    public ErrorKind kind() {
        return ErrorKind.RESOURCE;
    }
}
