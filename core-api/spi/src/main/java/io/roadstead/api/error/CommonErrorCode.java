package io.roadstead.api.error;

/** The codes of kernel and core-api. Plugins define their own enum beside their code. */
public enum CommonErrorCode implements ErrorCode {
    CONFIG_SYNTAX(ErrorKind.CONFIG),
    CONFIG_UNKNOWN_KEY(ErrorKind.CONFIG),
    CONFIG_WRONG_TYPE(ErrorKind.CONFIG),
    CONFIG_OUT_OF_RANGE(ErrorKind.CONFIG),
    CONFIG_MISSING_KEY(ErrorKind.CONFIG),
    CONFIG_FILE_MISSING(ErrorKind.CONFIG),
    RESOURCE_SYNTAX(ErrorKind.CONFIG),
    RESOURCE_INVALID(ErrorKind.CONFIG),
    PLUGIN_UNREADABLE(ErrorKind.CONFIG),
    PLUGIN_MANIFEST(ErrorKind.CONFIG),
    PLUGIN_API_RANGE(ErrorKind.CONFIG),
    PLUGIN_DEPENDENCY(ErrorKind.CONFIG),
    PLUGIN_DUPLICATE(ErrorKind.CONFIG),
    PLUGIN_NOT_LOCKED(ErrorKind.CONFIG),
    PLUGIN_SIGNATURE(ErrorKind.CONFIG),
    PLUGIN_FAILED(ErrorKind.INTERNAL),
    PLUGIN_FOLDER_UNSAFE(ErrorKind.RESOURCE),
    EXTENSION_UNKNOWN(ErrorKind.CONFIG),
    EXTENSION_FAILED(ErrorKind.INTERNAL),
    NOT_FOUND(ErrorKind.USER),
    BAD_REQUEST(ErrorKind.USER),
    PERMISSION(ErrorKind.RESOURCE),
    ADDRESS_IN_USE(ErrorKind.RESOURCE),
    START_TIMEOUT(ErrorKind.RESOURCE),
    STOP_TIMEOUT(ErrorKind.RESOURCE),
    INPUT_OUTPUT(ErrorKind.RESOURCE),
    INTERNAL(ErrorKind.INTERNAL);

    private final ErrorKind kind;

    CommonErrorCode(ErrorKind kind) {
        this.kind = kind;
    }

    @Override
    public ErrorKind kind() {
        return kind;
    }
}
