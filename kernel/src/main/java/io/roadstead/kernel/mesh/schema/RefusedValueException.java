package io.roadstead.kernel.mesh.schema;

import java.io.Serial;

/** A value that another cluster wrote breaks a rule. The message is a clause that follows the key: {@code names cluster 'paris', not 'lyon'}. */
public final class RefusedValueException extends Exception {

    @Serial
    private static final long serialVersionUID = 1;

    RefusedValueException(String reason) {
        super(reason);
    }

    RefusedValueException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
